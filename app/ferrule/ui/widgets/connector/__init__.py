"""What the page of one connector shows: figures, connections, versions, papers."""
