// A response of the endpoint with its query, as the editor passes it to the views.

export interface Answer {
  query: string;
  kind: "SELECT" | "ASK" | "CONSTRUCT" | "DESCRIBE";
  /** application/sparql-results+json, or application/n-triples for graphs. */
  text: string;
  release: string;
  seconds: number;
}

/** Addresses of the service: endpoint, labels, and home page. */
export interface Addresses {
  endpoint: string;
  labels: string;
  root: string;
}
