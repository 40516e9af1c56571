"""Whether a service still answers as the fixtures do."""
