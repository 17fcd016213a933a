// Problems of a query at their position: a mark, the remedy below the line, and the fix as a button.
import { StateEffect, StateField, type Extension, type Transaction } from "@codemirror/state";
import { Decoration, EditorView, WidgetType, type DecorationSet } from "@codemirror/view";
import { language, translate } from "../page/messages";
import { changeInWords } from "./change_summary";

/** A problem document of the server (RFC 9457, with our members: docs/reference/errors.md). */
export interface ProblemDetails {
  readonly type?: string;
  readonly status?: number;
  readonly detail?: string;
  readonly remedy?: string;
  /** The same in the language of the page, where a translation exists. */
  readonly said?: { readonly detail?: string; readonly remedy?: string };
  readonly line?: number;
  readonly column?: number;
  readonly mend?: { readonly line: number; readonly column: number; readonly delete: number; readonly insert: string; readonly sure: boolean };
}

interface Fix {
  readonly from: number;
  readonly to: number;
  readonly insert: string;
}

interface Problem {
  readonly from: number;
  readonly to: number;
  readonly words: string;
  readonly wordsLanguage: string;
  readonly remedy: string;
  readonly remedyLanguage: string;
  readonly fix: Fix | undefined;
}

const setProblem = StateEffect.define<Problem | null>();

const problemField = StateField.define<Problem | null>({
  create: () => null,
  update(problem, transaction) {
    for (const effect of transaction.effects) if (effect.is(setProblem)) return effect.value;
    return problem === null || !transaction.docChanged ? problem : moved(problem, transaction);
  },
  provide: (field) => EditorView.decorations.compute([field], (state) => decorationsOf(state.field(field), state.doc.length, (at) => state.doc.lineAt(at).to)),
});

export const problems: Extension = problemField;

/** Convert a line and a column of the server (from 1, in characters) to a JavaScript offset. */
function offset(text: string, line: number, column: number): number {
  const lines = text.split("\n");
  const before = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0);
  return before + Array.from(lines[line - 1] ?? "").slice(0, column - 1).join("").length;
}

function after(text: string, from: number, characters: number): number {
  return from + Array.from(text.slice(from, from + 2 * characters)).slice(0, characters).join("").length;
}

/** Show a problem at its position. Returns false if it has none. */
export function showProblem(view: EditorView, queryText: string, description: ProblemDetails): boolean {
  if (description.line === undefined || description.column === undefined || view.state.doc.toString() !== queryText) return false;
  const from = Math.min(offset(queryText, description.line, description.column), queryText.length);
  const word = /^[^\s(){}[\];,"]+/.exec(queryText.slice(from))?.[0] ?? queryText.slice(from, from + 1);
  const { mend } = description;
  let change: Fix | undefined;
  // an uncertain fix is only described in the remedy
  if (mend?.sure === true) {
    const start = offset(queryText, mend.line, mend.column);
    change = { from: start, to: after(queryText, start, mend.delete), insert: mend.insert };
  }
  const whole = description.said?.remedy ?? description.remedy ?? "";
  const [beginning = ""] = whole.split("\n");
  const problem = {
    from,
    to: from + word.length,
    words: description.said?.detail ?? description.detail ?? "",
    wordsLanguage: description.said?.detail === undefined ? "en" : language,
    remedy: change === undefined ? whole : beginning,
    remedyLanguage: description.said?.remedy === undefined ? "en" : language,
    fix: change,
  };
  view.dispatch({ effects: setProblem.of(problem), selection: { anchor: from }, scrollIntoView: true });
  return true;
}

export function clearProblem(view: EditorView): void {
  if (view.state.field(problemField) !== null) view.dispatch({ effects: setProblem.of(null) });
}

/** Apply the fix, as one undo step. Returns false if there is none. */
export function applyFix(view: EditorView): boolean {
  const fix = view.state.field(problemField)?.fix;
  if (fix === undefined) return false;
  view.dispatch({
    changes: fix,
    selection: { anchor: fix.from + fix.insert.length },
    effects: setProblem.of(null),
    userEvent: "input.fix",
    scrollIntoView: true,
  });
  view.focus();
  return true;
}

function moved(problem: Problem, transaction: Transaction): Problem {
  const at = (place: number): number => transaction.changes.mapPos(place, 1);
  const { fix } = problem;
  return {
    ...problem,
    from: at(problem.from),
    to: at(problem.to),
    fix: fix === undefined ? undefined : { ...fix, from: at(fix.from), to: at(fix.to) },
  };
}

function decorationsOf(problem: Problem | null, length: number, endOfLine: (at: number) => number): DecorationSet {
  if (problem === null) return Decoration.none;
  const note = Decoration.widget({ widget: new Note(problem), block: true, side: 1 });
  const mark = Decoration.mark({ class: "wrong" });
  const [from, to] = [Math.min(problem.from, length), Math.min(problem.to, length)];
  const marks = to > from ? [mark.range(from, to)] : [];
  return Decoration.set([...marks, note.range(endOfLine(from))], true);
}

class Note extends WidgetType {
  constructor(private readonly problem: Problem) {
    super();
  }

  override eq(other: Note): boolean {
    return other.problem.words === this.problem.words && other.problem.fix?.insert === this.problem.fix?.insert;
  }

  override toDOM(view: EditorView): HTMLElement {
    const note = document.createElement("div");
    note.className = "note";
    const words = document.createElement("p");
    words.lang = this.problem.wordsLanguage;
    words.textContent = this.problem.words;
    note.append(words);
    if (this.problem.remedy !== "" && !this.problem.words.includes(this.problem.remedy)) {
      const remedy = document.createElement("p");
      remedy.lang = this.problem.remedyLanguage;
      remedy.textContent = this.problem.remedy;
      note.append(remedy);
    }
    if (this.problem.fix !== undefined) {
      const button = document.createElement("button");
      button.type = "button";
      const { from, to, insert } = this.problem.fix;
      const before = view.state.doc.toString();
      button.textContent = translate("correction", { change: changeInWords(before, before.slice(0, from) + insert + before.slice(to)) });
      button.addEventListener("click", () => applyFix(view));
      note.append(button);
    }
    return note;
  }

  override ignoreEvent(): boolean {
    return true;
  }
}
