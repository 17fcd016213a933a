// The graph that the server sends, and labels broken into lines.

export interface GraphNode {
  id: string;
  label: string;
  whole: string;
  language: string;
  kind: string;
  family: string;
  start: boolean;
  via: string;
  way: string;
}

export interface GraphEdge {
  id: string;
  from: string;
  to: string;
  label: string;
  trust: string;
  mark: string;
}

export interface Drawing {
  at: string;
  nodes: GraphNode[];
  edges: GraphEdge[];
  shapes: Record<string, number[]>;
}

export const FONT_PIXELS = 14;
export const LINE_PIXELS = 18;
export const FAMILY = 'system-ui, "PingFang SC", "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", sans-serif';
export const LARGE = 15;
export const SMALL = 9;
// a Chinese character with following punctuation, a word, or the space between words
const PIECES = /[\u2e80-\u9fff\uff00-\uffef][，。；：、！？）」』》”’…]*|[^\s\u2e80-\u9fff\uff00-\uffef]+|\s+/g;
const MOST_LINES = 3;

/** Read the graph from the page. */
export function read(within: ParentNode): Drawing | undefined {
  const text = within.querySelector("script.explorer-data")?.textContent;
  return text ? (JSON.parse(text) as Drawing) : undefined;
}

export function radius(graphNode: GraphNode): number {
  return graphNode.start ? LARGE : SMALL;
}

let pen: CanvasRenderingContext2D | null | undefined;

/** Return the width of a text, in pixels of the graph. */
export function width(text: string): number {
  pen ??= document.createElement("canvas").getContext("2d");
  if (!pen) return text.length * 7;
  pen.font = `${FONT_PIXELS}px ${FAMILY}`;
  return pen.measureText(text).width;
}

/** Break a text into lines of a maximum width in pixels; Chinese may break anywhere. */
export function lines(text: string, maxLength: number): string[] {
  const pieces = text.match(PIECES) ?? [text];
  const path: string[] = [];
  let line = "";
  for (const piece of pieces) {
    if (line.trim() !== "" && width(line + piece.trimEnd()) > maxLength) {
      path.push(line.trim());
      line = "";
    }
    line += piece;
  }
  if (line.trim() !== "") path.push(line.trim());
  if (path.length <= MOST_LINES) return path;
  return [...path.slice(0, MOST_LINES - 1), `${path[MOST_LINES - 1] ?? ""} …`];
}
