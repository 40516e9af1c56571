"""A response to look into: tree, table, raw text, headers, timing."""
