// Positions of nodes: each new node is placed as near to the node it was opened from as there is room; placed nodes
// do not move. The same steps give the same graph, so that an address always looks the same.
import { LARGE, LINE_PIXELS, SMALL, lines, radius, width, type Drawing, type GraphNode } from "./graph_data";

export interface Place {
  x: number;
  y: number;
  /** The side of the label and of the links: 1 right, -1 left, 0 below, for start nodes. */
  side: -1 | 0 | 1;
  text: string[];
  width: number;
}

interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

const COLUMN = 250;
const STEP = 8;
const REACH = 960;
const REACH_NARROW = 1600;
const COLUMNS = 6;
/** Maximum distance downwards before the next column is used; small screens have no room for another. */
const ASIDE = 300;
const ASIDE_NARROW = 1200;
const BETWEEN_STARTS = 820;
const FEW = 14;
const NEAR = 40;
const BEND = 34;

export class Layout {
  private readonly places = new Map<string, Place>();
  private readonly sides = new Map<string, -1 | 1>();

  /** `narrow` opens everything to the right: a small screen has no room on both sides. */
  constructor(private readonly narrow: boolean) {}

  get(id: string): Place | undefined {
    return this.places.get(id);
  }

  /** Record that a node was dragged to another position. */
  move(id: string, x: number, y: number): void {
    const place = this.places.get(id);
    if (place !== undefined) Object.assign(place, { x, y });
  }

  /** Place each node of a drawing; removed nodes free their room. */
  arrange(drawing: Drawing): void {
    const ids = new Set(drawing.nodes.map((node) => node.id));
    for (const id of [...this.places.keys()]) if (!ids.has(id)) this.places.delete(id);
    const adjacent = neighbours(drawing);
    const sizes = new Map<string, number>();
    for (const node of drawing.nodes) sizes.set(node.way, (sizes.get(node.way) ?? 0) + 1);
    const starts = drawing.nodes.filter((node) => node.start);
    starts.forEach((node, number) => this.places.has(node.id) || this.placeStart(node, number));
    const fresh = drawing.nodes.filter((node) => !this.places.has(node.id));
    const turns = new Map<string, number>();
    for (const node of fresh) {
      const others = (adjacent.get(node.id) ?? []).filter((id) => id !== node.via);
      const turn = turns.get(node.way) ?? 0, size = sizes.get(node.way) ?? 0;
      turns.set(node.way, turn + 1);
      this.place(node, others, size <= FEW ? 0 : turn < size / 2 ? 1 : -1);
    }
    for (const column of columns(fresh, this.places)) this.order(column);
  }

  /** Order nodes that were added together from top to bottom, if the space they take stays the same. */
  private order(column: string[]): void {
    const places = column.map((id) => this.places.get(id)).filter((place) => place !== undefined);
    const boxes = places.map((place) => box(SMALL, place));
    let top = Math.min(...boxes.map((rectangle) => rectangle.top));
    const wanted = boxes.map((rectangle) => {
      const high = rectangle.bottom - rectangle.top, y = top + high / 2;
      top += Math.ceil(high / STEP) * STEP;
      return y;
    });
    const others = [...this.places].filter(([id]) => !column.includes(id)).map(([, place]) => box(place.side === 0 ? LARGE : SMALL, place));
    const free = places.every((place, at) => !others.some((other) => overlap(other, box(SMALL, { ...place, y: wanted[at] ?? place.y }))));
    if (free) places.forEach((place, at) => (place.y = wanted[at] ?? place.y));
  }

  private placeStart(graphNode: GraphNode, number: number): void {
    const text = lines(graphNode.label, 220);
    const gap = this.narrow ? 260 : BETWEEN_STARTS;
    const [x, y] = this.narrow ? [0, number * gap] : [number * gap, 0];
    this.places.set(graphNode.id, { x, y, side: 0, text, width: widest(text) });
  }

  private place(graphNode: GraphNode, others: string[], half: -1 | 0 | 1): void {
    const origin = this.places.get(graphNode.via) ?? { x: 0, y: 0, side: 0, text: [], width: 0 };
    const linked = others.map((id) => this.places.get(id)).filter((place) => place !== undefined && place.side === 0);
    const text = lines(graphNode.label, this.narrow ? 150 : 180);
    const size = widest(text);
    let side = origin.side === 0 ? this.side(graphNode, half) : origin.side;
    let first = origin.x + side * (origin.side === 0 ? 150 : origin.width + 90);
    if (linked.length > 0 && origin.side === 0 && !this.narrow) {
      // nodes shared by several start nodes are placed between them
      const all = [origin, ...linked] as Place[];
      side = 1;
      first = all.reduce((sum, place) => sum + place.x, 0) / all.length - 50;
    }
    if (this.narrow && origin.side === 0) first = origin.x + 70;
    const free = this.nearest(first, origin.y, side, (x, y) => box(radius(graphNode), { x, y, side, text, width: size }));
    this.places.set(graphNode.id, { ...free, side, text, width: size });
  }

  /** Choose the side for nodes of one kind: the emptier side of the start node; very many are split over both sides. */
  private side(graphNode: GraphNode, half: -1 | 0 | 1): -1 | 1 {
    if (this.narrow) return 1;
    if (half !== 0) return half;
    const cachedSide = this.sides.get(graphNode.way);
    if (cachedSide !== undefined) return cachedSide;
    const origin = this.places.get(graphNode.via)?.x ?? 0;
    const right = [...this.places.values()].filter((place) => place.side === 1 && place.x > origin).length;
    const left = [...this.places.values()].filter((place) => place.side === -1 && place.x < origin).length;
    const side = right <= left ? 1 : -1;
    this.sides.set(graphNode.way, side);
    return side;
  }

  private nearest(x: number, y: number, side: number, at: (x: number, y: number) => Box): { x: number; y: number } {
    const taken = [...this.places.values()].map((place) => box(place.side === 0 ? LARGE : SMALL, place));
    const reach = this.narrow ? REACH_NARROW : REACH;
    let best = { x, y: y + reach, cost: Infinity };
    for (let column = 0; column < COLUMNS; column += 1) {
      const there = x + side * column * COLUMN;
      for (let rise = 0; rise <= reach; rise += STEP) {
        const cost = rise + column * (this.narrow ? ASIDE_NARROW : ASIDE);
        if (cost >= best.cost) break;
        for (const height of rise === 0 ? [0] : [rise, -rise]) {
          const wanted = at(there, y + height);
          if (!taken.some((rectangle) => overlap(rectangle, wanted))) {
            best = { x: there, y: y + height, cost };
            break;
          }
        }
      }
    }
    return { x: best.x, y: best.y };
  }
}

/** Group new nodes by where they came from and by column. */
function columns(fresh: GraphNode[], places: Map<string, Place>): string[][] {
  const groups = new Map<string, string[]>();
  for (const { id, way } of fresh) {
    const key = `${way} ${places.get(id)?.x ?? 0}`;
    groups.set(key, [...(groups.get(key) ?? []), id]);
  }
  return [...groups.values()].filter((group) => group.length > 1);
}

function neighbours(drawing: Drawing): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const { from, to } of drawing.edges) {
    groups.set(from, [...(groups.get(from) ?? []), to]);
    groups.set(to, [...(groups.get(to) ?? []), from]);
  }
  return groups;
}

function widest(text: string[]): number {
  return Math.max(0, ...text.map(width));
}

/** Return the rectangle that a node takes with its label. */
export function box(size: number, place: Place): Box {
  const high = Math.max(size, (place.text.length * LINE_PIXELS) / 2) + 4;
  const reach = size + 8 + place.width;
  if (place.side === 0) {
    const wide = Math.max(size, place.width / 2) + 12;
    return { left: place.x - wide, right: place.x + wide, top: place.y - size - 12, bottom: place.y + size + place.text.length * LINE_PIXELS + 16 };
  }
  const [left, right] = place.side > 0 ? [size + 6, reach] : [reach, size + 6];
  return { left: place.x - left, right: place.x + right, top: place.y - high, bottom: place.y + high };
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

/** Return how far a link bends to the left, so that it does not cross nodes of its column. */
export function bend(from: Place, to: Place): number {
  if (Math.abs(from.x - to.x) > NEAR || from.side === 0 || to.side === 0) return 0;
  return BEND * (to.y > from.y ? 1 : -1) * from.side;
}
