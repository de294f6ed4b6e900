"""Who runs a command, for the log: the name under which the machine knows him."""

import getpass


def login() -> str:
    """Give the login name; `unknown` where the machine has none, as in some containers."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"
