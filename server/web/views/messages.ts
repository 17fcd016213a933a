// Words of the views: those of the page, with numbers in the reader's form and the plural that they take.
import { language, say } from "../page/messages";
import { rounded } from "./numbers";

/** The text with this key of the views. */
export function word(key: string, values: Record<string, string | number> = {}): string {
  return say(`views.${key}`, values);
}

/** As `word`, for so many things; `{n}` stands for the number. */
export function counted(key: string, n: number): string {
  return word(`${key}.${n === 1 ? "one" : "other"}`, { n: rounded(n, language) });
}
