// The response as it was received, to read and to copy.
import { button, make } from "./elements";
import type { ViewPanel, ViewContext } from "./view_context";
import { viewText } from "./messages";

/** A longer text would be slow to render. */
const MOST_CHARACTERS = 200_000;

export class RawView implements ViewPanel {
  readonly downloads;

  constructor(panel: HTMLElement, context: ViewContext) {
    const { text } = context.answer;
    this.downloads = context.isGraph
      ? [{ ending: "nt", label: "N-Triples", make: () => new Blob([text], { type: "application/n-triples" }) }]
      : [{ ending: "srj", label: "JSON", make: () => new Blob([text], { type: "application/sparql-results+json" }) }];
    const note = text.length > MOST_CHARACTERS ? make("p", { class: "quiet" }, viewText("cut", { n: MOST_CHARACTERS, of: text.length })) : null;
    const written = make("pre", { tabindex: "0", role: "region", "aria-label": viewText("raw") }, make("code", {}, text.slice(0, MOST_CHARACTERS)));
    panel.append(make("p", { class: "actions" }, copying(() => text)), ...(note === null ? [] : [note]), written);
  }

  rename(): void {
    // the response contains no labels
  }

  close(): void {
    // nothing to release
  }
}

/** Create a button that copies a text and confirms it. */
export function copying(text: () => string): HTMLElement {
  const message = make("span", { role: "status", class: "quiet" });
  const copy = button(viewText("copy"), () => {
    void navigator.clipboard.writeText(text()).then(
      () => message.replaceChildren(viewText("copied")),
      () => message.replaceChildren(viewText("not-copied")),
    );
  });
  return make("span", { class: "copying" }, copy, " ", message);
}
