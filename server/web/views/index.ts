// A plain stand-in for the views of an answer: a table, or the statements of a graph.
import type { Answer } from "./answer";

interface Term {
  readonly value: string;
  readonly "xml:lang"?: string;
}

interface Results {
  readonly head: { readonly vars?: readonly string[] };
  readonly boolean?: boolean;
  readonly results?: { readonly bindings: readonly Readonly<Record<string, Term>>[] };
}

const MOST = 1000;

export class Views {
  constructor(
    private readonly host: HTMLElement,
    readonly addresses: { endpoint: string; labels: string; root: string },
  ) {}

  show(answer: Answer): void {
    if (answer.kind === "CONSTRUCT" || answer.kind === "DESCRIBE") {
      const lines = document.createElement("pre");
      lines.textContent = answer.text;
      this.host.replaceChildren(lines);
      return;
    }
    const told = JSON.parse(answer.text) as Results;
    if (told.boolean !== undefined) this.host.replaceChildren(String(told.boolean));
    else this.host.replaceChildren(table(told));
  }

  clear(): void {
    this.host.replaceChildren();
  }
}

function table(told: Results): HTMLElement {
  const names = told.head.vars ?? [];
  const table = document.createElement("table");
  table.className = "answer";
  const caption = table.createCaption();
  const rows = told.results?.bindings ?? [];
  caption.textContent = String(rows.length);
  const head = table.createTHead().insertRow();
  for (const name of names) {
    const heading = document.createElement("th");
    heading.scope = "col";
    heading.textContent = name;
    head.append(heading);
  }
  const body = table.createTBody();
  for (const row of rows.slice(0, MOST)) {
    const line = body.insertRow();
    for (const name of names) {
      const cell = line.insertCell();
      cell.dataset.heading = name;
      cell.textContent = row[name]?.value ?? "";
    }
  }
  const scroll = document.createElement("div");
  scroll.className = "scroll";
  scroll.append(table);
  return scroll;
}
