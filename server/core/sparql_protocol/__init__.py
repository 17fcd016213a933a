"""A question on its way: from the request through the SPARQL protocol to the response."""
