"""The front end: SPARQL protocol, question pages, linked data."""
