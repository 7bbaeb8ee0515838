"""Names for what the service makes: they sort by time, and nobody can guess one."""

import secrets
from datetime import datetime


def new_id(kind: str, at: datetime) -> str:
    """Return `kind`, the time in milliseconds (12 hexadecimal digits) and 96 random bits, as in conv_0198…."""
    return f"{kind}_{int(at.timestamp() * 1000):012x}{secrets.token_hex(12)}"
