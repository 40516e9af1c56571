"""The sandbox's authorization server: OAuth 2 and OAuth 1.0a, to learn the flows on.

The rules of both are Authlib's, so that Ferrule's own flows meet somebody else's
reading of the RFCs; what is here are the clients, the ledger of what was issued, the
pages that a person sees, and what can go wrong on purpose. Everything is plain values,
as in the rest of the sandbox: a request in, an answer out, no socket.
"""
