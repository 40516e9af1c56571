"""The log to look at: the query, the lines, one of them whole; shared by pages."""
