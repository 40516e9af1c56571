"""Metrics for Prometheus, read from the database when somebody scrapes them.

The names are those of seed 000, section 8; `docs/metrics.md` lists them. A registry of
our own: nothing of the process itself is told. `prometheus_client` is imported by
nothing else, and when the page is first asked for.
"""
