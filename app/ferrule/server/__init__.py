"""The registry server: takes signed bundles in, keeps what is configured with them.

`docs/server.md` is its page. Nothing is imported here: only `ferrule server` pays for
what the server needs.
"""
