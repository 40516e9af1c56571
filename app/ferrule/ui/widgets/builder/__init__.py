"""The Builder: a bench for each draft, its parts, and where drafts begin."""
