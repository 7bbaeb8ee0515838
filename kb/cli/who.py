"""Who works on the command line, for the audit log."""

import getpass


def operator() -> str:
    """Return the system's user as `kb:name`; users of the pages cannot have such a name."""
    try:
        return f"kb:{getpass.getuser()}"
    except (KeyError, OSError):  # a container may run under a number that has no name
        return "kb"
