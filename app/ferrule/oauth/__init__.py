"""Signing in with a person: browser and listener, device code, pasted address.

What is asked and how an answer is read is pure and lives in `ferrule.auth`; here are
sockets, waiting and the checks of one attempt. Authlib is given a verifier to digest
and never an address: what a browser brings back is parsed here.
"""
