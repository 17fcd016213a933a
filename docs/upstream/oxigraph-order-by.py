"""Show that ORDER BY over numbers among strings ends the process (pyoxigraph 0.5.13)."""

import pyoxigraph

XSD_DECIMAL = pyoxigraph.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")

store = pyoxigraph.Store()
for number in range(100):
    value = str(number * 7919 % 12007)
    literal = pyoxigraph.Literal(value) if number % 2 else pyoxigraph.Literal(value, datatype=XSD_DECIMAL)
    store.add(pyoxigraph.Quad(pyoxigraph.NamedNode(f"urn:s{number}"), pyoxigraph.NamedNode("urn:p"), literal))

rows = list(store.query("SELECT ?o { ?s <urn:p> ?o } ORDER BY ?o"))
print(len(rows), "rows")
