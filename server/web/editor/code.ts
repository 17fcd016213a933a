// The code editor: CodeMirror in a shadow root, because our Content-Security-Policy allows no style elements.
import { acceptCompletion, autocompletion, closeBrackets, closeBracketsKeymap, closeCompletion, completionKeymap, type Completion } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentLess, indentMore, redo, temporarilySetTabFocusMode } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, indentOnInput, indentService, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState, Prec, type Extension, type Transaction } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers, placeholder, tooltips } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { sparql } from "codemirror-lang-sparql";
import { language, translate } from "../page/messages";
import { completions, type Offer, type Sources } from "./complete";
import { closeExplanation, explainHere, explanations, type Explainer } from "./explain";
import { applyFix, problems } from "./diagnostics";
import { tokens } from "./tokens";

export interface Commands {
  run(): void;
  /** Cancel the running query. Returns false if none was running. */
  cancel(): boolean;
  format(): void;
  changed(text: string): void;
}

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.definitionKeyword, tags.modifier], color: "var(--accent)", fontWeight: "600" },
  { tag: [tags.variableName, tags.special(tags.variableName)], color: "var(--editorial)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--achieved)" },
  { tag: [tags.number, tags.bool, tags.literal], color: "var(--achieved)" },
  { tag: [tags.comment, tags.lineComment], color: "var(--quiet)", fontStyle: "italic" },
  { tag: [tags.url, tags.link], color: "var(--stated)" },
  { tag: [tags.namespace, tags.propertyName, tags.typeName], color: "var(--ink)" },
  { tag: [tags.function(tags.variableName), tags.function(tags.name)], color: "var(--accent)" },
]);

const theme = EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", backgroundColor: "var(--raised)", fontSize: "0.88rem" },
  "&.cm-focused": { outline: "3px solid var(--accent)", outlineOffset: "-1px", borderRadius: "6px" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55", borderRadius: "6px" },
  ".cm-content": { caretColor: "var(--ink)", paddingBlock: "8px" },
  ".cm-cursor": { borderLeftColor: "var(--ink)", borderLeftWidth: "2px" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--quiet)", border: "none" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--accent) 6%, transparent)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--accent) 28%, transparent)",
  },
  ".cm-selectionMatch": { backgroundColor: "color-mix(in srgb, var(--accent) 14%, transparent)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "color-mix(in srgb, var(--accent) 22%, transparent)", outline: "none" },
  ".wrong": { textDecoration: "underline wavy var(--wrong)", textUnderlineOffset: "3px", textDecorationSkipInk: "none" },
  ".note": {
    fontFamily: "var(--sans)", fontSize: "0.9rem", margin: "4px 12px 8px 0", padding: "8px 12px", whiteSpace: "normal",
    borderLeft: "3px solid var(--wrong)", backgroundColor: "color-mix(in srgb, var(--wrong) 7%, var(--raised))", maxWidth: "72ch",
    position: "sticky", left: "0", overflowWrap: "anywhere",
  },
  ".note p": { margin: "0 0 4px" },
  ".note code": { display: "block", fontFamily: "var(--mono)", fontSize: "0.85rem", whiteSpace: "pre-wrap", margin: "4px 0 8px" },
  ".note button": {
    font: "inherit", padding: "4px 16px", minHeight: "32px", borderRadius: "6px", cursor: "pointer",
    border: "1px solid var(--accent)", color: "var(--on-accent)", backgroundColor: "var(--accent)",
  },
  ".note button:focus-visible": { outline: "3px solid var(--accent)", outlineOffset: "2px" },
  ".cm-tooltip": {
    backgroundColor: "var(--raised)", color: "var(--ink)", border: "1px solid var(--quiet)", borderRadius: "6px",
    boxShadow: "0 4px 16px rgb(0 0 0 / 0.2)", fontSize: "0.85rem", overflow: "hidden",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--sans)", maxHeight: "18em", minWidth: "min(30em, calc(100vw - 64px))", maxWidth: "calc(100vw - 48px)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { display: "flex", alignItems: "baseline", gap: "8px", padding: "4px 8px", lineHeight: "1.4" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > completion-section": {
    padding: "6px 8px 2px", opacity: "1", color: "var(--quiet)", fontSize: "0.75rem", borderBottom: "1px solid var(--line)",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--on-accent)" },
  ".cm-completionLabel": { fontFamily: "var(--mono)", whiteSpace: "nowrap" },
  ".cm-completionDetail": {
    marginLeft: "0", fontStyle: "normal", color: "var(--quiet)", flex: "1 1 auto", overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap",
  },
  ".kind": { marginLeft: "auto", color: "var(--quiet)", fontSize: "0.75rem", whiteSpace: "nowrap" },
  "li[aria-selected] .kind, li[aria-selected] .cm-completionDetail": { color: "inherit" },
  ".cm-tooltip.cm-completionInfo": { fontFamily: "var(--sans)", maxWidth: "22em", padding: "8px 12px" },
  ".cm-completionInfo p, .meaning p": { margin: "0 0 4px" },
  ".meaning": { fontFamily: "var(--sans)", padding: "8px 12px", maxWidth: "min(28em, calc(100vw - 32px))", lineHeight: "1.45" },
  ".meaning span, .meaning code": { color: "var(--quiet)", fontSize: "0.8rem" },
  ".cm-panels": { backgroundColor: "var(--paper)", color: "var(--ink)", borderColor: "var(--line)" },
  ".cm-panel input, .cm-panel button": { font: "inherit", color: "inherit", background: "var(--raised)", border: "1px solid var(--quiet)", borderRadius: "4px" },
});

/** Render the kind of a completion, and its count in the graph. */
function kindOf(completion: Completion): Node {
  const { kind, count } = completion as Offer;
  const span = document.createElement("span");
  span.className = "kind";
  span.textContent = count === undefined ? kind : `${kind} · ${count.toLocaleString(language)}`;
  return span;
}

export class Code {
  readonly view: EditorView;
  private readonly extensions: Extension;

  constructor(host: HTMLElement, sources: Sources, explainer: Explainer, commands: Commands) {
    const root = host.attachShadow({ mode: "open" });
    const frame = document.createElement("div");
    // a node that fills the shadow root: the rules of the host do not apply inside
    frame.style.height = "100%";
    root.append(frame);
    this.extensions = extensionsOf(sources, explainer, commands);
    this.view = new EditorView({ state: this.fresh(""), parent: frame, root });
  }

  /** Return a state with this text and an empty undo history. */
  fresh(text: string): EditorState {
    return EditorState.create({ doc: text, extensions: this.extensions });
  }

  get text(): string {
    return this.view.state.doc.toString();
  }

  /** Replace the part that differs, as one undo step. */
  replace(text: string): void {
    const old = this.text;
    let from = 0;
    while (from < old.length && from < text.length && old[from] === text[from]) from++;
    let end = 0;
    while (end < old.length - from && end < text.length - from && old.at(-1 - end) === text.at(-1 - end)) end++;
    this.view.dispatch({ changes: { from, to: old.length - end, insert: text.slice(from, text.length - end) }, userEvent: "input.format" });
  }
}

/**
 * Replace a selection on typing. A browser would keep the style of the old text as an inline style, which our
 * Content-Security-Policy forbids and reports in the console.
 */
function typedOver(event: InputEvent, view: EditorView): boolean {
  const { main } = view.state.selection;
  const text = event.data;
  if (event.inputType !== "insertText" || text === null || main.empty || view.state.selection.ranges.length > 1 || view.composing) return false;
  event.preventDefault();
  const insert = (): Transaction => view.state.update(view.state.replaceSelection(text), { userEvent: "input.type", scrollIntoView: true });
  const handled = view.state.facet(EditorView.inputHandler).some((handler) => handler(view, main.from, main.to, text, insert));
  if (!handled) view.dispatch(insert());
  return true;
}

/** Return the indentation of a line: two for each open bracket, two more after an unfinished line. */
function indentation(before: string, line: string): number {
  const signs = tokens(before).filter((token) => token.kind !== "comment");
  const depth = signs.reduce((sum, { kind, text }) => (kind === "sign" ? sum + Number("{([".includes(text)) - Number("})]".includes(text)) : sum), 0);
  const goesOn = [";", ","].includes(signs.at(-1)?.text ?? "") && !/^\s*[}\])]/.test(line);
  return 2 * Math.max(0, depth - Number(/^\s*[})\]]/.test(line)) + Number(goesOn));
}

function extensionsOf(sources: Sources, explainer: Explainer, commands: Commands): Extension {
  const quiet = (action: () => void) => (): boolean => {
    action();
    return true;
  };
  return [
    Prec.highest(
      keymap.of([
        // an open or pending list would consume the Escape that cancels the query
        { key: "Mod-Enter", run: (view) => quiet(() => (closeCompletion(view), commands.run()))() },
        { key: "Mod-i", run: (view) => quiet(() => void explainHere(explainer, view))() },
        { key: "Mod-.", run: applyFix },
        { key: "Alt-Shift-f", run: quiet(() => commands.format()) },
        { key: "Escape", run: closeExplanation },
        { key: "Tab", run: acceptCompletion },
        { key: "Mod-Shift-z", run: redo, preventDefault: true },
      ]),
    ),
    lineNumbers(),
    history(),
    drawSelection(),
    indentUnit.of("  "),
    indentService.of((context, at) => indentation(context.state.doc.sliceString(0, at), context.state.doc.lineAt(at).text)),
    indentOnInput(),
    EditorState.languageData.of(() => [{ indentOnInput: /^\s*[})]$/, commentTokens: { line: "#" }, closeBrackets: { brackets: ["(", "[", "{", '"'] } }]),
    bracketMatching(),
    closeBrackets(),
    highlightActiveLine(),
    highlightSelectionMatches(),
    search({ top: true }),
    EditorView.lineWrapping,
    EditorView.domEventHandlers({ beforeinput: typedOver }),
    tooltips({ position: "fixed" }),
    sparql(),
    syntaxHighlighting(colours),
    autocompletion({ override: completions(sources), icons: false, addToOptions: [{ render: kindOf, position: 90 }], maxRenderedOptions: 60, interactionDelay: 0 }),
    explanations(explainer),
    problems,
    placeholder(translate("placeholder")),
    EditorView.contentAttributes.of({ tabindex: "0", "aria-label": translate("query"), spellcheck: "false", autocapitalize: "off" }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) commands.changed(update.state.doc.toString());
    }),
    theme,
    keymap.of([
      ...completionKeymap,
      { key: "Escape", run: (view) => commands.cancel() || temporarilySetTabFocusMode(view) },
      ...closeBracketsKeymap,
      ...searchKeymap,
      ...historyKeymap,
      ...defaultKeymap,
      { key: "Tab", run: indentMore, shift: indentLess },
    ]),
  ];
}
