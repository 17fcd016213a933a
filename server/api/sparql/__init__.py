"""The SPARQL endpoint: protocol, graphs, and what is told about a query."""
