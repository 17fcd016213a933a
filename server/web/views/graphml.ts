// A network as GraphML (http://graphml.graphdrawing.org/), for Gephi and other programs.
import type { Edge } from "./network";
import { escaped } from "./xml";

export interface Named {
  id: string;
  label: string;
  kind: string;
}

const KEYS = [["label", "node", "string"], ["kind", "node", "string"], ["property", "edge", "string"], ["label_of_edge", "edge", "string"], ["weight", "edge", "int"]] as const;

export function graphml(nodes: readonly Named[], edges: readonly Edge[], name: (edge: Edge) => string): Blob {
  const data = (key: string, value: string): string => (value === "" ? "" : `<data key="${key}">${escaped(value)}</data>`);
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
    ...KEYS.map(([key, of, type]) => `<key id="${key}" for="${of}" attr.name="${key === "label_of_edge" ? "label" : key}" attr.type="${type}"/>`),
    '<graph edgedefault="directed">',
    ...nodes.map((node) => `<node id="${escaped(node.id)}">${data("label", node.label)}${data("kind", node.kind)}</node>`),
    ...edges.map(
      (edge) =>
        `<edge source="${escaped(edge.from)}" target="${escaped(edge.to)}">` +
        `${data("property", edge.by)}${data("label_of_edge", name(edge))}${data("weight", String(edge.times))}</edge>`,
    ),
    "</graph>",
    "</graphml>",
    "",
  ];
  return new Blob([lines.join("\n")], { type: "application/graphml+xml" });
}
