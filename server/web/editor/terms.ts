// The terms of the graph, which the server sends once for each release, for completion and explanation.

export interface Term {
  readonly name: string;
  readonly count: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly pinyin?: string;
  readonly meaning?: { readonly text: string; readonly language: string };
}

export interface Class extends Term {
  /** Indexes of its properties, and how many of its items have each. */
  readonly has: readonly (readonly [number, number])[];
}

export interface Property extends Term {
  /** Indexes of the classes of its values, and how many values belong to each. */
  readonly to: readonly (readonly [number, number])[];
}

interface TermsDocument {
  readonly prefixes: Readonly<Record<string, string>>;
  readonly classes: readonly Class[];
  readonly properties: readonly Property[];
  readonly graphs: readonly Term[];
}

export class Terms {
  private readonly byName = new Map<string, { term: Term; kind: "class" | "property" | "graph" }>();
  private readonly classNamed: Map<string, Class>;
  private readonly propertyNamed: Map<string, Property>;

  private constructor(private readonly data: TermsDocument) {
    for (const term of data.graphs) this.byName.set(term.name, { term, kind: "graph" });
    for (const term of data.classes) this.byName.set(term.name, { term, kind: "class" });
    for (const term of data.properties) this.byName.set(term.name, { term, kind: "property" });
    this.classNamed = new Map(data.classes.map((term) => [term.name, term]));
    this.propertyNamed = new Map(data.properties.map((term) => [term.name, term]));
  }

  static readonly none = new Terms({ prefixes: {}, classes: [], properties: [], graphs: [] });

  static async load(address: string): Promise<Terms> {
    const response = await fetch(address);
    if (!response.ok) throw new Error(String(response.status));
    return new Terms((await response.json()) as TermsDocument);
  }

  get prefixes(): Readonly<Record<string, string>> {
    return this.data.prefixes;
  }
  get classes(): readonly Class[] {
    return this.data.classes;
  }
  get properties(): readonly Property[] {
    return this.data.properties;
  }
  get graphs(): readonly Term[] {
    return this.data.graphs;
  }

  named(name: string): { term: Term; kind: "class" | "property" | "graph" } | undefined {
    return this.byName.get(name);
  }

  /** Return our name of an IRI or of a prefixed name, by the declared prefixes. */
  nameOf(text: string, prefixes: ReadonlyMap<string, string>): string | undefined {
    const iri = this.iriOf(text, prefixes);
    if (iri === undefined) return undefined;
    const own = Object.entries(this.prefixes)
      .filter(([, base]) => iri.startsWith(base) && iri.length > base.length)
      .sort(([, a], [, b]) => b.length - a.length)[0];
    return own === undefined ? undefined : `${own[0]}:${iri.slice(own[1].length)}`;
  }

  iriOf(text: string, prefixes: ReadonlyMap<string, string>): string | undefined {
    if (text.startsWith("<")) return text.slice(1, -1);
    const colon = text.indexOf(":");
    const base = prefixes.get(text.slice(0, colon)) ?? this.prefixes[text.slice(0, colon)];
    return colon < 0 || base === undefined ? undefined : base + text.slice(colon + 1);
  }

  /** Count how many items of these classes have each property. */
  propertiesOf(classes: Iterable<string>): Map<string, number> {
    const counts = new Map<string, number>();
    for (const name of classes) {
      for (const [place, count] of this.classNamed.get(name)?.has ?? []) {
        const property = this.data.properties[place]?.name;
        if (property !== undefined) counts.set(property, Math.max(count, counts.get(property) ?? 0));
      }
    }
    return counts;
  }

  /** Return the classes of the values of a property. */
  valuesOf(property: string): string[] {
    return (this.propertyNamed.get(property)?.to ?? []).map(([place]) => this.data.classes[place]?.name ?? "");
  }

  /** Return the classes whose items have all these properties, smallest first. */
  classesWith(properties: readonly string[]): string[] {
    return this.data.classes
      .filter((candidate) => properties.every((name) => candidate.has.some(([place]) => this.data.properties[place]?.name === name)))
      .map((candidate) => candidate.name)
      .reverse();
  }
}

/** Return the label of a term in the language, else in another one. */
export function labelOf(term: Term, language: string): { text: string; language: string } | undefined {
  for (const wanted of [language, "en", "de", "zh"]) {
    const text = term.labels?.[wanted];
    if (text !== undefined) return { text, language: wanted };
  }
  return undefined;
}

/** Score how well typed text matches a term, and by which label; undefined if it does not. */
export function fit(term: Term, typed: string): { score: number; by: string } | undefined {
  const searchText = typed.toLowerCase();
  const name = term.name.toLowerCase();
  if (searchText === "") return { score: 1, by: "" };
  if (name.startsWith(searchText)) return { score: searchText.includes(":") ? 100 : 50, by: "" };
  const local = searchText.includes(":") ? searchText.slice(searchText.indexOf(":") + 1) : searchText;
  if (searchText.includes(":") && !name.startsWith(searchText.slice(0, searchText.indexOf(":") + 1))) return undefined;
  return local === "" ? undefined : best(byName(term.name, local), byLabel(term, local), byPinyin(term, local));
}

type Match = { score: number; by: string } | undefined;

function best(...fits: Match[]): Match {
  return fits.reduce((best, other) => ((other?.score ?? 0) > (best?.score ?? 0) ? other : best), undefined);
}

function byName(name: string, searchText: string): Match {
  const local = name.slice(name.indexOf(":") + 1);
  const at = local.toLowerCase().indexOf(searchText);
  if (at < 0) return undefined;
  const begins = at === 0 || /[A-Z]/.test(local[at] ?? "") || /[^A-Za-z]/.test(local[at - 1] ?? "");
  return { score: at === 0 ? 90 : begins ? 70 : searchText.length > 2 ? 30 : 0, by: "" };
}

function byLabel(term: Term, searchText: string): Match {
  let fit: Match;
  for (const label of Object.values(term.labels ?? {})) {
    const text = label.toLowerCase();
    const at = text.indexOf(searchText);
    if (at < 0) continue;
    const score = text === searchText ? 95 : at === 0 ? 80 : /[^\p{L}]/u.test(text[at - 1] ?? "") || /\p{Script=Han}/u.test(searchText) ? 72 : searchText.length > 3 ? 25 : 0;
    fit = best(fit, { score, by: label });
  }
  return fit;
}

function byPinyin(term: Term, searchText: string): Match {
  if (term.pinyin === undefined || !/^[a-z]{2,}$/.test(searchText)) return undefined;
  const syllables = term.pinyin.toLowerCase().replaceAll("ü", "v").split(" ");
  const by = term.labels?.zh ?? "";
  const sound = syllables.join("");
  if (sound.startsWith(searchText)) return { score: sound === searchText ? 88 : 65, by };
  if (syllables.some((_, place) => syllables.slice(place).join("").startsWith(searchText))) return { score: 55, by };
  return syllables.map((syllable) => syllable[0] ?? "").join("").startsWith(searchText) ? { score: 45, by } : undefined;
}
