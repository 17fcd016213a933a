// Describe a change of the query, for the label of the button that makes it.
import { translate } from "../page/messages";

const LONGEST = 60;
const PREFIX_LINE = /^PREFIX [^\n]*\n/;
const PART = /[^\s(){}[\];,]/;

export interface Parts {
  /** Lines inserted at the top, without line breaks. */
  readonly added: readonly string[];
  readonly old: string;
  readonly fresh: string;
}

/** Split a change into PREFIX lines at the top and one changed place, in whole words. */
export function partsOf(before: string, after: string): Parts {
  const added: string[] = [];
  let rest = after;
  for (let line = PREFIX_LINE.exec(rest); line !== null && !before.startsWith(line[0]); line = PREFIX_LINE.exec(rest)) {
    added.push(line[0].trimEnd());
    rest = rest.slice(line[0].length);
  }
  let from = 0, tail = 0;
  const shortest = Math.min(before.length, rest.length);
  while (from < shortest && before[from] === rest[from]) from += 1;
  while (tail < shortest - from && before.at(-1 - tail) === rest.at(-1 - tail)) tail += 1;
  // extend a change inside a word to the whole word
  const begins = (text: string): boolean => PART.test(text.charAt(from)), ends = (text: string): boolean => PART.test(text.charAt(text.length - tail - 1));
  if (begins(before) || begins(rest)) while (from > 0 && PART.test(before.charAt(from - 1))) from -= 1;
  if (ends(before) || ends(rest)) while (tail > 0 && PART.test(before.charAt(before.length - tail))) tail -= 1;
  return { added, old: before.slice(from, before.length - tail).trim(), fresh: rest.slice(from, rest.length - tail).trim() };
}

export function changeInWords(before: string, after: string): string {
  const { added, old, fresh } = partsOf(before, after);
  const changes = [];
  if (added.length > 0) changes.push(translate("correction.add", { text: short(added.join(" ")) }));
  if (old === "" && fresh !== "") changes.push(translate("correction.add", { text: short(fresh) }));
  else if (old !== "" && fresh === "") changes.push(translate("correction.remove", { text: short(old) }));
  else if (old !== fresh) changes.push(translate("correction.replace", { old: short(old), new: short(fresh) }));
  return changes.join("; ");
}

function short(text: string): string {
  const line = text.replace(/\s+/g, " ");
  const signs = Array.from(line);
  return signs.length > LONGEST ? `${signs.slice(0, LONGEST - 1).join("")}…` : line;
}
