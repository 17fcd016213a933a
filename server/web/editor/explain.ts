// Explain a name: its label and definition, by pointer or by key.
import { StateEffect, StateField, type Extension } from "@codemirror/state";
import { hoverTooltip, showTooltip, type EditorView, type Tooltip } from "@codemirror/view";
import { language, translate } from "../page/messages";
import { labelOf, type Terms } from "./terms";
import { declared, tokens } from "./tokens";

export interface Explainer {
  readonly terms: () => Terms;
  readonly endpoint: string;
  /** Announce a text to users of screen readers. */
  readonly announce: (text: string) => void;
}

interface Meaning {
  readonly name: string;
  readonly kind: string;
  readonly label: { text: string; language: string } | undefined;
  readonly text: { text: string; language: string } | undefined;
}

const show = StateEffect.define<Tooltip | null>();
const shown = StateField.define<Tooltip | null>({
  create: () => null,
  update(value, transaction) {
    for (const effect of transaction.effects) if (effect.is(show)) return effect.value;
    return transaction.docChanged || transaction.selection !== undefined ? null : value;
  },
  provide: (field) => showTooltip.from(field),
});

export function explanations(explainer: Explainer): Extension {
  return [shown, hoverTooltip(async (view, at) => tooltip(explainer, await meaningAt(explainer, view, at)), { hideOnChange: true })];
}

/** Explain the name at the cursor. */
export async function explainHere(explainer: Explainer, view: EditorView): Promise<void> {
  const meaning = await meaningAt(explainer, view, view.state.selection.main.head);
  explainer.announce(meaning === null ? translate("nothingToExplain") : textsOf(meaning.meaning).join(". "));
  view.dispatch({ effects: show.of(tooltip(explainer, meaning)) });
}

/** Close the explanation. Returns false if none was open. */
export function closeExplanation(view: EditorView): boolean {
  if (view.state.field(shown, false) == null) return false;
  view.dispatch({ effects: show.of(null) });
  return true;
}

async function meaningAt(explainer: Explainer, view: EditorView, at: number): Promise<{ meaning: Meaning; from: number; to: number } | null> {
  const text = view.state.doc.toString();
  const token = tokens(text).find((candidate) => candidate.from <= at && at <= candidate.to && (candidate.kind === "prefixed" || candidate.kind === "iri"));
  if (token === undefined) return null;
  const prefixes = declared(text);
  const terms = explainer.terms();
  const iri = terms.iriOf(token.text, prefixes);
  if (iri === undefined) return null;
  const name = terms.nameOf(token.text, prefixes) ?? token.text;
  const held = terms.named(name);
  const meaning: Meaning | null =
    held !== undefined
      ? { name, kind: translate(held.kind), label: labelOf(held.term, language), text: held.term.meaning }
      : await ofThing(explainer, iri, name);
  return meaning === null ? null : { meaning, from: token.from, to: token.to };
}

const requests = new Map<string, Promise<Meaning | null>>();

function ofThing(explainer: Explainer, iri: string, name: string): Promise<Meaning | null> {
  let pending = requests.get(iri);
  if (pending === undefined) {
    pending = ask(explainer, iri, name).catch(() => null);
    requests.set(iri, pending);
  }
  return pending;
}

interface Cell {
  readonly value: string;
  readonly "xml:lang"?: string;
}

/** Query the labels, kinds and definition of an item. */
async function ask(explainer: Explainer, iri: string, name: string): Promise<Meaning | null> {
  if (/[<>"{}|^`\\\s]/.test(iri)) return null;
  const query = `PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> PREFIX dcterms: <http://purl.org/dc/terms/>
SELECT ?p ?o { VALUES ?p { skos:prefLabel rdfs:label dcterms:title skos:definition dcterms:description <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> } <${iri}> ?p ?o } LIMIT 60`;
  const url = new URL(explainer.endpoint, location.href);
  url.searchParams.set("query", query);
  const response = await fetch(url, { headers: { Accept: "application/sparql-results+json" } });
  if (!response.ok) return null;
  const rows = ((await response.json()) as { results: { bindings: { p: Cell; o: Cell }[] } }).results.bindings;
  const textOf = (...ends: string[]): { text: string; language: string } | undefined => {
    const matching = rows.filter((row) => ends.some((end) => row.p.value.endsWith(end)));
    const best = matching.find((row) => row.o["xml:lang"] === language) ?? matching.find((row) => row.o["xml:lang"] === "en") ?? matching[0];
    return best === undefined ? undefined : { text: best.o.value, language: best.o["xml:lang"] ?? "" };
  };
  const terms = explainer.terms();
  const kinds = rows
    .filter((row) => row.p.value.endsWith("#type"))
    .map((row) => terms.named(terms.nameOf(`<${row.o.value}>`, new Map()) ?? "")?.term)
    .filter((term) => term !== undefined)
    .sort((a, b) => a.count - b.count);
  const kind = kinds[0] === undefined ? translate("thing") : (labelOf(kinds[0], language)?.text ?? kinds[0].name);
  const label = textOf("#prefLabel", "#label", "/title");
  return rows.length === 0 ? { name, kind: translate("unknownName"), label: undefined, text: undefined } : { name, kind, label, text: textOf("#definition", "/description") };
}

function textsOf(meaning: Meaning): string[] {
  return [meaning.label?.text ?? meaning.name, meaning.kind, meaning.text?.text ?? ""].filter((part) => part !== "");
}

function tooltip(explainer: Explainer, target: { meaning: Meaning; from: number; to: number } | null): Tooltip | null {
  if (target === null) return null;
  const { meaning, from, to } = target;
  return {
    pos: from,
    end: to,
    above: true,
    create: () => {
      const dom = document.createElement("div");
      dom.className = "meaning";
      const head = document.createElement("p");
      const label = textElement("strong", meaning.label?.text ?? meaning.name, meaning.label?.language);
      head.append(label, " ", textElement("span", meaning.kind));
      dom.append(head);
      if (meaning.text !== undefined) dom.append(textElement("p", meaning.text.text, meaning.text.language));
      const name = textElement("code", meaning.name);
      dom.append(name);
      return { dom };
    },
  };
}

function textElement(tag: string, text: string, lang = ""): HTMLElement {
  const element = document.createElement(tag);
  element.textContent = text;
  if (lang !== "" && lang !== language) element.lang = lang;
  return element;
}
