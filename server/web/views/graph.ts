// The graph view: nodes and links as a drawing, with the same links as a list.
import { itemLink } from "./cells";
import { button, choice, make } from "./elements";
import { things } from "./view_selection";
import { fromRows, fromTriples, readable, type Edge, type Network } from "./network";
import { Drawing, type DrawnNode } from "./network_drawing";
import { rolesAt, watch } from "./theme_colours";
import type { Download, ViewPanel, ViewContext } from "./view_context";
import { counted, viewText } from "./messages";

const MOST_NODES = 120;
const MOST_NARROW = 40;
const NARROW = 500;
const MOST_LISTED = 500;
const MOST_KINDS = 6;
const SHAPES = ["ellipse", "rectangle", "triangle", "diamond", "pentagon", "hexagon"] as const;

export class GraphView implements ViewPanel {
  readonly downloads: readonly Download[];
  private network: Network;
  private drawing: Drawing | undefined;
  private turn = 0;
  private readonly note = make("p", { class: "quiet" });
  private readonly place = make("div", { class: "graph" });
  private readonly legend = make("ul", { class: "legend" });
  private readonly chosen = make("p", { class: "chosen", role: "status" });
  private readonly list = make("details", { class: "edges" });
  private readonly watching: { stop(): void };

  constructor(
    private readonly panel: HTMLElement,
    private readonly context: ViewContext,
  ) {
    this.network = context.triples === undefined ? this.ofRows(0, 1) : fromTriples(context.triples);
    this.downloads = this.files();
    const zoom = (text: string, name: string, by: number): HTMLButtonElement => button(text, () => this.drawing?.zoom(by), { "aria-label": name, title: name });
    const buttons = make("p", { class: "zoom" }, zoom("+", viewText("closer"), 1.3), zoom("−", viewText("farther"), 1 / 1.3), button(viewText("whole"), () => this.drawing?.whole()));
    if (context.triples === undefined) panel.append(this.choices());
    panel.append(make("div", { class: "graph-head" }, this.note, buttons), this.place, this.legend, this.chosen, this.list);
    this.watching = watch(panel, () => void this.draw());
    void this.draw();
  }

  rename(): void {
    void this.draw();
  }

  close(): void {
    this.turn += 1;
    this.watching.stop();
    this.drawing?.close();
  }

  private ofRows(from: number, to: number): Network {
    const columns = things(this.context.columns);
    return fromRows(this.context.table.rows, columns[from]?.at ?? 0, columns[to]?.at ?? 0);
  }

  private choices(): HTMLElement {
    const columns = things(this.context.columns).map((column, at) => [String(at), column.name] as const);
    let [from, to] = [0, 1];
    const change = (): void => {
      this.network = this.ofRows(from, to);
      void this.draw();
    };
    return make(
      "div",
      { class: "toolbar" },
      choice(viewText("from"), columns, "0", (value) => {
        from = Number(value);
        change();
      }),
      choice(viewText("to"), columns, "1", (value) => {
        to = Number(value);
        change();
      }),
    );
  }

  private async draw(): Promise<void> {
    const turn = (this.turn += 1);
    const most = this.panel.clientWidth < NARROW ? MOST_NARROW : MOST_NODES;
    const seen = readable(this.network, most);
    const iris = [...seen.nodes.keys(), ...seen.edges.map((edge) => edge.by)].filter((iri) => iri !== "" && !iri.startsWith("_:"));
    await Promise.all([this.context.labels.need(iris)]);
    if (turn !== this.turn) return;
    const parts = [viewText("graph-size", { things: counted("things", this.network.nodes.size), links: counted("links", this.network.edges.length) })];
    if (seen !== this.network) parts.push(viewText("graph-cut", { n: most }));
    this.note.textContent = parts.join(" ");
    const kinds = this.kindsOf(seen);
    const nodes = [...seen.nodes.keys()].map((id) => this.node(id, seen, kinds));
    this.drawing?.close();
    const several = new Set(seen.edges.map((edge) => edge.by)).size > 1;
    this.drawing = new Drawing(this.place, nodes, seen.edges, {
      roles: rolesAt(this.panel),
      named: (edge) => (several && seen.edges.length <= 60 ? this.name(edge.by).text : ""),
      choose: (id) => this.choose(id),
    });
    this.place.setAttribute("role", "img");
    this.place.setAttribute("aria-label", `${parts.join(" ")} ${viewText("graph-text")}`);
    this.drawLegend(kinds, nodes);
    this.drawList(seen !== this.network);
    this.choose("");
  }

  private name(iri: string): { text: string; language: string } {
    if (iri === "") return { text: "", language: "" };
    if (iri.startsWith("_:")) return { text: iri, language: "" };
    return this.context.named ? this.context.label(iri) : { text: iri, language: "" };
  }

  private kindOf(id: string, network: Network): string {
    return this.context.labels.labelsOf(id)?.kind ?? network.kinds.get(id) ?? "";
  }

  /** Return the most frequent kinds, each of which gets a colour and a shape. */
  private kindsOf(network: Network): string[] {
    const counts = new Map<string, number>();
    for (const id of network.nodes.keys()) {
      const kind = this.kindOf(id, network);
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
    }
    counts.delete("");
    return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, MOST_KINDS).map(([kind]) => kind);
  }

  private node(id: string, network: Network, kinds: readonly string[]): DrawnNode {
    const at = kinds.indexOf(this.kindOf(id, network));
    return { id, label: this.name(id).text, kind: at, shape: SHAPES[at] ?? "ellipse", degree: network.nodes.get(id) ?? 0 };
  }

  private drawLegend(kinds: readonly string[], nodes: readonly DrawnNode[]): void {
    const entries = [...kinds.keys(), -1].map((at) => {
      const count = nodes.filter((node) => node.kind === at).length;
      if (count === 0) return null;
      const kind = kinds[at];
      const label = kind === undefined ? { text: viewText("other-kinds"), language: "" } : this.context.labels.kindLabel(kind, this.context.language);
      const name = make("span", label.language === "" ? {} : { lang: label.language }, label.text);
      return make("li", {}, this.drawing?.swatch(at, SHAPES[at] ?? "ellipse") ?? null, name, make("span", { class: "quiet" }, ` ${count}`));
    });
    this.legend.replaceChildren(...entries.filter((entry) => entry !== null));
  }

  /** Describe the selected node: its label with a link, and the number of its links. */
  private choose(id: string): void {
    this.chosen.hidden = id === "" || id.startsWith("_:");
    if (this.chosen.hidden) return;
    const links = counted("links", this.network.nodes.get(id) ?? 0);
    this.chosen.replaceChildren(itemLink({ kind: "iri", value: id }, this.context), make("span", { class: "quiet" }, ` · ${links}`));
  }

  private drawList(isCut: boolean): void {
    const listed = this.network.edges.slice(0, MOST_LISTED);
    const rest = this.network.edges.length - listed.length;
    this.list.replaceChildren(
      make("summary", {}, viewText("as-list")),
      make("ul", {}, ...listed.map((edge) => this.listedEdge(edge))),
      ...(rest > 0 ? [make("p", { class: "quiet" }, viewText("list-cut", { n: rest }))] : []),
    );
    if (isCut) void this.nameListed(listed);
  }

  private async nameListed(listed: readonly Edge[]): Promise<void> {
    const turn = this.turn;
    await this.context.labels.need(listed.flatMap((edge) => [edge.from, edge.to].filter((id) => !id.startsWith("_:"))));
    if (turn === this.turn) this.list.querySelector("ul")?.replaceChildren(...listed.map((edge) => this.listedEdge(edge)));
  }

  private listedEdge(edge: Edge): HTMLLIElement {
    const end = (id: string): HTMLElement => (id.startsWith("_:") ? make("span", {}, id) : itemLink({ kind: "iri", value: id }, this.context));
    const by = this.name(edge.by);
    const times = edge.times > 1 ? make("span", { class: "quiet" }, ` ×${edge.times}`) : null;
    return make("li", {}, end(edge.from), " ", make("span", { class: "quiet", ...(by.language === "" ? {} : { lang: by.language }) }, by.text === "" ? "→" : `– ${by.text} →`), " ", end(edge.to), times);
  }

  private files(): Download[] {
    const drawn = (): Drawing => {
      if (this.drawing === undefined) throw new Error("There is no picture yet.");
      return this.drawing;
    };
    const { answer, addresses } = this.context;
    const fields = new URLSearchParams({ query: answer.query, format: "ttl" });
    const turtle = { ending: "ttl", label: "Turtle", make: `${addresses.endpoint}?${fields}` };
    return [
      { ending: "svg", make: () => drawn().svg() },
      { ending: "png", make: () => drawn().png() },
      { ending: "graphml", label: "GraphML", make: () => this.graphml() },
      ...(this.context.isGraph ? [turtle] : []),
    ];
  }

  /** Return the whole network, including what the drawing leaves out. */
  private async graphml(): Promise<Blob> {
    const { nodes, edges } = this.network;
    await this.context.labels.need([...nodes.keys(), ...edges.map((edge) => edge.by)].filter((id) => id !== "" && !id.startsWith("_:")));
    const { graphml } = await import("./graphml");
    return graphml([...nodes.keys()].map((id) => ({ id, label: this.name(id).text, kind: this.kindOf(id, this.network) })), edges, (edge) => this.name(edge.by).text);
  }
}
