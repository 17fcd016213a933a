// Numbers in the format of the language; a shortened or rounded number keeps its exact value.

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d\d?)?$/;
/** Numbers from this size on get group separators: four digits may be a year. */
const SMALLEST_GROUPED = 10_000;
const MOST_DECIMALS = 12;

const formats = new Map<string, Intl.NumberFormat>();

/** English pages use British English. */
export function regional(language: string): string {
  return language === "en" ? "en-GB" : language;
}

function format(language: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = language + JSON.stringify(options);
  const format = formats.get(key) ?? new Intl.NumberFormat(regional(language), options);
  formats.set(key, format);
  return format;
}

/** Return the number of a text, as exact as a double can hold it. */
export function numberIn(text: string): number | undefined {
  return NUMBER.test(text) ? Number(text) : undefined;
}

/** Format a number: `2640000.0` becomes `2,640,000` in English; other texts are unchanged. */
export function formatted(text: string, language: string): string {
  const value = numberIn(text);
  if (value === undefined) return text;
  const options = { maximumFractionDigits: MOST_DECIMALS, useGrouping: Math.abs(value) >= SMALLEST_GROUPED };
  // a text keeps digits that a double would lose; the types of TypeScript do not allow it yet (ECMA-402, 2023)
  return format(language, options).format(text.replace(/^\+/, "") as unknown as number);
}

/** Format a number of a pivot table or chart: at most three decimals. */
export function rounded(value: number, language: string): string {
  return format(language, { maximumFractionDigits: 3, useGrouping: Math.abs(value) >= SMALLEST_GROUPED }).format(value);
}

/** Format a number for an axis, with little room: `4.3tn`, `4,3 Bio.`, `4.3万亿`. */
export function compact(value: number, language: string): string {
  if (Math.abs(value) < SMALLEST_GROUPED) return rounded(value, language);
  return format(language, { notation: "compact", maximumFractionDigits: 2 }).format(value);
}
