// The network of a result: from statements, or from pairs of items in the rows. Pure.
import { TYPE, type Cell, type Row } from "./terms";

export interface Edge {
  from: string;
  to: string;
  /** The property; empty for pairs in rows. */
  by: string;
  /** Number of rows or statements with this pair. */
  times: number;
}

export interface Network {
  /** Number of links of each node, by IRI or `_:` and the label of a blank node. */
  nodes: ReadonlyMap<string, number>;
  edges: readonly Edge[];
  /** The class of a node, if the statements contain it. */
  kinds: ReadonlyMap<string, string>;
}

export function fromTriples(triples: readonly Row[]): Network {
  const kinds = new Map<string, string>();
  const pairs: [string, string, string][] = [];
  for (const [subject, property, object] of triples) {
    const [from, to] = [key(subject), key(object)];
    if (from === "" || to === "" || property?.kind !== "iri") continue;
    if (property.value === TYPE) kinds.set(from, to);
    else pairs.push([from, property.value, to]);
  }
  // statements with rdf:type only are a network of items and classes
  if (pairs.length === 0) pairs.push(...[...kinds].map(([from, to]): [string, string, string] => [from, TYPE, to]));
  return { ...joined(pairs), kinds };
}

export function fromRows(rows: readonly Row[], from: number, to: number): Network {
  const pairs = rows.flatMap((row): [string, string, string][] => {
    const [source, target] = [key(row[from]), key(row[to])];
    return source === "" || target === "" ? [] : [[source, "", target]];
  });
  return { ...joined(pairs), kinds: new Map() };
}

function key(cell: Cell | undefined): string {
  if (cell?.kind === "iri") return cell.value;
  return cell?.kind === "blank" ? `_:${cell.value}` : "";
}

function joined(pairs: readonly [string, string, string][]): { nodes: Map<string, number>; edges: Edge[] } {
  const edges = new Map<string, Edge>();
  const nodes = new Map<string, number>();
  for (const [from, by, to] of pairs) {
    const id = `${from} ${by} ${to}`;
    const edge = edges.get(id) ?? { from, to, by, times: 0 };
    edge.times += 1;
    if (!edges.has(id)) for (const node of new Set([from, to])) nodes.set(node, (nodes.get(node) ?? 0) + 1);
    edges.set(id, edge);
  }
  return { nodes, edges: [...edges.values()] };
}

/** Return the part of a network with the most linked nodes, up to a readable number. */
export function readable(network: Network, most: number): Network {
  if (network.nodes.size <= most) return network;
  const largest = new Map([...network.nodes].sort((a, b) => b[1] - a[1]).slice(0, most));
  return { ...network, nodes: largest, edges: network.edges.filter((edge) => largest.has(edge.from) && largest.has(edge.to)) };
}
