// A cell as elements: names with their language, links, numbers with their exact value, long texts cut.
import { language as pageLanguage } from "../page/messages";
import { isNumber, momentOf } from "./columns";
import { button, make } from "./elements";
import { isOurs, type ViewContext } from "./view_context";
import type { Cell, Iri, Literal } from "./terms";
import { viewText } from "./messages";

const LONGEST = 300;
const UNBROKEN = /[^\s\u2e80-\uffef]{40}/;
/** Signs that would change how the text around them is set, or that cannot be seen at all. */
const UNSEEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/;

/** Put into a cell of a table what it says. */
export function fill(place: HTMLElement, cell: Cell, context: ViewContext): void {
  place.replaceChildren();
  if (cell === null) place.append(make("span", { class: "quiet", "aria-hidden": "true" }, "–"), make("span", { class: "heard" }, viewText("no-value")));
  else if (cell.kind === "iri") place.append(itemLink(cell, context));
  else if (cell.kind === "blank") place.append(make("span", { class: "quiet" }, `_:${cell.value}`));
  else place.append(...literal(cell, context));
}

/** A thing by its name, or by its IRI, with a link to its page. */
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

/** The beginning of a long text, and a button for the rest. */
function cut(text: string, language: string): HTMLElement {
  const short = `${text.slice(0, LONGEST)} …`;
  const place = textElement(short, language);
  // its end is not yet seen
  place.classList.add("long");
  const more = button(viewText("more"), () => {
    const opens = more.getAttribute("aria-expanded") !== "true";
    place.replaceChildren(...visible(opens ? text : short));
    more.setAttribute("aria-expanded", String(opens));
    more.textContent = viewText(opens ? "less" : "more");
  }, { class: "link", "aria-expanded": "false" });
  return make("span", {}, place, " ", more);
}

/** A text by itself, whatever its direction; one that has no place to break may break anywhere. */
function textElement(text: string, language: string): HTMLElement {
  const attributes = { ...(language === "" ? {} : { lang: language }), ...(UNBROKEN.test(text) ? { class: "long" } : {}) };
  return make("bdi", attributes, ...visible(text));
}

/** A text in which signs that cannot be seen, or that turn the text around, stand by their number. */
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
