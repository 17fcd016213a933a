// What the editor hands to the views.

export interface Answer {
  query: string;
  kind: "SELECT" | "ASK" | "CONSTRUCT" | "DESCRIBE";
  /** application/sparql-results+json, or application/n-triples for graphs. */
  text: string;
  release: string;
  seconds: number;
}
