"""The Runs page: its list, a run and what came of it."""
