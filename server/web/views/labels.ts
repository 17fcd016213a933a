// Labels of items: requested from the service in batches, each item once.

export interface Place {
  iri: string;
  page: string;
  words: Record<string, string>;
}

export interface ItemLabels {
  labels: Record<string, string>;
  kind: string | null;
  evidence?: Place[];
}

interface LabelsReply {
  things: Record<string, ItemLabels>;
  kinds: Record<string, Record<string, string>>;
}

/** A text, and its language if known. */
export interface Label {
  text: string;
  language: string;
}

/** The batch size of the service, and the maximum length of a request. */
const MOST_THINGS = 400;
const MOST_CHARACTERS = 60_000;
const LONGEST_IRI = 2_000;
const LANGUAGES = ["en", "de", "zh"];

export class Labels {
  private readonly labelsByIri = new Map<string, ItemLabels>();
  private readonly kinds = new Map<string, Record<string, string>>();
  private readonly requests = new Map<string, Promise<void>>();

  constructor(private readonly address: string) {}

  labelsOf(iri: string): ItemLabels | undefined {
    return this.labelsByIri.get(iri);
  }

  /** Return the label in the chosen language, else in another one, else the last part of the IRI. */
  label(iri: string, language: string): Label {
    return best(this.labelsByIri.get(iri)?.labels, language) ?? { text: shortened(iri), language: "" };
  }

  kindLabel(kind: string, language: string): Label {
    return best(this.kinds.get(kind), language) ?? { text: shortened(kind), language: "" };
  }

  /** Load the labels of these items; on failure their IRIs are shown. */
  async need(iris: Iterable<string>, evidence = false): Promise<void> {
    const mark = evidence ? "evidence " : "";
    const wanted = [...new Set(iris)].filter((iri) => iri.length < LONGEST_IRI);
    const anew = wanted.filter((iri) => !this.requests.has(mark + iri));
    for (const batch of batches(anew)) {
      const telling = this.ask(batch, evidence);
      for (const iri of batch) this.requests.set(mark + iri, telling);
      // one request after the other, to leave capacity to other clients
      await telling;
    }
    await Promise.all(wanted.map((iri) => this.requests.get(mark + iri)));
  }

  private async ask(iris: readonly string[], evidence: boolean): Promise<void> {
    const fields = new URLSearchParams(iris.map((iri) => ["iri", iri]));
    if (evidence) fields.set("evidence", "1");
    try {
      const response = await fetch(this.address, { method: "POST", body: fields });
      if (!response.ok) return;
      const reply = (await response.json()) as LabelsReply;
      for (const [iri, thing] of Object.entries(reply.things)) this.labelsByIri.set(iri, { ...this.labelsByIri.get(iri), ...thing });
      for (const [kind, labels] of Object.entries(reply.kinds)) this.kinds.set(kind, labels);
    } catch {
      // without a network the views show IRIs
    }
  }
}

function* batches(iris: readonly string[]): Generator<string[]> {
  let batch: string[] = [];
  let size = 0;
  for (const iri of iris) {
    const own = encodeURIComponent(iri).length + 5;
    if (batch.length === MOST_THINGS || (batch.length > 0 && size + own > MOST_CHARACTERS)) {
      yield batch;
      [batch, size] = [[], 0];
    }
    batch.push(iri);
    size += own;
  }
  if (batch.length > 0) yield batch;
}

function best(labels: Record<string, string> | undefined, language: string): Label | undefined {
  for (const wanted of [language, "", ...LANGUAGES, ...Object.keys(labels ?? {})]) {
    const text = labels?.[wanted];
    if (text !== undefined) return { text, language: wanted };
  }
  return undefined;
}

export function shortened(iri: string): string {
  const end = /[^/#]+[/#]?$/.exec(iri)?.[0] ?? iri;
  try {
    return decodeURIComponent(end);
  } catch {
    return end;
  }
}

/** Return the place of an item in the source. */
export function inWords(place: Place, language: string): string {
  return place.words[language] ?? place.words.en ?? place.iri;
}
