// Send a query to the endpoint, with elapsed time and cancellation, which also ends the work on the server.
import type { Answer } from "../views/answer";
import { formOf } from "./tokens";
import type { ProblemDetails } from "./diagnostics";

/** A query without a result: refused with a problem document, or never answered. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly problem: ProblemDetails,
    readonly seconds: number,
  ) {
    super(problem.detail ?? String(status));
  }
}

const TYPES = {
  SELECT: "application/sparql-results+json",
  ASK: "application/sparql-results+json",
  CONSTRUCT: "application/n-triples",
  DESCRIBE: "application/n-triples",
} as const;
const TICK_MS = 100;

export class Runner {
  private request: AbortController | undefined;

  constructor(
    /** Responds as the endpoint does, but with status 200 for problems: browsers log failed requests to the console. */
    private readonly address: string,
    /** Called with the elapsed time in seconds. */
    private readonly passed: (seconds: number) => void,
  ) {}

  get running(): boolean {
    return this.request !== undefined;
  }

  /** Cancel the query. Returns false if none was running. */
  cancel(): boolean {
    const was = this.request !== undefined;
    this.request?.abort();
    this.request = undefined;
    return was;
  }

  /** Return the result, or undefined if it was cancelled. Throws Refused. */
  async ask(query: string): Promise<Answer | undefined> {
    this.cancel();
    const request = new AbortController();
    this.request = request;
    const began = performance.now();
    const seconds = (): number => (performance.now() - began) / 1000;
    const clock = window.setInterval(() => this.passed(seconds()), TICK_MS);
    const kind = formOf(query);
    try {
      const response = await fetch(this.address, {
        method: "POST",
        headers: { "Content-Type": "application/sparql-query", Accept: `${TYPES[kind]}, application/problem+json;q=0.9` },
        body: query,
        signal: request.signal,
      });
      const text = await response.text();
      if (!response.ok || response.headers.get("Content-Type")?.startsWith("application/problem+json")) {
        const problem = read(text);
        throw new Refused(problem.status ?? response.status, problem, seconds());
      }
      return { query, kind, text, release: response.headers.get("FYP-Release") ?? "", seconds: seconds() };
    } catch (error) {
      if (request.signal.aborted) return undefined;
      if (error instanceof Refused) throw error;
      throw new Refused(0, {}, seconds());
    } finally {
      clearInterval(clock);
      if (this.request === request) this.request = undefined;
    }
  }
}

function read(text: string): ProblemDetails {
  try {
    return JSON.parse(text) as ProblemDetails;
  } catch {
    return { detail: text };
  }
}

/** Count the rows or statements of a result; read the truth value of an ASK query. */
export function sizeOf(answer: Answer): { readonly many: number; readonly yes?: boolean } {
  if (answer.kind === "CONSTRUCT" || answer.kind === "DESCRIBE") return { many: answer.text.split("\n").filter(Boolean).length };
  const results = JSON.parse(answer.text) as { boolean?: boolean; results?: { bindings: unknown[] } };
  return results.boolean === undefined ? { many: results.results?.bindings.length ?? 0 } : { many: 1, yes: results.boolean };
}
