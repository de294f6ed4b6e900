"""`python -m pollready` is the command."""

import sys

from pollready.cli import main

if __name__ == "__main__":
    sys.exit(main())
