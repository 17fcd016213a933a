// Move through the graph by arrow keys: to the nearest node in that direction, along a link first.
import type { Drawing } from "./graph_data";

type Point = { x: number; y: number };

const DIRECTIONS: Record<string, Point> = {
  ArrowRight: { x: 1, y: 0 },
  ArrowLeft: { x: -1, y: 0 },
  ArrowDown: { x: 0, y: 1 },
  ArrowUp: { x: 0, y: -1 },
};
// weight of a detour to the side against distance ahead
const ASIDE = 2;

export function isArrow(key: string): boolean {
  return key in DIRECTIONS;
}

/** Return the node in the direction of an arrow key, or undefined. */
export function next(drawing: Drawing, from: string, key: string, position: (id: string) => Point): string | undefined {
  const direction = DIRECTIONS[key];
  if (direction === undefined || drawing.nodes.length === 0) return undefined;
  const start = position(from);
  const linked = new Set(drawing.edges.flatMap((edge) => (edge.from === from ? [edge.to] : edge.to === from ? [edge.from] : [])));
  const others = drawing.nodes.filter((node) => node.id !== from).map((node) => node.id);
  return nearest(others.filter((id) => linked.has(id)), 1) ?? nearest(others, ASIDE);

  function nearest(candidates: string[], aside: number): string | undefined {
    let best: { id: string; far: number } | undefined;
    for (const id of candidates) {
      const there = position(id);
      const [dx, dy] = [there.x - start.x, there.y - start.y];
      const ahead = dx * direction!.x + dy * direction!.y, off = Math.abs(dx * direction!.y) + Math.abs(dy * direction!.x);
      if (ahead <= 1 || off > ahead * 3) continue;
      const far = ahead + off * aside;
      if (best === undefined || far < best.far) best = { id, far };
    }
    return best?.id;
  }
}
