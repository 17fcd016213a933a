// Numbers in the reader's form; what is shown shortened or rounded keeps its exact value beside it.

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d\d?)?$/;
/** From here on digits come in groups: four of them may be a year. */
const SMALLEST_GROUPED = 10_000;
const MOST_DECIMALS = 12;

const formats = new Map<string, Intl.NumberFormat>();

/** English pages are in British English. */
export function regional(language: string): string {
  return language === "en" ? "en-GB" : language;
}

function format(language: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = language + JSON.stringify(options);
  const format = formats.get(key) ?? new Intl.NumberFormat(regional(language), options);
  formats.set(key, format);
  return format;
}

/** The number that a text is, as exact as a double can hold it. */
export function numberIn(text: string): number | undefined {
  return NUMBER.test(text) ? Number(text) : undefined;
}

/** `2640000.0` gives `2,640,000` in English; what is no number of ordinary size stays as it is. */
export function formatted(text: string, language: string): string {
  const value = numberIn(text);
  if (value === undefined) return text;
  const options = { maximumFractionDigits: MOST_DECIMALS, useGrouping: Math.abs(value) >= SMALLEST_GROUPED };
  // a text keeps digits that a double would lose; TypeScript does not know yet that it may be one (ECMA-402, 2023)
  return format(language, options).format(text.replace(/^\+/, "") as unknown as number);
}

/** A number of a pivot or a picture: at most three decimals. */
export function rounded(value: number, language: string): string {
  return format(language, { maximumFractionDigits: 3, useGrouping: Math.abs(value) >= SMALLEST_GROUPED }).format(value);
}

/** A number for an axis, where there is little room: `4.3tn`, `4,3 Bio.`, `4.3万亿`. */
export function compact(value: number, language: string): string {
  if (Math.abs(value) < SMALLEST_GROUPED) return rounded(value, language);
  return format(language, { notation: "compact", maximumFractionDigits: 2 }).format(value);
}
