// Storage of the editor in the browser. Nothing of it is sent to the server.

const ROOT = "fyp-editor.";

/** Return the stored value, or undefined if it is missing, unreadable, or storage is unavailable. */
export function stored<T>(key: string): T | undefined {
  try {
    const text = localStorage.getItem(ROOT + key);
    return text === null ? undefined : (JSON.parse(text) as T);
  } catch {
    return undefined;
  }
}

/** Store a value. Returns false if the browser could not. */
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
    // storage is unavailable, so there is nothing to remove
  }
}

/** Return the keys with this prefix, without it. */
export function keysOf(start: string): string[] {
  try {
    const keys = Array.from({ length: localStorage.length }, (_, place) => localStorage.key(place) ?? "");
    return keys.filter((key) => key.startsWith(ROOT + start)).map((key) => key.slice((ROOT + start).length));
  } catch {
    return [];
  }
}
