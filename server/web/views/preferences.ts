// The last choices of a reader, stored in the browser; missing storage is no error.

const START = "fyp-kg.views.";

export function recall<Kept>(key: string, otherwise: Kept): Kept {
  try {
    const stored = localStorage.getItem(START + key);
    return stored === null ? otherwise : (JSON.parse(stored) as Kept);
  } catch {
    return otherwise;
  }
}

export function store(key: string, value: unknown): void {
  try {
    localStorage.setItem(START + key, JSON.stringify(value));
  } catch {
    // private windows, or storage is full
  }
}
