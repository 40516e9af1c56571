"""The command line: one verb a module, exit codes that scripts can rely on.

0 done · 1 the thing is wrong · 2 the command is wrong · 75 ended by its parent ·
130 Ctrl-C.
"""
