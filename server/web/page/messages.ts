// Words of scripts in the reader's language: the page brings them along, as the templates own all words.

/** Every text that the page gives to its scripts, by key. */
function read(): Map<string, string> {
  const elements = [...document.querySelectorAll<HTMLScriptElement>("script.words")];
  return new Map(elements.flatMap((script) => Object.entries(JSON.parse(script.textContent ?? "{}") as Record<string, string>)));
}

let messages: Map<string, string> | undefined;

/** The text with this key, `{name}` in it replaced by the value of that name; the key itself where it is missing. */
export function translate(key: string, values: Record<string, string | number> = {}): string {
  messages ??= read();
  return (messages.get(key) ?? key).replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** An address of a page of ours in the language that the reader chose, as the links of the page are; a browser's own is sent anyway. */
export function withLanguage(address: string): string {
  const chosen = new URLSearchParams(location.search).get("lang");
  if (chosen === null) return address;
  const url = new URL(address, location.href);
  if (url.origin === location.origin && !url.searchParams.has("lang")) url.searchParams.set("lang", chosen);
  return url.href;
}

/** The language of the page. */
export const language = document.documentElement.lang || "en";
