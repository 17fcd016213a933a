// What the browser keeps of a reader's work: it stays on this machine, and nothing of it goes to the server.

const ROOT = "fyp-editor.";

/** What is kept under a key; nothing where it is missing, unreadable, or the browser keeps nothing. */
export function stored<T>(key: string): T | undefined {
  try {
    const text = localStorage.getItem(ROOT + key);
    return text === null ? undefined : (JSON.parse(text) as T);
  } catch {
    return undefined;
  }
}

/** Keep a value; says whether the browser could. */
export function store(key: string, value: unknown): boolean {
  try {
    localStorage.setItem(ROOT + key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

export function remove(key: string): void {
  try {
    localStorage.removeItem(ROOT + key);
  } catch {
    // it keeps nothing, so there is nothing to forget
  }
}

/** The keys that begin so, without that beginning. */
export function keysOf(start: string): string[] {
  try {
    const keys = Array.from({ length: localStorage.length }, (_, place) => localStorage.key(place) ?? "");
    return keys.filter((key) => key.startsWith(ROOT + start)).map((key) => key.slice((ROOT + start).length));
  } catch {
    return [];
  }
}
