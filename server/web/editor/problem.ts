// What the server says of a query, at its place: a mark, the remedy under the line, and the mend as one button.
import { StateEffect, StateField, type Extension, type Transaction } from "@codemirror/state";
import { Decoration, EditorView, WidgetType, type DecorationSet } from "@codemirror/view";
import { language, say } from "../page/words";
import { changeInWords } from "./change";

/** A problem as the server tells it (RFC 9457, with our members: docs/reference/errors.md). */
export interface Told {
  readonly type?: string;
  readonly status?: number;
  readonly detail?: string;
  readonly remedy?: string;
  /** The same in the language of the page, as far as the server knows how to say it. */
  readonly said?: { readonly detail?: string; readonly remedy?: string };
  readonly line?: number;
  readonly column?: number;
  readonly mend?: { readonly line: number; readonly column: number; readonly delete: number; readonly insert: string; readonly sure: boolean };
}

interface Mend {
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
  readonly mend: Mend | undefined;
}

const put = StateEffect.define<Problem | null>();

const held = StateField.define<Problem | null>({
  create: () => null,
  update(problem, transaction) {
    for (const effect of transaction.effects) if (effect.is(put)) return effect.value;
    return problem === null || !transaction.docChanged ? problem : moved(problem, transaction);
  },
  provide: (field) => EditorView.decorations.compute([field], (state) => drawn(state.field(field), state.doc.length, (at) => state.doc.lineAt(at).to)),
});

export const problems: Extension = held;

/** Places in JavaScript's units of a line and a column of the server, both from 1, which counts characters. */
function offset(text: string, line: number, column: number): number {
  const lines = text.split("\n");
  const before = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  return before + Array.from(lines[line - 1] ?? "").slice(0, column - 1).join("").length;
}

function after(text: string, from: number, characters: number): number {
  return from + Array.from(text.slice(from, from + 2 * characters)).slice(0, characters).join("").length;
}

/** Show a problem that has a place; says whether it has one. */
export function showProblem(view: EditorView, asked: string, told: Told): boolean {
  if (told.line === undefined || told.column === undefined || view.state.doc.toString() !== asked) return false;
  const from = Math.min(offset(asked, told.line, told.column), asked.length);
  const word = /^[^\s(){}[\];,"]+/.exec(asked.slice(from))?.[0] ?? asked.slice(from, from + 1);
  const { mend } = told;
  let change: Mend | undefined;
  // what is only likely is told in the remedy, for the reader to do
  if (mend?.sure === true) {
    const start = offset(asked, mend.line, mend.column);
    change = { from: start, to: after(asked, start, mend.delete), insert: mend.insert };
  }
  const whole = told.said?.remedy ?? told.remedy ?? "";
  const [beginning = ""] = whole.split("\n");
  const problem = {
    from,
    to: from + word.length,
    words: told.said?.detail ?? told.detail ?? "",
    wordsLanguage: told.said?.detail === undefined ? "en" : language,
    remedy: change === undefined ? whole : beginning,
    remedyLanguage: told.said?.remedy === undefined ? "en" : language,
    mend: change,
  };
  view.dispatch({ effects: put.of(problem), selection: { anchor: from }, scrollIntoView: true });
  return true;
}

export function clearProblem(view: EditorView): void {
  if (view.state.field(held) !== null) view.dispatch({ effects: put.of(null) });
}

/** Mend the text; one step for undoing. Says whether there was something to mend. */
export function applyMend(view: EditorView): boolean {
  const mend = view.state.field(held)?.mend;
  if (mend === undefined) return false;
  view.dispatch({
    changes: mend,
    selection: { anchor: mend.from + mend.insert.length },
    effects: put.of(null),
    userEvent: "input.mend",
    scrollIntoView: true,
  });
  view.focus();
  return true;
}

function moved(problem: Problem, transaction: Transaction): Problem {
  const at = (place: number): number => transaction.changes.mapPos(place, 1);
  const { mend } = problem;
  return {
    ...problem,
    from: at(problem.from),
    to: at(problem.to),
    mend: mend === undefined ? undefined : { ...mend, from: at(mend.from), to: at(mend.to) },
  };
}

function drawn(problem: Problem | null, length: number, endOfLine: (at: number) => number): DecorationSet {
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
    return other.problem.words === this.problem.words && other.problem.mend?.insert === this.problem.mend?.insert;
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
    if (this.problem.mend !== undefined) {
      const button = document.createElement("button");
      button.type = "button";
      const { from, to, insert } = this.problem.mend;
      const before = view.state.doc.toString();
      button.textContent = say("mend", { change: changeInWords(before, before.slice(0, from) + insert + before.slice(to)) });
      button.addEventListener("click", () => applyMend(view));
      note.append(button);
    }
    return note;
  }

  override ignoreEvent(): boolean {
    return true;
  }
}
