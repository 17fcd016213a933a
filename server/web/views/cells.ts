// Table cells as elements: labels with their language, links, numbers with the exact value, long texts shortened.
import { language as pageLanguage } from "../page/messages";
import { isNumber, momentOf } from "./columns";
import { button, make } from "./elements";
import { isOurs, type ViewContext } from "./view_context";
import type { Cell, Iri, Literal } from "./terms";
import { viewText } from "./messages";

const LONGEST = 300;
const UNBROKEN = /[^\s\u2e80-\uffef]{40}/;
/** Characters that are invisible or change the direction of the text around them. */
const UNSEEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/;

/** Fill a table cell with its content. */
export function fill(place: HTMLElement, cell: Cell, context: ViewContext): void {
  place.replaceChildren();
  if (cell === null) place.append(make("span", { class: "quiet", "aria-hidden": "true" }, "–"), make("span", { class: "visually-hidden" }, viewText("no-value")));
  else if (cell.kind === "iri") place.append(itemLink(cell, context));
  else if (cell.kind === "blank") place.append(make("span", { class: "quiet" }, `_:${cell.value}`));
  else place.append(...literal(cell, context));
}

/** Return a link to an item's page, with its label or IRI. */
export function itemLink(iri: Iri, context: ViewContext): HTMLElement {
  const label = context.named ? context.label(iri.value) : { text: iri.value, language: "" };
  const name = textElement(label.text, label.language);
  const address = context.page(iri.value);
  const link = address === "" ? name : make("a", { href: address, title: iri.value }, name);
  if (link !== name && !isOurs(iri.value)) {
    link.setAttribute("rel", "noopener");
    link.setAttribute("target", "_blank");
    link.classList.add("elsewhere");
  }
  if (!context.named || label.language === "" || label.language === context.language) return link;
  const mark = make("abbr", { class: "fallback", title: viewText("fallback") }, label.language);
  return make("span", {}, link, " ", mark);
}

function literal(cell: Literal, context: ViewContext): Node[] {
  if (isNumber(cell) && momentOf(cell) === undefined) {
    const text = context.words(cell);
    return [text === cell.value ? document.createTextNode(text) : make("span", { title: cell.value }, text)];
  }
  const language = cell.language === pageLanguage ? "" : cell.language;
  if (cell.value.length > LONGEST) return [cut(cell.value, language)];
  return [textElement(cell.value, language)];
}

/** Return the beginning of a long text, and a button for the rest. */
function cut(text: string, language: string): HTMLElement {
  const short = `${text.slice(0, LONGEST)} …`;
  const place = textElement(short, language);
  // the end of the text is not visible yet
  place.classList.add("long");
  const more = button(viewText("more"), () => {
    const opens = more.getAttribute("aria-expanded") !== "true";
    place.replaceChildren(...visible(opens ? text : short));
    more.setAttribute("aria-expanded", String(opens));
    more.textContent = viewText(opens ? "less" : "more");
  }, { class: "link", "aria-expanded": "false" });
  return make("span", {}, place, " ", more);
}

/** Return an element that isolates the direction of a text; a text without break points may break anywhere. */
function textElement(text: string, language: string): HTMLElement {
  const attributes = { ...(language === "" ? {} : { lang: language }), ...(UNBROKEN.test(text) ? { class: "long" } : {}) };
  return make("bdi", attributes, ...visible(text));
}

/** Replace invisible and direction-changing characters by their code points. */
export function visible(text: string): (Node | string)[] {
  if (!UNSEEN.test(text)) return [text];
  const parts: (Node | string)[] = [];
  let plain = "";
  for (const sign of text) {
    if (!UNSEEN.test(sign)) {
      plain += sign;
      continue;
    }
    const code = sign.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0") ?? "";
    parts.push(plain, make("span", { class: "sign" }, `U+${code}`));
    plain = "";
  }
  return [...parts, plain];
}
