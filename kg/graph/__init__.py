"""Reading the graph: resources, neighbours, the ontology, evidence."""
