"""`python -m soi_dialer`: see docs/commands.md."""

from __future__ import annotations

import sys

from soi_dialer.commands.parser import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
