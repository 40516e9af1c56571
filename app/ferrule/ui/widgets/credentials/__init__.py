"""What the Credentials page shows: the vault, the credentials, one of them."""
