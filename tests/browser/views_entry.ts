// For the tests only: the views on a page of their own, as the editor has them, and the pure functions behind them.
import { columnsOf } from "../../server/web/views/columns";
import { csv, tsv } from "../../server/web/views/delimited";
import { gather } from "../../server/web/views/aggregation";
import { Views } from "../../server/web/views/index";
import { fromTriples, readable } from "../../server/web/views/network";
import { readTriples } from "../../server/web/views/ntriples";
import { partsOf } from "../../server/web/editor/change_summary";
import { compact, formatted } from "../../server/web/views/numbers";
import { filtered, sorted } from "../../server/web/views/sorting";
import { measuresOf } from "../../server/web/views/measures";
import { specify } from "../../server/web/views/vega_spec";
import { suggest } from "../../server/web/views/chart_suggestion";
import { readResults } from "../../server/web/views/terms";

const host = document.getElementById("host");
if (host === null) throw new Error("The page has no place for views.");
const endpoint = host.dataset.endpoint ?? "";
const views = new Views(host, { endpoint, labels: host.dataset.labels ?? "", root: host.dataset.root ?? "" });

/** Ask a query and show its answer, as the editor does. */
async function ask(query: string, kind: "SELECT" | "ASK" | "CONSTRUCT" | "DESCRIBE"): Promise<void> {
  const accept = kind === "SELECT" || kind === "ASK" ? "application/sparql-results+json" : "application/n-triples";
  const response = await fetch(endpoint, { method: "POST", headers: { Accept: accept }, body: new URLSearchParams({ query }) });
  const text = await response.text();
  views.show({ query, kind, text, release: response.headers.get("FYP-Release") ?? "", seconds: 0 });
}

const parts = { columnsOf, compact, csv, filtered, formatted, fromTriples, gather, readResults, readTriples, partsOf, readable, sorted, specify, suggest, tsv, measuresOf };
Object.assign(window, { ask, parts, views });
host.dataset.ready = "";
