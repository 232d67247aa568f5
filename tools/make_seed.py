"""Write seed_data/ from its curated tables and the plan of the 示例 firms; --check only looks.

python tools/make_seed.py           write what differs
python tools/make_seed.py --check   exit 1 when a file is not what would be written
"""

from __future__ import annotations

import argparse
import sys

from seed.files import seed_files
from seed.scenario import SEED_DATA
from seed.workbooks import same_content


def main(arguments: list[str] | None = None) -> int:
    """Write or check all generated files; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 when stale")
    options = parser.parse_args(arguments)
    stale = []
    for name, content in seed_files().items():
        path = SEED_DATA / name
        if path.exists() and same_content(path.read_bytes(), content):
            continue
        stale.append(name)
        if not options.check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    for name in stale:
        print(("stale: " if options.check else "wrote ") + name)
    if not stale:
        print("seed_data is up to date")
    return 1 if stale and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
