// The history of queries, newest first, stored in the browser.
import { store, stored } from "./storage";

const MOST = 100;
const LONGEST = 20_000;

export interface HistoryEntry {
  readonly text: string;
  readonly at: string;
  readonly seconds: number;
  readonly outcome: string;
}

export function queryHistory(): HistoryEntry[] {
  const entries = stored<HistoryEntry[]>("history");
  if (!Array.isArray(entries)) return [];
  return entries.filter((entry: Partial<HistoryEntry> | null) => typeof entry?.text === "string" && !Number.isNaN(Date.parse(entry.at ?? "")));
}

/** Add a query; an earlier entry with the same text is replaced. */
export function note(question: HistoryEntry): void {
  if (question.text.length > LONGEST) return;
  const others = queryHistory().filter((entry) => entry.text !== question.text);
  store("history", [question, ...others].slice(0, MOST));
}

export function clearHistory(): void {
  store("history", []);
}
