"""Documents become entries: read, clean, parse, check, plan, apply."""
