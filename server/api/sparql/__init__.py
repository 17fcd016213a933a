"""The SPARQL endpoint: protocol, graphs, and snippets for other programs."""
