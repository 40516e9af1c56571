"""Calls that services make: received, verified, mapped, and our own sent on."""
