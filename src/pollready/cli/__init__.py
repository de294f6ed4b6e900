"""The command line: one call into the layers below for each command."""

from pollready.cli.main import main

__all__ = ["main"]
