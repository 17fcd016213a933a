// The style of the graph for cytoscape: shapes by family, strokes by how certain a link is, labels where needed.
import type { StylesheetJson } from "cytoscape";

import type { Colours } from "./colours";
import { FAMILY, FONT_PIXELS, type Drawing } from "./graph_data";

/** Return the style rules for a drawing in the current theme. */
export function sheet(drawing: Drawing, colours: Colours): StylesheetJson {
  const ink = colours.get("--ink"), paper = colours.get("--raised");
  return [
    {
      selector: "node",
      style: {
        width: "data(size)", height: "data(size)", label: "data(text)", "font-size": FONT_PIXELS, "font-family": FAMILY, "line-height": 1.3,
        color: ink, "text-wrap": "wrap", "text-max-width": "400px", "text-background-color": paper, "text-background-opacity": 0.86,
        "text-background-padding": "1px", "text-valign": "center", "text-halign": "right", "text-margin-x": 6, "text-justification": "left",
        "border-width": 1, "border-color": ink, "border-opacity": 0.5, "overlay-opacity": 0, "z-index": 2,
      },
    },
    { selector: "node[side < 0]", style: { "text-halign": "left", "text-margin-x": -6, "text-justification": "right" } },
    { selector: "node[side = 0]", style: { "text-halign": "center", "text-valign": "bottom", "text-margin-x": 0, "text-margin-y": 6, "text-justification": "center", "font-weight": "bold" } },
    ...Object.entries(drawing.shapes).map(([family, corners]) => ({
      selector: `node[family = "${family}"]`,
      style: {
        "background-color": colours.family(family),
        ...(corners.length > 0 ? { shape: "polygon" as const, "shape-polygon-points": corners.join(" ") } : { shape: "ellipse" as const }),
      },
    })),
    { selector: "node.at", style: { "border-width": 3, "border-color": colours.get("--accent"), "border-opacity": 1, "underlay-color": colours.get("--accent"), "underlay-opacity": 0.25, "underlay-padding": 6, "z-index": 4 } },
    {
      selector: "edge",
      style: {
        "curve-style": "bezier", "target-arrow-shape": "triangle", "arrow-scale": 0.7, opacity: 0.75, "font-size": 11, "font-family": FAMILY,
        color: ink, "text-background-color": paper, "text-background-opacity": 0.9, "text-background-padding": "2px", "overlay-opacity": 0, "z-index": 1,
      },
    },
    ...[...new Set(drawing.edges.map((edge) => edge.trust))].map((trust) => {
      const { colour, wide, dashes } = colours.stroke(trust);
      const line = dashes.length > 0 ? { "line-style": "dashed" as const, "line-dash-pattern": dashes } : { "line-style": "solid" as const };
      return { selector: `edge[trust = "${trust}"]`, style: { width: wide, "line-color": colour, "target-arrow-color": colour, ...line } };
    }),
    { selector: "edge[bend != 0]", style: { "curve-style": "unbundled-bezier", "control-point-distances": "data(bend)" as unknown as number, "control-point-weights": 0.5 } },
    { selector: "edge.own", style: { opacity: 1, "z-index": 3 } },
    { selector: "edge.labelled, edge.pointed", style: { label: "data(label)", opacity: 1, "z-index": 5 } },
  ];
}
