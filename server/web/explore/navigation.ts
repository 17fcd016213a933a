// Navigation in the explorer: fetch another address of the same page and replace the parts that differ.

interface Focus {
  part: string;
  key: string | undefined;
  place: number;
}

export class Navigation {
  private request: AbortController | undefined;

  constructor(private readonly explorer: HTMLElement, private readonly arrived: () => void) {}

  /** Show an address; `historyMode` says how the history changes. Returns false if another step came first. */
  async show(address: string, historyMode: "push" | "replace" | "none"): Promise<boolean> {
    this.request?.abort();
    const request = new AbortController();
    this.request = request;
    this.explorer.setAttribute("aria-busy", "true");
    try {
      const response = await fetch(address, { signal: request.signal, headers: { Accept: "text/html" } });
      if (!response.ok) throw new Error(String(response.status));
      const text = await response.text();
      if (this.request !== request) return false;
      this.take(new DOMParser().parseFromString(text, "text/html"));
      if (historyMode === "push") history.pushState(null, "", address);
      if (historyMode === "replace") history.replaceState(null, "", address);
      this.arrived();
      return true;
    } catch (problem) {
      if (request.signal.aborted) return false;
      throw problem;
    } finally {
      if (this.request === request) this.explorer.removeAttribute("aria-busy");
    }
  }

  /** Cancel the pending step. */
  stop(): void {
    this.request?.abort();
    this.request = undefined;
    this.explorer.removeAttribute("aria-busy");
  }

  /** Replace the parts of the page, and restore the focus. */
  private take(page: Document): void {
    const focused = this.focused();
    for (const part of this.explorer.querySelectorAll<HTMLElement>("[data-part]")) {
      const fresh = page.querySelector(`[data-part="${part.dataset.part ?? ""}"]`);
      if (fresh !== null) part.replaceChildren(...fresh.childNodes);
    }
    document.title = page.title;
    // links to the other languages of this page have changed too
    const languages = page.querySelector("footer .languages");
    if (languages !== null) document.querySelector("footer .languages")?.replaceChildren(...languages.childNodes);
    if (focused !== undefined) this.refocus(focused);
  }

  /** Record the focus: its part, the name of its link, and the index among equal names. */
  private focused(): Focus | undefined {
    const active = document.activeElement;
    const part = active?.closest<HTMLElement>("[data-part]");
    if (!(active instanceof HTMLElement) || !part) return undefined;
    const place = [...part.querySelectorAll<HTMLElement>("a")].indexOf(active);
    return { part: part.dataset.part ?? "", key: active.dataset.key ?? active.dataset.choose, place };
  }

  private refocus({ part, key, place }: Focus): void {
    const links = [...this.explorer.querySelectorAll<HTMLElement>(`[data-part="${part}"] a`)];
    const same = key === undefined ? undefined : links.find((link) => link.dataset.key === key || link.dataset.choose === key);
    const near = links[Math.min(Math.max(place, 0), links.length - 1)];
    (same ?? near)?.focus({ preventScroll: true });
  }
}
