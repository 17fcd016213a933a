// The workbench: connects the buttons and keys of the page to the editor.
import { language, translate } from "../page/messages";
import type { Answer } from "../views/answer";
import { Code } from "./code";
import { ChoiceDialog, exampleEntries, Examples, find, pastEntries } from "./dialogs";
import { clearHash, Startup } from "./startup";
import { note, queryHistory } from "./history";
import { clearProblem, showProblem } from "./diagnostics";
import { Refused, Runner, sizeOf } from "./run";
import { fragmentOf, type Example } from "./share_link";
import { Tabs } from "./tabs";
import { Terms } from "./terms";
import { download, openFile, save } from "./files";
import { ShareDialog } from "./share_dialog";
import { advice, ResultPanel } from "./result_panel";
import { formOf } from "./tokens";

type Action = () => void;

export class Workbench {
  private terms = Terms.none;
  private readonly code: Code;
  private readonly tabs: Tabs;
  private readonly runner: Runner;
  private readonly outcome: ResultPanel;
  private readonly examples: Examples;
  private readonly opening: Startup;
  private readonly sharing: ShareDialog;
  private readonly choosers: { examples: ChoiceDialog; history: ChoiceDialog };
  private readonly cancelButton: HTMLButtonElement;
  private readonly actions: Record<string, Action>;

  constructor(
    private readonly bench: HTMLElement,
    initial: string,
  ) {
    const host = find<HTMLElement>(bench, ".editor-code");
    const endpoint = this.address("endpoint");
    this.outcome = new ResultPanel(bench, { endpoint, labels: this.address("labels"), root: this.address("root") }, (text) => this.open(text, ""));
    const ready = Terms.load(this.address("terms")).then(
      (terms) => (this.terms = terms),
      () => Terms.none, // keywords and variables are still completed
    );
    const sources = { terms: () => this.terms, ready, search: this.address("search") };
    const explainer = { terms: () => this.terms, endpoint, announce: (text: string) => this.outcome.announce(text) };
    this.code = new Code(host, sources, explainer, {
      run: () => void this.run(),
      cancel: () => this.cancel(),
      format: () => void this.format(),
      changed: (text) => this.changed(text),
    });
    this.runner = new Runner(this.address("ask"), (seconds) => this.outcome.passed(seconds));
    this.tabs = new Tabs(find(bench, ".tablist"), host, (tab, left) => {
      if (left !== undefined && left !== tab) left.state = this.code.view.state;
      this.code.view.setState(tab.state ?? this.code.fresh(tab.text));
      if (left !== undefined && left !== tab) this.showAgain(tab.answer);
    });
    this.examples = new Examples(this.address("examples"));
    this.opening = new Startup(bench, this.tabs, this.examples, {
      text: () => this.code.text,
      open: (text) => this.open(text, ""),
      run: () => void this.run(),
      announce: (words) => this.outcome.announce(words),
    });
    this.sharing = new ShareDialog(find(document, "#share"), bench);
    this.choosers = { examples: new ChoiceDialog(find(document, "#examples")), history: new ChoiceDialog(find(document, "#history")) };
    this.cancelButton = find(bench, "[data-do=cancel]");
    this.actions = this.commands();
    this.listen();
    void this.opening.run(initial);
  }

  private address(name: string): string {
    return this.bench.dataset[name] ?? "";
  }

  private commands(): Record<string, Action> {
    return {
      run: () => void this.run(),
      cancel: () => void this.cancel(),
      examples: () => void this.showExamples(),
      history: () => this.showHistory(),
      format: () => void this.format(),
      share: () => void this.share(),
      open: () => openFile((text, title) => this.open(text, title), (words) => this.outcome.announce(words)),
      save: () => this.outcome.announce(save(this.code.text, this.tabs.current?.title ?? "")),
      rename: () => this.rename(),
      keys: () => find<HTMLDialogElement>(document, "#keys").showModal(),
      new: () => this.open("", ""),
      close: () => this.closeTab(),
    };
  }

  private listen(): void {
    document.addEventListener("click", (event) => {
      const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-do], [data-form]") : null;
      if (button === null) return;
      button.closest("details")?.removeAttribute("open");
      if (button.dataset.do === "dismiss") button.closest("dialog")?.close();
      else if (button.dataset.form !== undefined) void this.download(button.dataset.form);
      else this.actions[button.dataset.do ?? ""]?.();
    });
    const menu = find<HTMLDetailsElement>(this.bench, ".editor-menu");
    menu.addEventListener("toggle", () => this.fitMenu(menu));
    document.addEventListener("pointerdown", (event) => {
      if (event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
    });
    document.addEventListener("keydown", (event) => this.key(event, menu));
    addEventListener("hashchange", () => void this.opening.shared().then((words) => words && this.outcome.announce(words)));
  }

  private key(event: KeyboardEvent, menu: HTMLDetailsElement): void {
    if (event.defaultPrevented || document.querySelector("dialog[open]") !== null) return;
    if (event.key === "F1") this.actions.keys?.();
    else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void this.run();
    else if (event.key === "Escape" && menu.open) {
      menu.open = false;
      find<HTMLElement>(menu, "summary").focus();
    } else if (event.key !== "Escape" || !this.cancel()) return;
    event.preventDefault();
  }

  /** Offer only the formats that the result of this query can have. */
  private fitMenu(menu: HTMLElement): void {
    const graph = ["CONSTRUCT", "DESCRIBE"].includes(formOf(this.code.text));
    for (const button of menu.querySelectorAll<HTMLElement>("[data-of]")) button.hidden = (button.dataset.of === "graph") !== graph;
  }

  private open(text: string, title: string, slug?: string): void {
    this.tabs.open(text, title, slug);
    this.code.view.focus();
  }

  private changed(text: string): void {
    this.tabs.write(text);
    clearHash();
  }

  private closeTab(): void {
    this.tabs.close();
    this.tabs.focus();
  }

  private rename(): void {
    const dialog = find<HTMLDialogElement>(document, "#rename");
    const field = find<HTMLInputElement>(dialog, "input");
    field.value = this.tabs.current?.title ?? "";
    dialog.returnValue = "";
    dialog.addEventListener("close", () => dialog.returnValue === "rename" && this.tabs.rename(field.value), { once: true });
    dialog.showModal();
    field.select();
  }

  private async showExamples(): Promise<void> {
    try {
      const subjects = await this.examples.load();
      this.choosers.examples.open(exampleEntries(subjects, (example: Example) => this.open(example.text, example.title, example.slug)));
    } catch {
      this.outcome.announce(translate("noExamples"));
    }
  }

  private showHistory(): void {
    if (queryHistory().length === 0) this.outcome.announce(translate("nothingPast"));
    else this.choosers.history.open(pastEntries((text) => this.open(text, "")));
  }

  private async share(): Promise<void> {
    const text = this.code.text;
    if (text.trim() === "") {
      this.outcome.announce(translate("empty"));
      return;
    }
    const answer = this.tabs.current?.answer;
    const example = await this.examples.bySlug(this.tabs.current?.slug).catch(() => undefined);
    this.sharing.open(await fragmentOf(text, example), answer?.query === text ? answer.release : undefined);
  }

  private async format(): Promise<void> {
    const text = this.code.text;
    try {
      const response = await fetch(this.address("format"), {
        method: "POST",
        headers: { "Content-Type": "application/sparql-query" },
        body: text,
      });
      if (!response.ok) throw new Error(String(response.status));
      const laid = await response.text();
      if (this.code.text !== text) return; // the text changed meanwhile
      this.code.replace(laid);
      this.outcome.announce(translate("formatted"));
    } catch {
      this.outcome.announce(translate("notFormatted"));
    }
  }

  private cancel(): boolean {
    return this.runner.cancel();
  }

  private async run(): Promise<void> {
    const text = this.code.text;
    if (text.trim() === "") {
      this.outcome.announce(translate("empty"));
      return;
    }
    clearProblem(this.code.view);
    this.outcome.start();
    this.cancelButton.disabled = false;
    const began = performance.now();
    try {
      const answer = await this.runner.ask(text);
      if (answer !== undefined) await this.show(answer);
      else if (!this.runner.running) this.gaveUp(text, (performance.now() - began) / 1000);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.refused(text, error);
    } finally {
      // a newer query may still be running
      this.cancelButton.disabled = !this.runner.running;
    }
  }

  /** Show the result of the active tab, independent of the tab before. */
  private showAgain(answer: Answer | undefined): void {
    this.runner.cancel();
    if (answer === undefined) {
      this.outcome.blank();
      return;
    }
    const size = sizeOf(answer);
    this.outcome.answered(answer, size);
    void this.outcome.view(answer, size.many === 0);
  }

  private async show(answer: Answer): Promise<void> {
    const tab = this.tabs.current;
    if (tab !== undefined) tab.answer = answer;
    const size = sizeOf(answer);
    const outcome = this.outcome.answered(answer, size);
    this.remember(answer.query, answer.seconds, outcome);
    await this.outcome.view(answer, size.many === 0);
  }

  private refused(text: string, error: Refused): void {
    const placed = showProblem(this.code.view, text, error.problem);
    const why = error.problem.detail ?? advice(error);
    this.outcome.refused(error, placed);
    this.remember(text, error.seconds, translate("notRun", { why }));
  }

  private gaveUp(text: string, seconds: number): void {
    const words = translate("cancelled", { seconds: seconds.toLocaleString(language, { maximumFractionDigits: 1 }) });
    this.outcome.gaveUp(words);
    this.remember(text, seconds, words);
  }

  private remember(text: string, seconds: number, outcome: string): void {
    note({ text, at: new Date().toISOString(), seconds, outcome });
  }

  private async download(form: string): Promise<void> {
    try {
      await download(this.address("endpoint"), this.code.text, form, this.tabs.current?.title ?? "");
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.refused(this.code.text, error);
    }
  }
}

