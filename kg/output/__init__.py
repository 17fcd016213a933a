"""Output formats: exports, citations, sentences, metadata, data cube, data package, fragments, JSON-LD, GraphML."""
