"""Reading graph_data/ and ontology/: Turtle files and SSSOM mappings."""
