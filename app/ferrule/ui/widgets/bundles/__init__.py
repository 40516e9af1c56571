"""The Bundles page: composing, signing, verifying."""
