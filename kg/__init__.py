"""The knowledge graph of China's Five-Year Plans: build, check, ask, export."""

__version__ = "0.1.0"
