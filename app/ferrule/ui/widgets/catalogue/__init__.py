"""The Catalogue: cards, facets and the detail of a connector."""
