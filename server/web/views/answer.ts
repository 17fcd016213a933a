// What the editor hands over: an answer of the endpoint as it came, and what it is an answer to.

export interface Answer {
  query: string;
  kind: "SELECT" | "ASK" | "CONSTRUCT" | "DESCRIBE";
  /** application/sparql-results+json, or application/n-triples for graphs. */
  text: string;
  release: string;
  seconds: number;
}

/** Where the service answers: its endpoint, its labels, and its home page. */
export interface Addresses {
  endpoint: string;
  labels: string;
  root: string;
}
