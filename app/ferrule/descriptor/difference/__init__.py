"""What differs between two descriptors, and what that breaks."""
