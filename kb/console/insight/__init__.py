"""The page with figures, and the one with the audit log."""
