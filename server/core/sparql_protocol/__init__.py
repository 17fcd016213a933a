"""The SPARQL protocol, from the request to the response."""
