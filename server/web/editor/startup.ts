// The first query of the editor: from the address, the page, the stored tabs, or an example.
import { translate } from "../page/messages";
import { store } from "./storage";
import type { Examples } from "./dialogs";
import { hashOf, readFragment } from "./share_link";
import type { Tabs } from "./tabs";

/** The parts of the workbench that startup uses. */
export interface Host {
  text(): string;
  open(text: string): void;
  run(): void;
  announce(words: string): void;
}

export class Startup {
  constructor(
    private readonly bench: HTMLElement,
    private readonly tabs: Tabs,
    private readonly examples: Examples,
    private readonly host: Host,
  ) {}

  async run(initial: string): Promise<void> {
    const requested = this.bench.dataset.given;
    const shared = location.hash === "" ? undefined : await this.shared();
    if (shared === "") this.host.run();
    else if (requested !== undefined) this.tabs.open(initial);
    else if (this.tabs.empty) await this.openFirst(initial);
    else this.tabs.resume();
    if (shared) this.host.announce(shared);
    else if (!store("works", 1)) this.host.announce(translate("notKept"));
    // run it again: the problem gets its position and fix, and a result gets its views
    if (requested !== undefined && this.host.text() === initial) this.host.run();
  }

  /** Open the first example. */
  private async openFirst(initial: string): Promise<void> {
    this.tabs.open(initial);
    const first = await this.examples.load().then((subjects) => subjects[0]?.examples[0], () => undefined);
    if (first !== undefined && first.text === this.host.text()) {
      this.tabs.close();
      this.tabs.open(first.text, first.title, first.slug);
    }
  }

  /** Open the query in the address. Returns a message about it, or undefined if there is none. */
  async shared(): Promise<string | undefined> {
    if (location.hash === "#new") {
      this.host.open("");
      clearHash();
      return undefined;
    }
    try {
      const shared = await readFragment(location.hash);
      if (shared === undefined) return undefined;
      if (shared.kind !== "text") return await this.openExample(shared.slug, shared.hash);
      this.tabs.open(shared.text);
      return "";
    } catch {
      return translate("notRead");
    }
  }

  private async openExample(slug: string, hash: string): Promise<string> {
    const example = await this.examples.bySlug(slug);
    if (example === undefined) return translate("noExample");
    this.tabs.open(example.text, example.title, example.slug);
    return hashOf(example.text) === hash ? "" : translate("revised");
  }
}

/** Remove the fragment: the address no longer names the query that is shown. */
export function clearHash(): void {
  if (location.hash !== "") history.replaceState(null, "", location.pathname + location.search);
}
