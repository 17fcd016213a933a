// Texts of scripts in the language of the page: the template contains them.

/** Read every text that the page contains for its scripts, by key. */
function read(): Map<string, string> {
  const elements = [...document.querySelectorAll<HTMLScriptElement>("script.words")];
  return new Map(elements.flatMap((script) => Object.entries(JSON.parse(script.textContent ?? "{}") as Record<string, string>)));
}

let messages: Map<string, string> | undefined;

/** Return the text with this key, with `{name}` replaced by its value; the key itself if it is missing. */
export function translate(key: string, values: Record<string, string | number> = {}): string {
  messages ??= read();
  return (messages.get(key) ?? key).replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** Return an address of this site with the language that the reader chose, as the links of the page have it. */
export function withLanguage(address: string): string {
  const chosen = new URLSearchParams(location.search).get("lang");
  if (chosen === null) return address;
  const url = new URL(address, location.href);
  if (url.origin === location.origin && !url.searchParams.has("lang")) url.searchParams.set("lang", chosen);
  return url.href;
}

/** The language of the page. */
export const language = document.documentElement.lang || "en";
