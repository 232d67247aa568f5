"""The review as a workbook: written for a colleague, read back with suspicion.

The one choice: a row counts only when its key is known and what stands beside the key is what
the graph shows for it; every other row becomes a finding, and what counts is written at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from chainmap.answers import Answer
from chainmap.errors import ConfigError, Finding, InputRejected, Severity
from chainmap.names import clean_text
from chainmap.texts import rule_severity, say
from chainmap.version import __version__
from chainmap.workflow.review import (
    DECIDED_COLUMNS,
    Decision,
    chosen_pairs,
    decided_row,
    near_keys,
    one_line,
    several_products,
    signature,
    write_decisions,
)
from chainmap.workflow.review_pairs import (
    KINDS,
    LINK,
    MERGE,
    OPEN,
    SAME,
    VERDICTS,
    Pair,
    read_pairs,
)
from chainmap.xlsx import read_workbook
from chainmap.xlsx.review import ReviewSheet, write_review_workbook
from chainmap.xlsx.write import cell_value

if TYPE_CHECKING:
    from chainmap.stores.port import GraphStore
    from chainmap.xlsx import SheetText

IMPORTED_COLUMNS = ("sheet", "row", *DECIDED_COLUMNS)
SHOWN_CELLS = 5
"""Cells that a row of the workbook names."""

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    LINK: (
        "key", "phrase", "product", "code", "probability", "matched", "evidence", "runner_up",
        "verdict", "by", "reason",
    ),
    MERGE: (
        "key", "one", "one_code", "other", "other_code", "probability", "matched", "evidence",
        "verdict", "by", "reason",
    ),
}  # fmt: skip
_CONTENT: Mapping[str, tuple[str, str]] = {LINK: ("phrase", "product"), MERGE: ("one", "other")}
_TO_FILL = ("verdict", "by", "reason")
_WIDTHS = {
    "key": 17, "phrase": 24, "product": 22, "one": 30, "other": 30, "one_code": 21,
    "other_code": 21, "probability": 8, "matched": 30, "evidence": 34, "runner_up": 22,
    "verdict": 10, "by": 12, "reason": 30,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Row:
    """A row with a verdict: where it stands, and its cells by column."""

    file: str
    sheet: str
    number: int
    kind: str
    cells: Mapping[str, str]

    @property
    def key(self) -> str:
        return self.cells["key"].lower()

    def finding(self, rule: str, column: str, value: str, **params: object) -> Finding:
        """Return a finding at one of the cells."""
        return Finding(
            Severity(rule_severity(rule)),
            rule,
            self.file,
            self.sheet,
            self.number,
            _head(column),
            value,
            params,
        )


def export_reviews(
    store: GraphStore,
    path: Path,
    *,
    kind: str | None = None,
    state: str = OPEN,
    top: int | None = None,
    overwrite: bool = False,
) -> Path:
    """Write pairs as a workbook with a drop-down for the verdict; return its path.

    Parameters
    ----------
    store
        An open store.
    path
        The workbook, ``.xlsx``.
    kind, state, top
        Which pairs, as in ``list_reviews``.
    overwrite
        Replace a workbook that is there; somebody may have filled it in.

    Raises
    ------
    ConfigError
        When the path has another suffix, is there already, or cannot be written.
    """
    if path.suffix.lower() != ".xlsx":
        raise ConfigError(say("review.book_suffix", path=path))
    if path.exists() and not overwrite:
        raise ConfigError(say("review.book_exists", path=path))
    chosen, _ = chosen_pairs(store, kind=kind, state=state, top=top)
    sheets = [
        _sheet(one, [pair for pair, _ in chosen if pair.kind == one])
        for one in KINDS
        if kind in (None, one)
    ]
    notes = [(say("review.about", "zh"), say("review.about_text", "zh"))]
    return write_review_workbook(path, sheets, notice=say("cli.notice", "zh"), notes=notes)


def import_reviews(
    store: GraphStore,
    book: str | Path,
    *,
    by: str | None = None,
    dry_run: bool = False,
    now: datetime | None = None,
) -> Answer:
    """Read the verdicts of a workbook that ``export_reviews`` wrote, and write them at once.

    Parameters
    ----------
    store
        An open store.
    book
        The filled-in workbook; rows without a verdict are passed over.
    by
        Who decides where the workbook does not say; None: the user of this machine.
    dry_run
        Tell what would change, and change nothing.
    now
        The time of the decisions; None: the clock.

    Returns
    -------
    Answer
        ``chainmap.review-import/1``: one row a verdict that counts, with its sheet and row;
        a finding for each row that does not.

    Raises
    ------
    ConfigError
        There is no such file.
    InputRejected
        The file cannot be read, or holds no review sheet; nothing is written.
    StoreUnavailable
        When somebody else wrote to the store meanwhile; run it again.
    """
    path = Path(book)
    if not path.is_file():
        raise ConfigError(say("review.book_missing", path=path))
    rows = _read_rows(path)
    seen = store.revision()
    pairs = read_pairs(store)
    findings: list[Finding] = []
    good = _without_doubles([r for r in rows if _is_good(r, pairs, findings)], findings)
    decided = [(row, _decision(row, pairs[row.key], by)) for row in good]
    findings += [_overruled(row, decision) for row, decision in decided if _overrules(decision)]
    decisions = [decision for _, decision in decided]
    findings += several_products(decisions, pairs)
    moment = (now or datetime.now(UTC)).astimezone(UTC)
    if not dry_run:
        write_decisions(store, decisions, moment, seen=seen)
    return Answer(
        schema="chainmap.review-import/1",
        columns=IMPORTED_COLUMNS,
        rows=[
            {"sheet": row.sheet, "row": row.number, **decided_row(decision, moment)}
            for row, decision in decided
        ],
        run={"version": __version__, "store": store.url},
        scope={"file": path.name, "dry_run": dry_run},
        findings=findings,
    )


def _head(column: str) -> str:
    return say(f"review.head.{column}", "zh")


def _sheet(kind: str, pairs: Sequence[Pair]) -> ReviewSheet:
    choices = VERDICTS[kind]
    notes = {name: say(f"review.note.{name}", "zh") for name in ("key", "by", "reason")}
    columns = _COLUMNS[kind]
    return ReviewSheet(
        title=say(f"review.sheet.{kind}", "zh"),
        columns=columns,
        headers=[_head(name) for name in columns],
        rows=[_cells(pair) for pair in pairs],
        fixed=frozenset({"key"}),
        filled=frozenset(_TO_FILL),
        choices={"verdict": choices},
        notes=notes | {"verdict": say("review.note.verdict", "zh", choices="、".join(choices))},
        widths=_WIDTHS,
        formats={"probability": "0%"},
        frozen=3 if kind == LINK else 2,
    )


def _cells(pair: Pair) -> dict[str, object]:
    told = ("probability", "matched", "runner_up", "verdict", "by", "reason")
    cells = {name: pair.values.get(name) for name in told}
    cells |= {"key": pair.key, "evidence": _places(pair)}
    cells |= dict(zip(_CONTENT[pair.kind], (pair.one.name, pair.other.name), strict=True))
    codes = {"one_code": pair.one.uscc, "other_code": pair.other.uscc}
    return cells | codes | {"code": pair.other.id.partition(":")[2]}


def _places(pair: Pair) -> str:
    """Return the places of a pair, a line each: of a firm's rows those of both firms."""
    items = pair.evidence()
    if pair.kind == LINK:
        lines = [_line(item, ("file", "sheet", "row", "column")) for item in items[:SHOWN_CELLS]]
        count = len(pair.cells)
    else:
        shown = items if len(items) <= SHOWN_CELLS else [*items[:2], *items[-2:]]
        lines = [_line(item, ("text", "file", "sheet", "row")) for item in shown]
        count = len(items)
    if count > len(lines):
        lines.append(say("review.more_cells", "zh", count=count))
    return "\n".join(lines)


def _line(item: Mapping[str, object], names: Sequence[str]) -> str:
    return " / ".join(str(item[name]) for name in names if item[name] is not None)


def _read_rows(path: Path) -> list[_Row]:
    """Return the rows with a verdict of all review sheets, in order.

    Raises
    ------
    InputRejected
        When no sheet is one, or one lacks a column.
    """
    rows: list[_Row] = []
    findings: list[Finding] = []
    is_review = False
    for sheet in read_workbook(path).sheets:
        heads = _heads(sheet)
        if not {"key", "verdict"} & set(heads):
            continue
        is_review = True
        kind = MERGE if {"one", "other"} & set(heads) else LINK
        missing = [name for name in ("key", *_CONTENT[kind], "verdict") if name not in heads]
        findings += [_no_column(path, sheet.title, name) for name in missing]
        if not missing:
            rows += _filled(path, sheet, kind, heads)
    if not is_review:
        columns = "、".join(_head(name) for name in ("key", "verdict"))
        rule = "D-no-sheet"
        params = {"columns": columns}
        findings.append(Finding(Severity(rule_severity(rule)), rule, path.name, params=params))
    if findings:
        raise InputRejected(say("review.book_refused", file=path.name), findings)
    return rows


def _no_column(path: Path, sheet: str, name: str) -> Finding:
    rule, head = "D-column", _head(name)
    return Finding(Severity(rule_severity(rule)), rule, path.name, sheet, None, head, head)


def _heads(sheet: SheetText) -> dict[str, int]:
    """Return column name -> position, from the first row of the sheet."""
    if not len(sheet.frame):
        return {}
    names = {_head(name): name for kind in KINDS for name in _COLUMNS[kind]}
    names[_head("key").partition("（")[0]] = "key"
    first = {place: clean_text(str(sheet.frame[place].iloc[0])) for place in sheet.frame}
    found = {names[text]: place for place, text in reversed(first.items()) if text in names}
    return {name: int(place) for name, place in found.items()}


def _filled(path: Path, sheet: SheetText, kind: str, heads: Mapping[str, int]) -> list[_Row]:
    columns = {
        name: sheet.frame[place].fillna("").astype(str).map(clean_text).tolist()
        for name, place in heads.items()
    }
    return [
        _Row(
            path.name,
            sheet.title,
            int(sheet.rows[n]),
            kind,
            {name: cells[n] for name, cells in columns.items()},
        )
        for n in range(1, len(sheet.frame))
        if columns["verdict"][n]
    ]


def _is_good(row: _Row, pairs: Mapping[str, Pair], findings: list[Finding]) -> bool:
    """Whether a row counts; what is wrong with it goes to ``findings``."""
    finding = _problem(row, pairs)
    if finding is not None:
        findings.append(finding)
    return finding is None


def _problem(row: _Row, pairs: Mapping[str, Pair]) -> Finding | None:
    key, verdict = row.cells["key"], row.cells["verdict"]
    pair = pairs.get(row.key)
    if pair is None:
        near = near_keys(row.key, pairs) or "—"
        return row.finding("D-unknown-key", "key", key, near=near)
    expected = [_shown(end.name) for end in (pair.one, pair.other)]
    found = [row.cells[name] for name in _CONTENT[row.kind]]
    if pair.kind != row.kind or expected != found:
        told = {"expected": " — ".join(expected), "found": " — ".join(found)}
        return row.finding("D-changed-key", "key", key, **told)
    choices = VERDICTS[row.kind]
    if verdict not in choices:
        return row.finding("D-bad-verdict", "verdict", verdict, choices="、".join(choices))
    if verdict == SAME and pair.codes is not None:
        one, other = pair.codes
        return row.finding("D-different-codes", "verdict", verdict, one=one, other=other)
    return None


def _without_doubles(rows: Sequence[_Row], findings: list[Finding]) -> list[_Row]:
    """Return the first row of each key; keys with two verdicts go to ``findings``."""
    groups: dict[str, list[_Row]] = {}
    for row in rows:
        groups.setdefault(row.key, []).append(row)
    good = []
    for same in groups.values():
        verdicts = sorted({row.cells["verdict"] for row in same})
        if len(verdicts) == 1:
            good.append(same[0])
            continue
        for row in same:
            others = "、".join(
                f"{other.sheet}/{other.number}" for other in same if other is not row
            )
            told = {"verdicts": "、".join(verdicts), "other": others}
            findings.append(row.finding("D-two-verdicts", "verdict", row.cells["key"], **told))
    return good


def _decision(row: _Row, pair: Pair, by: str | None) -> Decision:
    told = pair.values.get("reason")
    written = row.cells.get("reason", "")
    reason = told if told and written == _shown(told) else one_line(written)
    who = signature(row.cells.get("by") or by)
    return Decision(pair, row.cells["verdict"], who, reason)


def _overrules(decision: Decision) -> bool:
    before = decision.pair.verdict
    return before is not None and before != decision.verdict


def _overruled(row: _Row, decision: Decision) -> Finding:
    values = decision.pair.values
    told = {"before": values["verdict"], "by": values.get("by") or "—"}
    told |= {"date": values.get("date") or "—", "key": decision.pair.key}
    return row.finding("D-overruled", "verdict", row.cells["verdict"], **told)


def _shown(text: str) -> str:
    """Return a text as it comes back from a cell."""
    return clean_text(str(cell_value(text) or ""))
