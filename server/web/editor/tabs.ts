// Several queries, each in a tab (ARIA Authoring Practices), stored in the browser.
import type { EditorState } from "@codemirror/state";
import { translate } from "../page/messages";
import type { Answer } from "../views/answer";
import { remove, store, stored, keysOf } from "./storage";

const START = "tab.";
const LONGEST_TITLE = 40;

export interface StoredTab {
  readonly title: string;
  readonly text: string;
  readonly order: number;
  /** The example that it came from. */
  readonly slug?: string;
}

export interface Tab extends StoredTab {
  readonly id: string;
  state?: EditorState;
  /** The last result of its query, while the page is open. */
  answer?: Answer;
}

export interface OnSelect {
  /** Called with the tab to show and the tab to leave, whose state can still be saved. */
  (tab: Tab, left: Tab | undefined): void;
}

export class Tabs {
  private tabs: Tab[];
  private active: Tab | undefined;

  constructor(
    private readonly list: HTMLElement,
    private readonly panel: HTMLElement,
    private readonly chosen: OnSelect,
  ) {
    this.tabs = keysOf(START)
      .flatMap((id) => {
        const { title, text, order, slug } = stored<StoredTab | null>(START + id) ?? {};
        if (typeof text !== "string" || typeof title !== "string") return [];
        // read the stored fields only: a damaged entry must not bring a result or state of its own
        return [{ id, title, text, order: Number(order) || 0, ...(typeof slug === "string" ? { slug } : {}) }];
      })
      .sort((a, b) => a.order - b.order);
    list.addEventListener("keydown", (event) => this.key(event));
  }

  get current(): Tab | undefined {
    return this.active;
  }

  get empty(): boolean {
    return this.tabs.length === 0;
  }

  /** Show the tab that was active last. */
  resume(): void {
    const last = stored<string>("active");
    this.show(this.tabs.find((tab) => tab.id === last) ?? this.tabs[0]);
  }

  /** Show a text in the tab that has it, else in a new tab. */
  open(text: string, title = "", slug?: string): void {
    const same = this.tabs.find((tab) => tab.text === text && (slug === undefined || tab.slug === slug));
    if (same !== undefined) {
      this.show(same);
      return;
    }
    const id = Date.now().toString(36) + Math.random().toString(36).slice(2, 6);
    const tab: Tab = { id, title: shortened(title) || this.freshTitle(), text, order: Date.now(), ...(slug === undefined ? {} : { slug }) };
    // an unused empty tab is replaced
    const blank = this.active !== undefined && this.active.text.trim() === "" ? this.active : undefined;
    if (blank !== undefined && text.trim() !== "") this.remove(blank);
    this.tabs.push(tab);
    this.keepTab(tab);
    this.show(tab);
  }

  /** Save the changed text of the active tab. */
  write(text: string): void {
    if (this.active === undefined || this.active.text === text) return;
    this.change(this.active, { text });
  }

  rename(title: string): void {
    if (this.active === undefined || title.trim() === "") return;
    this.change(this.active, { title: shortened(title) });
    this.draw();
  }

  close(tab = this.active): void {
    if (tab === undefined) return;
    const place = this.tabs.indexOf(tab);
    this.remove(tab);
    if (this.tabs.length === 0) this.open("");
    else if (tab === this.active) this.show(this.tabs[Math.min(place, this.tabs.length - 1)]);
    else this.draw();
  }

  focus(): void {
    this.list.querySelector<HTMLElement>("[aria-selected=true]")?.focus();
  }

  private remove(tab: Tab): void {
    this.tabs = this.tabs.filter((candidate) => candidate !== tab);
    remove(START + tab.id);
  }

  private change(tab: Tab, values: Partial<StoredTab>): void {
    Object.assign(tab, values);
    this.keepTab(tab);
  }

  private keepTab(tab: Tab): void {
    const { id, state: _, answer: __, ...rest } = tab;
    store(START + id, rest);
  }

  private show(tab: Tab | undefined): void {
    if (tab === undefined) return;
    const left = this.active;
    this.active = tab;
    store("active", tab.id);
    this.draw();
    this.chosen(tab, left);
  }

  private freshTitle(): string {
    const taken = new Set(this.tabs.map((tab) => tab.title));
    for (let number = 1; ; number++) {
      const title = translate("untitled", { number });
      if (!taken.has(title)) return title;
    }
  }

  private draw(): void {
    const focused = this.list.contains(document.activeElement);
    this.list.replaceChildren(...this.tabs.map((tab) => this.button(tab)));
    this.panel.setAttribute("aria-labelledby", `tab-${this.active?.id ?? ""}`);
    const shown = this.list.querySelector<HTMLElement>("[aria-selected=true]");
    if (focused) shown?.focus();
    if (shown !== null) this.list.scrollLeft = Math.max(0, shown.offsetLeft - this.list.clientWidth / 2);
  }

  private button(tab: Tab): HTMLElement {
    const button = document.createElement("button");
    const active = tab === this.active;
    button.type = "button";
    button.id = `tab-${tab.id}`;
    button.textContent = tab.title;
    button.title = tab.title;
    button.setAttribute("role", "tab");
    button.setAttribute("aria-selected", String(active));
    button.setAttribute("aria-controls", this.panel.id);
    button.tabIndex = active ? 0 : -1;
    button.addEventListener("click", () => this.show(tab));
    button.addEventListener("auxclick", (event) => {
      if (event.button === 1) this.close(tab);
    });
    return button;
  }

  private key(event: KeyboardEvent): void {
    if (this.active === undefined) return;
    const place = this.tabs.indexOf(this.active);
    const last = this.tabs.length - 1;
    const to = { ArrowLeft: place === 0 ? last : place - 1, ArrowRight: place === last ? 0 : place + 1, Home: 0, End: last }[event.key];
    if (to !== undefined) this.show(this.tabs[to]);
    else if (event.key === "Delete") this.close();
    else return;
    event.preventDefault();
  }
}

function shortened(title: string): string {
  const trimmed = title.trim();
  return trimmed.length > LONGEST_TITLE ? `${trimmed.slice(0, LONGEST_TITLE - 1)}…` : trimmed;
}
