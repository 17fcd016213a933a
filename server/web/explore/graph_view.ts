// The graph on screen: cytoscape draws, our layout places the nodes, and pointer or keys move the view.
import cytoscape, { type Core, type EdgeSingular, type NodeSingular } from "cytoscape";

import type { Colours } from "./colours";
import { radius, type Drawing, type GraphEdge, type GraphNode } from "./graph_data";
import { bend, Layout } from "./layout";
import { sheet } from "./graph_style";

const SMALLEST_READABLE = 0.62;
const NARROW = 600;
const PADDING = 24;
const FEW_LINKS = 6;

export interface GraphActions {
  choose: (id: string) => void;
  open: (id: string) => void;
  describe: (thing: GraphNode, link?: GraphEdge) => void;
}

export class GraphView {
  readonly places: Layout;
  drawing: Drawing = { at: "", nodes: [], edges: [], shapes: {} };
  private readonly core: Core;
  private readonly reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");
  private nodesById = new Map<string, GraphNode>();

  constructor(private readonly canvas: HTMLElement, private readonly colours: Colours, private readonly reader: GraphActions) {
    this.places = new Layout(canvas.clientWidth < NARROW);
    // cytoscape would write a style element, which our Content-Security-Policy refuses; explore.css has its rules
    const stead = document.createElement("meta");
    stead.id = "__________cytoscape_stylesheet";
    document.head.append(stead);
    this.core = cytoscape({
      container: canvas,
      layout: { name: "preset" },
      minZoom: 0.1,
      maxZoom: 3,
      userZoomingEnabled: matchMedia("(pointer: coarse)").matches,
      boxSelectionEnabled: false,
      autounselectify: true,
    });
    this.listen();
  }

  /** Show a drawing; nodes already shown keep their positions. */
  show(drawing: Drawing): void {
    const fresh = this.core.nodes().empty();
    this.drawing = drawing;
    this.nodesById = new Map(drawing.nodes.map((node) => [node.id, node]));
    this.places.arrange(drawing);
    const added: string[] = [];
    this.core.batch(() => {
      const ids = new Set([...drawing.nodes, ...drawing.edges].map((item) => item.id));
      this.core.elements().filter((element) => !ids.has(element.id())).remove();
      for (const node of drawing.nodes) if (this.draw(node)) added.push(node.id);
      for (const edge of drawing.edges) {
        const [from, to] = [this.places.get(edge.from), this.places.get(edge.to)];
        if (from === undefined || to === undefined || this.core.getElementById(edge.id).nonempty()) continue;
        const data = { id: edge.id, source: edge.from, target: edge.to, label: edge.label, trust: edge.trust, bend: bend(from, to) };
        this.core.add({ group: "edges", data });
      }
    });
    this.core.style(sheet(this.drawing, this.colours));
    this.mark(drawing.at);
    if (fresh) this.fit(false);
    else if (added.length > 0) this.bringIntoView(added);
  }

  /** Draw a node. Returns true if it is new. */
  private draw(graphNode: GraphNode): boolean {
    const place = this.places.get(graphNode.id);
    if (place === undefined) return false;
    const data = { id: graphNode.id, text: place.text.join("\n"), family: graphNode.family, side: place.side, size: 2 * radius(graphNode), start: graphNode.start ? 1 : 0 };
    const element = this.core.getElementById(graphNode.id);
    if (element.nonempty()) {
      element.data(data);
      return false;
    }
    this.core.add({ group: "nodes", data, position: { x: place.x, y: place.y } });
    return true;
  }

  /** Mark the selected node and highlight its links. */
  mark(id: string): void {
    this.drawing.at = id;
    this.core.batch(() => {
      this.core.elements().removeClass("at own labelled");
      const node = this.core.getElementById(id);
      node.addClass("at");
      const own = node.connectedEdges().addClass("own");
      if (own.length <= FEW_LINKS) own.addClass("labelled");
    });
  }

  nodeById(id: string): GraphNode | undefined {
    return this.nodesById.get(id);
  }

  position(id: string): { x: number; y: number } {
    return this.core.getElementById(id).position();
  }

  /** Fit the whole graph into the view. */
  fit(moving = true): void {
    if (this.core.nodes().empty()) return;
    this.core.resize();
    this.moved(moving, () => this.core.fit(undefined, PADDING));
    if (this.core.zoom() > 1.15) this.zoomAbout(1.15);
    if (this.core.zoom() < SMALLEST_READABLE && !moving) this.readable();
  }

  zoom(factor: number): void {
    this.zoomAbout(this.core.zoom() * factor);
  }

  /** Redraw with the colours of another theme. */
  restyle(): void {
    this.colours.forget();
    this.core.style(sheet(this.drawing, this.colours));
  }

  reveal(id: string): void {
    const view = this.core.extent();
    const box = this.core.getElementById(id).boundingBox({ includeLabels: true });
    if (box.x1 >= view.x1 && box.x2 <= view.x2 && box.y1 >= view.y1 && box.y2 <= view.y2) return;
    this.moved(true, () => this.core.center(this.core.getElementById(id)));
  }

  async png(): Promise<Blob> {
    return this.core.png({ output: "blob-promise", full: true, scale: 2, bg: this.colours.get("--raised"), maxWidth: 8000, maxHeight: 8000 });
  }

  /** Zoom to a readable size, around the selected node and its neighbours. */
  private readable(): void {
    this.core.zoom(this.places.get(this.drawing.at) === undefined ? SMALLEST_READABLE : Math.max(SMALLEST_READABLE, this.core.zoom()));
    const node = this.core.getElementById(this.drawing.at);
    if (node.empty()) this.core.center();
    else if (this.canvas.clientWidth >= NARROW) this.core.center(node);
    else this.core.pan({ x: PADDING / 2 - this.core.zoom() * node.boundingBox({ includeLabels: true }).x1, y: this.canvas.clientHeight / 2 - this.core.zoom() * node.position("y") });
  }

  private bringIntoView(added: string[]): void {
    const view = this.core.extent();
    const shown = this.core.nodes().filter((node) => added.includes(node.id()));
    const box = shown.boundingBox({ includeLabels: true });
    if (box.x1 >= view.x1 && box.x2 <= view.x2 && box.y1 >= view.y1 && box.y2 <= view.y2) return;
    const around = shown.union(this.core.getElementById(this.drawing.at));
    this.moved(true, () => {
      this.core.fit(undefined, PADDING);
      if (this.core.zoom() < SMALLEST_READABLE) this.core.fit(around, PADDING);
      if (this.core.zoom() < SMALLEST_READABLE) this.readable();
      if (this.core.zoom() > 1.15) this.core.zoom(1.15);
    });
  }

  private zoomAbout(level: number): void {
    this.core.zoom({ level, renderedPosition: { x: this.canvas.clientWidth / 2, y: this.canvas.clientHeight / 2 } });
  }

  /** Move the view, animated unless the reader prefers reduced motion. */
  private moved(moving: boolean, move: () => void): void {
    if (!moving || this.reducedMotion.matches) {
      move();
      return;
    }
    const [zoom, pan] = [this.core.zoom(), { ...this.core.pan() }];
    move();
    const end = { zoom: this.core.zoom(), pan: { ...this.core.pan() } };
    this.core.viewport({ zoom, pan });
    this.core.animate(end, { duration: 140, easing: "ease-out" });
  }

  private listen(): void {
    this.core.on("tap", "node", (event) => this.reader.choose((event.target as NodeSingular).id()));
    this.core.on("dbltap", "node", (event) => this.reader.open((event.target as NodeSingular).id()));
    this.core.on("dragfree", "node", (event) => {
      const node = event.target as NodeSingular;
      this.places.move(node.id(), node.position("x"), node.position("y"));
    });
    this.core.on("mouseover", "node", (event) => {
      const graphNode = this.nodesById.get((event.target as NodeSingular).id());
      this.canvas.classList.add("pointing");
      if (graphNode !== undefined) this.reader.describe(graphNode);
    });
    this.core.on("mouseover", "edge", (event) => {
      const edge = event.target as EdgeSingular;
      edge.addClass("pointed");
      const link = this.drawing.edges.find((candidate) => candidate.id === edge.id());
      const graphNode = link === undefined ? undefined : this.nodesById.get(link.to);
      if (graphNode !== undefined) this.reader.describe(graphNode, link);
    });
    this.core.on("mouseout", (event) => {
      this.canvas.classList.remove("pointing");
      if (event.target !== this.core) (event.target as EdgeSingular).removeClass("pointed");
    });
    // the wheel scrolls the page until the graph has the focus
    this.canvas.addEventListener("focus", () => this.core.userZoomingEnabled(true));
    this.canvas.addEventListener("blur", () => this.core.userZoomingEnabled(matchMedia("(pointer: coarse)").matches));
    new ResizeObserver(() => this.core.resize()).observe(this.canvas);
  }
}
