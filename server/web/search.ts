// Suggestions while typing: an editable combobox with a list box (ARIA Authoring Practices).
// Without this file the form still works.

import { withLanguage, language, translate } from "./page/messages";

interface Hit {
  iri: string;
  page: string | null;
  label: string;
  language: string;
  matched: string;
  matched_language: string;
  why: string;
  kinds: string[];
}

interface Answer {
  total: number;
  hits: Hit[];
  labels: Record<string, string>;
}

const PAUSE_MS = 120;
const MOST = 8;

let number = 0;

class Suggestions {
  private readonly list = document.createElement("ul");
  private readonly statusLine = document.createElement("span");
  private readonly id = `suggested-${++number}`;
  private links: string[] = [];
  private active = -1;
  private timer = 0;
  private request: AbortController | undefined;

  constructor(
    private readonly form: HTMLFormElement,
    private readonly input: HTMLInputElement,
    private readonly address: string,
  ) {
    this.list.id = this.id;
    this.list.className = "suggested";
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", translate("suggestions"));
    this.statusLine.className = "visually-hidden";
    this.statusLine.setAttribute("role", "status");
    input.after(this.list, this.statusLine);
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", this.id]] as const) {
      input.setAttribute(name, value);
    }
    input.addEventListener("input", (event) => this.later(event));
    input.addEventListener("compositionend", () => this.later());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => this.close());
    form.addEventListener("submit", () => this.close());
    // pressing the mouse button must not move the focus before the click ends
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.click(event));
  }

  /** Ask after a short pause in typing; text under composition by an input method does not count yet. */
  private later(event?: Event): void {
    if (event instanceof InputEvent && event.isComposing) return;
    clearTimeout(this.timer);
    this.request?.abort();
    const text = this.input.value.trim();
    if (text === "") {
      this.close();
      return;
    }
    this.timer = window.setTimeout(() => void this.ask(text), PAUSE_MS);
  }

  private async ask(text: string): Promise<void> {
    const request = new AbortController();
    this.request = request;
    const fields = new FormData(this.form);
    const url = new URL(this.address, location.href);
    for (const key of ["kind", "plan"]) for (const value of fields.getAll(key)) url.searchParams.append(key, String(value));
    url.searchParams.set("lang", language);
    url.searchParams.set("q", text);
    url.searchParams.set("begins", "1");
    url.searchParams.set("size", String(MOST));
    try {
      const response = await fetch(url, { signal: request.signal });
      if (!response.ok) throw new Error(String(response.status));
      const answer = (await response.json()) as Answer;
      if (this.request === request && document.activeElement === this.input) this.show(answer);
    } catch {
      if (!request.signal.aborted) this.close();
    }
  }

  private show(answer: Answer): void {
    this.links = answer.hits.map((hit) => withLanguage(hit.page ?? this.search(hit.label)));
    this.list.replaceChildren(...answer.hits.map((hit, place) => this.option(hit, place, answer.labels)));
    this.active = -1;
    this.input.removeAttribute("aria-activedescendant");
    this.open(answer.hits.length > 0);
    this.statusLine.textContent = 
      answer.total === 0 ? translate("no suggestion") : translate("suggested", { shown: answer.hits.length, total: answer.total });
  }

  private option(hit: Hit, place: number, labels: Record<string, string>): HTMLLIElement {
    const option = document.createElement("li");
    option.id = `${this.id}-${place}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.append(textElement(hit.label, hit.language));
    const more = document.createElement("span");
    more.className = "quiet";
    more.append(hit.kinds.map((kind) => labels[kind] ?? "").filter(Boolean).join(", "));
    if (hit.matched !== hit.label) more.append(" · ", textElement(shortened(hit.matched), hit.matched_language));
    if (hit.why !== "") more.append(` · ${hit.why}`);
    option.append(more);
    return option;
  }

  private search(text: string): string {
    const url = new URL(this.form.action, location.href);
    url.searchParams.set("q", text);
    return url.href;
  }

  private key(event: KeyboardEvent): void {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    const last = this.links.length - 1;
    if (event.key === "Escape" && !this.list.hidden) {
      this.close();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && last >= 0) {
      const opened = this.list.hidden;
      this.open(true);
      if (event.key === "ArrowDown") this.choose(opened || this.active >= last ? 0 : this.active + 1);
      else this.choose(opened || this.active <= 0 ? last : this.active - 1);
    } else if (event.key === "Enter" && !this.list.hidden && this.active >= 0) {
      location.assign(this.links[this.active] ?? this.form.action);
    } else {
      return;
    }
    event.preventDefault();
  }

  private choose(place: number): void {
    this.active = place;
    for (const [at, option] of [...this.list.children].entries()) {
      option.setAttribute("aria-selected", String(at === place));
      if (at === place) option.scrollIntoView({ block: "nearest" });
    }
    this.input.setAttribute("aria-activedescendant", `${this.id}-${place}`);
  }

  private click(event: MouseEvent): void {
    const option = (event.target as Element).closest("li");
    const link = option === null ? undefined : this.links[[...this.list.children].indexOf(option)];
    if (link !== undefined) location.assign(link);
  }

  private open(shown: boolean): void {
    this.list.hidden = !shown;
    this.input.setAttribute("aria-expanded", String(shown));
  }

  private close(): void {
    clearTimeout(this.timer);
    this.request?.abort();
    this.active = -1;
    this.input.removeAttribute("aria-activedescendant");
    this.open(false);
  }
}

function textElement(text: string, language: string): HTMLSpanElement {
  const span = document.createElement("span");
  if (language !== "") span.lang = language;
  span.textContent = text;
  return span;
}

function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)} …` : text;
}

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-suggest]")) {
  const input = form.querySelector<HTMLInputElement>("input[name=q]");
  if (input !== null) new Suggestions(form, input, form.dataset.suggest ?? "");
}

// "/" moves the focus to the field
document.addEventListener("keydown", (event) => {
  const [origin] = event.composedPath(); // composedPath also sees into a shadow root, where event.target is only the host
  const typing = origin instanceof Element && origin.closest("input, textarea, select, [contenteditable]") !== null;
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  document.querySelector<HTMLInputElement>("form[data-suggest] input[name=q]")?.focus();
  event.preventDefault();
});
