"""What the Tools page shows: lists, forms, requests, approvals and results."""
