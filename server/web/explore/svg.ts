// The graph as an SVG file: cytoscape itself exports pixels only.
import type { Colours } from "./colours";
import { FAMILY, FONT_PIXELS, LINE_PIXELS, radius, type Drawing, type GraphEdge, type GraphNode } from "./graph_data";
import { bend, box, type Place } from "./layout";

const MARGIN = 24;

export interface PlacedNode {
  graphNode: GraphNode;
  place: Place;
}

/** Return the file; `title` and `origin` describe its content and source. */
export function svg(drawing: Drawing, placed: Map<string, PlacedNode>, colours: Colours, title: string, origin: string): string {
  const boxes = [...placed.values()].map(({ graphNode: thing, place }) => box(radius(thing), place));
  const left = Math.min(...boxes.map((rectangle) => rectangle.left)) - MARGIN;
  const top = Math.min(...boxes.map((rectangle) => rectangle.top)) - MARGIN;
  const wide = Math.max(...boxes.map((rectangle) => rectangle.right)) + MARGIN - left;
  const high = Math.max(...boxes.map((rectangle) => rectangle.bottom)) + MARGIN - top;
  const view = [left, top, wide, high].map(short).join(" ");
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${view}" width="${short(wide)}" height="${short(high)}" font-family="${escaped(FAMILY)}" font-size="${FONT_PIXELS}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<desc>${escaped(origin)}</desc>`,
    `<rect x="${short(left)}" y="${short(top)}" width="${short(wide)}" height="${short(high)}" fill="${colours.get("--raised")}"/>`,
    ...drawing.edges.map((link) => line(link, drawing, placed, colours)),
    ...[...placed.values()].map((item) => node(item, drawing, colours)),
    "</svg>",
  ];
  return `<?xml version="1.0" encoding="UTF-8"?>\n${parts.filter((part) => part !== "").join("\n")}\n`;
}

function line(link: GraphEdge, drawing: Drawing, placed: Map<string, PlacedNode>, colours: Colours): string {
  const [from, to] = [placed.get(link.from), placed.get(link.to)];
  if (from === undefined || to === undefined) return "";
  const alike = drawing.edges.filter((edge) => (edge.from === link.from && edge.to === link.to) || (edge.from === link.to && edge.to === link.from));
  const turned = link.from < link.to ? 1 : -1;
  const bow = (alike.indexOf(link) - (alike.length - 1) / 2) * 36 * turned + 2 * bend(from.place, to.place);
  const [dx, dy] = [to.place.x - from.place.x, to.place.y - from.place.y];
  const long = Math.hypot(dx, dy) || 1;
  const middle = { x: (from.place.x + to.place.x) / 2 - (dy / long) * bow, y: (from.place.y + to.place.y) / 2 + (dx / long) * bow };
  const begin = towards(from, middle, 1), end = towards(to, middle, 5);
  const { colour, wide, dashes } = colours.stroke(link.trust);
  const dashed = dashes.length > 0 ? ` stroke-dasharray="${dashes.join(" ")}"` : "";
  const title = `${from.graphNode.whole} – ${link.label} (${link.mark}) – ${to.graphNode.whole}`;
  const path = `M${short(begin.x)} ${short(begin.y)}Q${short(middle.x)} ${short(middle.y)} ${short(end.x)} ${short(end.y)}`;
  return `<g class="link" stroke="${colour}" fill="none" stroke-width="${wide}"><title>${escaped(title)}</title><path d="${path}"${dashed}/>${arrow(middle, end, colour)}</g>`;
}

function arrow(from: { x: number; y: number }, tip: { x: number; y: number }, colour: string): string {
  const angle = Math.atan2(tip.y - from.y, tip.x - from.x);
  const corner = (turn: number) => `${short(tip.x - 7 * Math.cos(angle + turn))},${short(tip.y - 7 * Math.sin(angle + turn))}`;
  return `<polygon points="${short(tip.x)},${short(tip.y)} ${corner(0.45)} ${corner(-0.45)}" fill="${colour}" stroke="none"/>`;
}

/** Return the point just outside the rim of a node, towards another point. */
function towards(from: PlacedNode, to: { x: number; y: number }, off: number): { x: number; y: number } {
  const angle = Math.atan2(to.y - from.place.y, to.x - from.place.x);
  const reach = radius(from.graphNode) + off;
  return { x: from.place.x + reach * Math.cos(angle), y: from.place.y + reach * Math.sin(angle) };
}

function node({ graphNode: thing, place }: PlacedNode, drawing: Drawing, colours: Colours): string {
  const size = radius(thing), corners = drawing.shapes[thing.family] ?? [];
  const points = corners.map((corner, at) => short((at % 2 === 0 ? place.x : place.y) + size * corner));
  const look = `fill="${colours.family(thing.family)}" stroke="${colours.get("--ink")}" stroke-opacity="0.5"`;
  const shape = points.length > 0 ? `<polygon points="${points.join(" ")}" ${look}/>` : `<circle cx="${short(place.x)}" cy="${short(place.y)}" r="${size}" ${look}/>`;
  const language = thing.language || document.documentElement.lang;
  return `<g class="thing"><title>${escaped(`${thing.whole} (${thing.kind})`)}</title>${shape}${text(thing, place, colours, language)}</g>`;
}

function text(graphNode: GraphNode, place: Place, colours: Colours, language: string): string {
  const size = radius(graphNode);
  const [x, anchor] = place.side === 0 ? [place.x, "middle"] : [place.x + place.side * (size + 6), place.side > 0 ? "start" : "end"];
  const first = place.side === 0 ? place.y + size + 6 + LINE_PIXELS * 0.8 : place.y - ((place.text.length - 1) * LINE_PIXELS) / 2 + FONT_PIXELS * 0.35;
  const rows = place.text.map((line, at) => `<tspan x="${short(x)}" y="${short(first + at * LINE_PIXELS)}">${escaped(line)}</tspan>`);
  const bold = graphNode.start ? ' font-weight="bold"' : "";
  const ground = `stroke="${colours.get("--raised")}" stroke-width="3" stroke-linejoin="round" paint-order="stroke"`;
  return `<text xml:lang="${escaped(language)}" text-anchor="${anchor}" fill="${colours.get("--ink")}" ${ground}${bold}>${rows.join("")}</text>`;
}

function short(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function escaped(value: string): string {
  // drop characters that XML cannot contain
  const writable = value.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, "");
  return writable.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}
