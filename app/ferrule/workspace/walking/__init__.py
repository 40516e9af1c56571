"""Walking the pages of a draft, once or a second time."""
