"""What only the Activity page shows: the audit trail."""
