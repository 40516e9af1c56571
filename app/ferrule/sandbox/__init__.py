"""A sample service on loopback: a GitHub-like issue tracker to try connectors on.

It works offline, is the same at every start (one seed), and is quick: rows are JSON
bytes before anybody asks, and a page is those bytes joined. `api` answers plain values
and knows no socket; `server` puts it on a port.
"""
