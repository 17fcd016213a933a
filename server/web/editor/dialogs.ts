// Dialogs to choose from: examples and history, with search and keyboard.
import { language, translate } from "../page/messages";
import { queryHistory } from "./history";
import type { Example } from "./share_link";

interface Subject {
  readonly subject: string;
  readonly examples: readonly Example[];
}

export class Examples {
  private loaded: Promise<readonly Subject[]> | undefined;

  constructor(private readonly address: string) {}

  load(): Promise<readonly Subject[]> {
    this.loaded ??= fetch(this.address)
      .then(async (response) => {
        if (!response.ok) throw new Error(String(response.status));
        return ((await response.json()) as { subjects: Subject[] }).subjects;
      })
      .catch((error: unknown) => {
        this.loaded = undefined;
        throw error;
      });
    return this.loaded;
  }

  async bySlug(slug: string | undefined): Promise<Example | undefined> {
    if (slug === undefined) return undefined;
    return (await this.load()).flatMap((subject) => subject.examples).find((example) => example.slug === slug);
  }
}

interface Entry {
  readonly under: string;
  readonly words: string;
  readonly more: string;
  readonly searchText: string;
  choose(): void;
}

/** A dialog with a search field and a list of buttons. */
export class ChoiceDialog {
  private readonly field: HTMLInputElement;
  private readonly list: HTMLElement;
  private readonly count: HTMLElement;
  private entries: readonly Entry[] = [];

  constructor(private readonly dialog: HTMLDialogElement) {
    this.field = find(dialog, "input");
    this.list = find(dialog, ".choices");
    this.count = find(dialog, "[role=status]");
    this.field.addEventListener("input", () => this.draw());
    dialog.addEventListener("keydown", (event) => this.key(event));
  }

  open(entries: readonly Entry[]): void {
    this.entries = entries;
    this.field.value = "";
    this.draw();
    this.dialog.showModal();
    this.field.focus();
  }

  private draw(): void {
    const words = this.field.value.toLowerCase().split(/\s+/).filter(Boolean);
    const matches = this.entries.filter((entry) => words.every((word) => entry.searchText.includes(word)));
    const parts: HTMLElement[] = [];
    let under = "";
    let list = document.createElement("ul");
    for (const entry of matches) {
      if (entry.under !== under || parts.length === 0) {
        under = entry.under;
        list = document.createElement("ul");
        if (under !== "") parts.push(heading(under));
        parts.push(list);
      }
      list.append(this.item(entry));
    }
    this.list.replaceChildren(...parts);
    this.list.scrollTop = 0;
    this.count.textContent = matches.length === 0 ? translate("nothingFound") : "";
  }

  private item(entry: Entry): HTMLLIElement {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.append(entry.words);
    if (entry.more !== "") {
      const more = document.createElement("span");
      more.className = "quiet";
      more.textContent = entry.more;
      button.append(more);
    }
    button.addEventListener("click", () => {
      this.dialog.close();
      entry.choose();
    });
    item.append(button);
    return item;
  }

  /** Move through the list by arrow keys; Enter in the field chooses the first entry. */
  private key(event: KeyboardEvent): void {
    if (event.isComposing) return;
    const buttons = [...this.list.querySelectorAll<HTMLButtonElement>("button")];
    const at = buttons.findIndex((button) => button === document.activeElement);
    if (event.key === "ArrowDown") buttons[Math.min(at + 1, buttons.length - 1)]?.focus();
    else if (event.key === "ArrowUp") (at > 0 ? buttons[at - 1] : this.field)?.focus();
    else if (event.key === "Enter" && document.activeElement === this.field) buttons[0]?.click();
    else return;
    event.preventDefault();
  }
}

export function exampleEntries(subjects: readonly Subject[], choose: (example: Example) => void): Entry[] {
  return subjects.flatMap(({ subject, examples }) =>
    examples.map((example) => ({
      under: subject,
      words: example.title,
      more: "",
      searchText: `${subject} ${example.title} ${example.slug}`.toLowerCase(),
      choose: () => choose(example),
    })),
  );
}

export function pastEntries(choose: (text: string) => void): Entry[] {
  const when = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  return queryHistory().map((entry) => ({
    under: "",
    words: firstLine(entry.text),
    more: `${when.format(new Date(entry.at))} · ${entry.outcome}`,
    searchText: entry.text.toLowerCase(),
    choose: () => choose(entry.text),
  }));
}

/** Return a query as one line, without prefixes and comments. */
export function firstLine(text: string): string {
  const lines = text.split("\n").filter((line) => !/^\s*(#|PREFIX\b|BASE\b)/i.test(line) && line.trim() !== "");
  const line = lines.join(" ").replace(/\s+/g, " ").trim();
  return line.length > 140 ? `${line.slice(0, 140)}…` : line;
}

function heading(text: string): HTMLElement {
  const element = document.createElement("h3");
  element.textContent = text;
  return element;
}

export function find<T extends Element>(root: ParentNode, selector: string): T {
  const element = root.querySelector<T>(selector);
  if (element === null) throw new Error(`no ${selector}`);
  return element;
}
