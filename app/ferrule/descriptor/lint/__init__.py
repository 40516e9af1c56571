"""What a valid descriptor should not say."""
