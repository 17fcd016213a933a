"""SPARQL text: tokens, the guard, parse errors, the formatter, headers of query files."""
