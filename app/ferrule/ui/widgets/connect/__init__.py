"""The steps of connecting to a service."""
