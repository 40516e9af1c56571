"""What the Webhooks page shows: the receiver, what came, and one of it."""
