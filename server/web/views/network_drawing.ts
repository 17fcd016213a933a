// A network drawn by cytoscape, with a reproducible layout, saved as PNG or SVG.
import cytoscape, { type Core, type ElementDefinition, type StylesheetJson } from "cytoscape";
import { createSvgElement } from "./elements";
import type { Edge } from "./network";
import { CATEGORIES, type Roles } from "./theme_colours";

export type Shape = "ellipse" | "rectangle" | "triangle" | "diamond" | "pentagon" | "hexagon";

export interface DrawnNode {
  id: string;
  label: string;
  /** Index of its kind's colour; -1: none. */
  kind: number;
  shape: Shape;
  degree: number;
}

export interface DrawingOptions {
  roles: Roles;
  named: (edge: Edge) => string;
  choose: (id: string) => void;
}

const SHEET = "__________cytoscape_stylesheet";
const LONGEST_LABEL = 80;
const MOST_STRETCH = 2.5;
const SMALLEST_ZOOM = 0.7;
const FONT = 12;
const SMALL = 10;
const LINE = 14;
const ACROSS = 110;

export class Drawing {
  private readonly core: Core;
  private readonly roles: Roles;
  private readonly byId: ReadonlyMap<string, DrawnNode>;
  private readonly coarse = matchMedia("(pointer: coarse)").matches;

  constructor(
    private readonly place: HTMLElement,
    nodes: readonly DrawnNode[],
    edges: readonly Edge[],
    wishes: DrawingOptions,
  ) {
    keepStylesOut();
    this.roles = wishes.roles;
    this.byId = new Map(nodes.map((node) => [node.id, node]));
    this.core = cytoscape({
      container: place,
      elements: [...nodes.map((node, at) => dot(node, at, nodes.length)), ...edges.map((edge, at) => line(edge, at, wishes.named(edge)))],
      style: styles(wishes.roles, getComputedStyle(document.body).fontFamily),
      layout: {
        ...{ name: "cose", animate: false, randomize: false, nodeDimensionsIncludeLabels: true, fit: true, padding: 24 },
        ...{ idealEdgeLength: () => 60, nodeRepulsion: () => 5_000, nodeOverlap: 12, numIter: nodes.length > 60 ? 600 : 1_000, componentSpacing: 60 },
      },
      minZoom: 0.2,
      maxZoom: 4,
      // the wheel, and the finger on touch screens, scroll the page
      userZoomingEnabled: false,
      userPanningEnabled: !this.coarse,
      boxSelectionEnabled: false,
      autoungrabify: this.coarse,
    });
    this.fill();
    this.core.on("tap", "node", (event) => {
      const node = event.target as cytoscape.NodeSingular;
      this.light(node);
      wishes.choose(node.id());
    });
    this.core.on("tap", (event) => {
      if (event.target !== this.core) return;
      this.core.elements().removeClass("faded lit");
      wishes.choose("");
    });
  }

  /** Rotate and stretch the layout to the shape of its container: labels are wide, so width matters most. */
  private fill(): void {
    const box = this.core.nodes().boundingBox({ includeLabels: false });
    const place = this.place.clientWidth / Math.max(1, this.place.clientHeight);
    const turned = box.h > box.w === place > 1;
    const form = turned ? box.h / Math.max(1, box.w) : box.w / Math.max(1, box.h);
    const wider = Math.min(MOST_STRETCH, Math.max(1, place / form));
    this.core.nodes().positions((node: cytoscape.NodeSingular) => {
      const { x, y } = node.position();
      return turned ? { x: y * wider, y: x } : { x: x * wider, y };
    });
    this.whole();
    // labels of a large graph stay at a readable size
    const size = FONT / Math.min(1, Math.max(SMALLEST_ZOOM, this.core.zoom()));
    this.core.nodes().style("font-size", size);
  }

  zoom(by: number): void {
    // after zooming in, dragging moves the view
    this.core.userPanningEnabled(true);
    this.core.zoom({ level: this.core.zoom() * by, renderedPosition: { x: this.place.clientWidth / 2, y: this.place.clientHeight / 2 } });
  }

  whole(): void {
    this.core.userPanningEnabled(!this.coarse);
    this.core.fit(undefined, 24);
  }

  close(): void {
    this.core.destroy();
  }

  private light(node: cytoscape.NodeSingular): void {
    this.core.elements().removeClass("lit").addClass("faded");
    node.closedNeighborhood().removeClass("faded").addClass("lit");
  }

  async png(): Promise<Blob> {
    return this.core.png({ output: "blob-promise", full: true, scale: 2, bg: this.roles.raised });
  }

  /** Return the current view as SVG; labels stay text. */
  svg(): Blob {
    const box = this.core.elements().boundingBox({ includeLabels: true });
    const size = { width: Math.ceil(box.w) + 48, height: Math.ceil(box.h) + 48 };
    const frame = { xmlns: "http://www.w3.org/2000/svg", viewBox: `${box.x1 - 24} ${box.y1 - 24} ${size.width} ${size.height}`, ...size };
    const edges = this.core.edges().map((edge) => this.drawnEdge(edge));
    const nodes = this.core.nodes().map((node) => this.drawnNode(node));
    const ground = createSvgElement("rect", { x: box.x1 - 24, y: box.y1 - 24, ...size, fill: this.roles.raised });
    const arrow = createSvgElement("marker", { id: "arrow", viewBox: "0 0 8 8", refX: 8, refY: 4, markerWidth: 8, markerHeight: 8, orient: "auto" }, createSvgElement("path", { d: "M0 0L8 4L0 8z", fill: this.roles.quiet }));
    const svg = createSvgElement("svg", { ...frame, "font-family": "sans-serif", "font-size": FONT }, createSvgElement("defs", {}, arrow), ground, ...edges, ...nodes);
    return new Blob([new XMLSerializer().serializeToString(svg)], { type: "image/svg+xml" });
  }

  private drawnEdge(edge: cytoscape.EdgeSingular): SVGElement {
    const [from, to] = [edge.sourceEndpoint(), edge.targetEndpoint()];
    const path = createSvgElement("path", { d: `M${from.x} ${from.y}L${to.x} ${to.y}`, stroke: this.roles.quiet, "stroke-width": 1, fill: "none", "marker-end": "url(#arrow)" });
    const label = String(edge.data("label") ?? "");
    if (label === "") return path;
    const text = createSvgElement("text", { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2, "text-anchor": "middle", "font-size": SMALL, fill: this.roles.quiet }, label);
    return createSvgElement("g", {}, path, text);
  }

  private drawnNode(node: cytoscape.NodeSingular): SVGElement {
    const { x, y } = node.position();
    const held = this.byId.get(node.id());
    const half = node.width() / 2;
    const shape = outline(held?.shape ?? "ellipse", x, y, half, colourOf(held?.kind ?? -1, this.roles));
    const lines = wrapped(held?.label ?? "");
    const words = lines.map((text, at) => createSvgElement("tspan", { x, y: y + half + (at + 1) * LINE }, text));
    return createSvgElement("g", {}, createSvgElement("title", {}, node.id()), shape, createSvgElement("text", { "text-anchor": "middle", fill: this.roles.ink }, ...words));
  }

  /** Return a symbol for the legend. */
  swatch(kind: number, shape: Shape): SVGElement {
    return createSvgElement("svg", { viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true" }, outline(shape, 8, 8, 7, colourOf(kind, this.roles)));
  }
}

/** Add the style element that cytoscape looks for; otherwise it inserts one, which our policy forbids. */
function keepStylesOut(): void {
  if (document.getElementById(SHEET) !== null) return;
  const stand = document.createElement("meta");
  stand.id = SHEET;
  document.head.append(stand);
}

function colourOf(kind: number, roles: Roles): string {
  return CATEGORIES[kind] ?? roles.quiet;
}

/** Start from a circle, so that the layout is the same each time. */
function dot(node: DrawnNode, at: number, of: number): ElementDefinition {
  const [angle, radius] = [(2 * Math.PI * at) / of, 30 * Math.sqrt(of)];
  return {
    data: { id: node.id, label: cut(node.label), kind: node.kind, shape: node.shape, size: 16 + 4 * Math.sqrt(node.degree) },
    position: { x: radius * Math.cos(angle), y: radius * Math.sin(angle) },
  };
}

function line(edge: Edge, at: number, label: string): ElementDefinition {
  return { data: { id: `edge ${at}`, source: edge.from, target: edge.to, label, width: Math.min(6, 1 + Math.log2(edge.times)) } };
}

function cut(label: string): string {
  return label.length > LONGEST_LABEL ? `${label.slice(0, LONGEST_LABEL)}…` : label;
}

function styles(roles: Roles, font: string): StylesheetJson {
  const text = { "font-family": font, color: roles.ink, "text-wrap": "wrap" as const, "text-background-color": roles.raised, "text-background-opacity": 0.8 };
  return [
    {
      selector: "node",
      style: {
        ...text,
        ...{ label: "data(label)", width: "data(size)", height: "data(size)", "font-size": FONT, "min-zoomed-font-size": 5 },
        ...{ "text-valign": "bottom", "text-margin-y": 3, "text-max-width": `${ACROSS}px`, "background-color": roles.quiet },
      },
    },
    ...[...CATEGORIES.entries()].map(([kind, colour]) => ({ selector: `node[kind = ${kind}]`, style: { "background-color": colour } })),
    ...(["rectangle", "triangle", "diamond", "pentagon", "hexagon"] as const).map((shape) => ({ selector: `node[shape = "${shape}"]`, style: { shape } })),
    {
      selector: "edge",
      style: {
        ...{ width: "data(width)", "line-color": roles.quiet, "line-opacity": 0.6, "curve-style": "bezier" as const },
        ...{ "target-arrow-shape": "triangle" as const, "target-arrow-color": roles.quiet, "arrow-scale": 0.8 },
      },
    },
    { selector: "edge[label != '']", style: { ...text, label: "data(label)", "font-size": SMALL, color: roles.quiet, "min-zoomed-font-size": 6 } },
    { selector: ".faded", style: { opacity: 0.2 } },
    { selector: "edge.lit", style: { "line-color": roles.accent, "target-arrow-color": roles.accent, "line-opacity": 1 } },
  ];
}

/** Return the outline of a shape; shapes distinguish kinds where colours do not. */
function outline(shape: Shape, x: number, y: number, half: number, fill: string): SVGElement {
  if (shape === "ellipse") return createSvgElement("circle", { cx: x, cy: y, r: half, fill });
  if (shape === "rectangle") return createSvgElement("rect", { x: x - half, y: y - half, width: 2 * half, height: 2 * half, fill });
  const corners = { triangle: 3, diamond: 4, pentagon: 5, hexagon: 6 }[shape];
  const points = Array.from({ length: corners }, (_, at) => {
    const angle = (2 * Math.PI * at) / corners - Math.PI / 2;
    return `${x + half * Math.cos(angle)},${y + half * Math.sin(angle)}`;
  });
  return createSvgElement("polygon", { points: points.join(" "), fill });
}

/** Break a label into lines about as long as those of the drawing. */
function wrapped(label: string): string[] {
  const lines: string[] = [];
  let now = "";
  // Chinese has no spaces to break at
  for (const piece of cut(label).match(/[\u2e80-\uffef]|[^\s\u2e80-\uffef]+\s*/g) ?? []) {
    if (now !== "" && across(now + piece) > ACROSS) {
      lines.push(now.trimEnd());
      now = "";
    }
    now += piece;
  }
  return now === "" ? lines : [...lines, now.trimEnd()];
}

function across(text: string): number {
  return [...text].reduce((sum, sign) => sum + (/[\u2e80-\uffef]/.test(sign) ? FONT : FONT * 0.55), 0);
}
