"""What was sent and what came back, kept in a capped ring."""
