"""run.json: with what, from what and how a report was made, so that it can be made again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from chainmap.audience import INTERNAL
from chainmap.version import __version__

if TYPE_CHECKING:
    from chainmap.answers import Answer


def run_text(
    answers: Mapping[str, Answer],
    *,
    audience: str,
    files: Sequence[Path],
    folder: Path,
    findings: Sequence[Mapping[str, object]],
) -> str:
    """Return run.json as text.

    Parameters
    ----------
    answers
        The answers the report shows, by job; their ``run`` holds versions, weights, thresholds
        and the inputs with their SHA-256.
    files
        Files written into ``folder``, recorded with size and SHA-256.
    findings
        What the last imports found, as rows.
    """
    # where the store lies and what a cell said are the bureau's own business
    hidden = {"inputs"} if audience == INTERNAL else {"inputs", "store"}
    inputs: dict[str, object] = {}
    for answer in answers.values():
        for item in _items(answer.run.get("inputs")):
            inputs.setdefault(json.dumps(item, ensure_ascii=False, sort_keys=True), item)
    record = {
        "schema": "chainmap.report/1",
        "version": __version__,
        "audience": audience,
        "as_of": next((a.run["as_of"] for a in answers.values() if a.run.get("as_of")), None),
        "inputs": [inputs[key] for key in sorted(inputs)],
        "jobs": {
            name: {
                "schema": answer.schema,
                "scope": dict(answer.scope),
                "run": {k: v for k, v in answer.run.items() if k not in hidden},
                "rows": len(answer.rows),
                "findings": [f.as_row() for f in answer.findings if audience == INTERNAL],
            }
            for name, answer in sorted(answers.items())
        },
        "files": [
            {
                "file": path.relative_to(folder).as_posix(),
                "bytes": path.stat().st_size,
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            }
            for path in sorted(files)
        ],
        "findings": list(findings),
    }
    return json.dumps(record, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _items(value: object) -> Sequence[object]:
    return value if isinstance(value, (list, tuple)) else ()
