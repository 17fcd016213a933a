// Texts of the views, with numbers and plurals in the language of the page.
import { language, translate } from "../page/messages";
import { rounded } from "./numbers";

/** Return the text of the views with this key. */
export function viewText(key: string, values: Record<string, string | number> = {}): string {
  return translate(`views.${key}`, values);
}

/** Return the text in the plural form for a number; `{n}` in it becomes the number. */
export function counted(key: string, n: number): string {
  return viewText(`${key}.${n === 1 ? "one" : "other"}`, { n: rounded(n, language) });
}
