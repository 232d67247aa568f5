"""``python -m chainmap``: the command line."""

from __future__ import annotations

from chainmap.cli import main

if __name__ == "__main__":
    main()
