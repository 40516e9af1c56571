"""Ferrule: a workshop for API connectors, and the engine that runs them."""

__version__ = "0.1.0"
