"""The gateway: takes the calls of services (seed 001, section 7).

A call goes through these modules in turn: `serving` (HTTP on a socket), `application`
(the order of all that is looked at), `bound` and `limits` (what is let in), `callee`
(who is called, and whether the call is signed), `writing` (on the disk, many calls in
one commit), `answers` (what its sender is told), `worker` (mapped, a moment later).
"""
