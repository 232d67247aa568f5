"""Decisions as a workbook: written for a colleague, added to, read back with suspicion.

The choice: a row with a key counts only when the names beside it are those of the graph; a row
without one is a new decision, by names. Every other row becomes a finding; what counts is written
at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from chainmap.answers import Answer
from chainmap.errors import ConfigError, Finding, InputRejected, Severity
from chainmap.names import clean_text
from chainmap.texts import rule_severity, say
from chainmap.version import __version__
from chainmap.workflow.decide import (
    COLUMNS,
    VERDICTS,
    Key,
    Known,
    Pair,
    Stated,
    find_pair,
    named_row,
    read_decisions_about,
    write_statements,
)
from chainmap.workflow.headed import read_headed
from chainmap.workflow.review import near_keys, one_line, signature
from chainmap.workflow.snapshot import load_chain_graph
from chainmap.xlsx.review import ReviewSheet, write_review_workbook

if TYPE_CHECKING:
    from chainmap.analysis.graph import ChainGraph
    from chainmap.stores.port import GraphStore

HEADERS = {
    "key": "编号",
    "one": "企业一",
    "other": "企业二",
    "product": "产品",
    "verdict": "结论",
    "reason": "理由",
    "by": "决定人",
    "date": "决定日期",
}
SPARE_ROWS = 30
"""Empty rows under the decisions, for new ones."""

_WIDTHS = {"key": 15, "one": 32, "other": 32, "product": 20, "verdict": 10, "reason": 40, "by": 12,
           "date": 13}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Row:
    """One row that says something: where it stands, and its cells by column."""

    file: str
    number: int
    cells: Mapping[str, str]

    def finding(self, rule: str, column: str, **params: object) -> Finding:
        """Return a finding at one of the cells."""
        severity, sheet = Severity(rule_severity(rule)), say("decide.sheet", "zh")
        head, value = HEADERS[column], self.cells[column]
        return Finding(severity, rule, self.file, sheet, self.number, head, value, params)


def export_decisions(
    store: GraphStore,
    path: Path,
    *,
    cache_dir: Path | None = None,
    overwrite: bool = False,
) -> Path:
    """Write all decisions as a workbook with drop-downs and room for new ones.

    Parameters
    ----------
    store
        An open store.
    path
        The workbook, ``.xlsx``.
    cache_dir
        Folder of the snapshot cache.
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
    graph = load_chain_graph(store, cache_dir=cache_dir)
    told = [
        {"key": pair_code(known.pair), **named_row(graph, known.pair, known.values)}
        for known in read_decisions_about(store).values()
        if known.values["verdict"]
    ]
    rows = sorted(told, key=lambda row: (str(row["one"]), str(row["other"]), str(row["product"])))
    sheet = ReviewSheet(
        title=say("decide.sheet", "zh"),
        columns=tuple(HEADERS),
        headers=tuple(HEADERS.values()),
        rows=[*rows, *[{} for _ in range(SPARE_ROWS)]],
        fixed=frozenset({"key", "date"}),
        filled=frozenset({"verdict", "reason", "by"}),
        choices={"verdict": VERDICTS},
        notes={"verdict": say("decide.notes.filling", "zh")},
        widths=_WIDTHS,
        frozen=3,
    )
    notes = [(say("decide.notes.fill", "zh"), say("decide.notes.filling", "zh"))]
    return write_review_workbook(path, [sheet], notice=say("cli.notice", "zh"), notes=notes)


def pair_code(pair: Pair) -> str:
    """Return the key of a decision in a workbook: 12 hex digits of its content."""
    return hashlib.sha256("|".join(pair.key).encode()).hexdigest()[:12]


def import_decisions(
    store: GraphStore,
    book: str | Path,
    *,
    by: str | None = None,
    dry_run: bool = False,
    cache_dir: Path | None = None,
    now: datetime | None = None,
) -> Answer:
    """Read decisions from a workbook that ``export_decisions`` wrote, and write them at once.

    Parameters
    ----------
    store
        An open store.
    book
        The filled-in workbook (or a csv with its headers).
    by
        Who decides where the workbook does not say; None: the user of this machine.
    dry_run
        Tell what would change, and change nothing.
    cache_dir
        Folder of the snapshot cache.
    now
        The time of the decisions; None: the clock.

    Returns
    -------
    Answer
        ``chainmap.decide/1``: one row a decision that counts; a finding for each row that does
        not.

    Raises
    ------
    ConfigError
        There is no such file.
    InputRejected
        The file cannot be read, or lacks a column; nothing is written.
    StoreUnavailable
        When somebody else wrote to the store meanwhile; run it again.
    """
    path = Path(book)
    if not path.is_file():
        raise ConfigError(say("review.book_missing", path=path))
    seen = store.revision()
    graph = load_chain_graph(store, cache_dir=cache_dir)
    known = read_decisions_about(store)
    rows, findings = _read_rows(path)
    stated: list[tuple[_Row, Stated]] = []
    for row in rows:
        told = _stated(row, graph, known, by)
        if isinstance(told, Finding):
            findings.append(told)
        elif told is not None:
            stated.append((row, told))
    chosen = _without_doubles(stated, findings)
    moment = (now or datetime.now(UTC)).astimezone(UTC)
    written = write_statements(store, chosen, known, moment, seen=seen, dry_run=dry_run)
    return Answer(
        "chainmap.decide/1",
        COLUMNS,
        [named_row(graph, pair, values) | {"changed": values["changed"]}
         for pair, values in written],
        run={"version": __version__, "store": store.url},
        scope={"file": path.name, "dry_run": dry_run},
        findings=findings,
    )  # fmt: skip


def _read_rows(path: Path) -> tuple[list[_Row], list[Finding]]:
    frame, numbers, name, _, findings = read_headed(path)
    places = {str(head).strip(): head for head in frame.columns}
    needed = ("key", "one", "other", "verdict", "reason")
    missing = [HEADERS[key] for key in needed if HEADERS[key] not in places]
    if missing:
        rule = "D-decide-columns"
        found = Finding(Severity(rule_severity(rule)), rule, name, value="、".join(missing))
        raise InputRejected(say("decide.refused", file=name), [*findings, found])
    rows = []
    for at, number in enumerate(numbers):
        cells = {
            key: clean_text(str(frame[places[head]].iloc[at] or "")) if head in places else ""
            for key, head in HEADERS.items()
        }
        cells = {key: "" if value in ("nan", "None") else value for key, value in cells.items()}
        if any(cells[key] for key in ("key", "one", "other", "verdict", "reason")):
            rows.append(_Row(name, int(number or 0), cells))
    return rows, findings


def _stated(
    row: _Row,
    graph: ChainGraph,
    known: Mapping[Key, Known],
    by: str | None,
) -> Stated | Finding | None:
    """Return what a row says, a finding when it cannot count, None when it says nothing new."""
    cells = row.cells
    if cells["verdict"] and cells["verdict"] not in VERDICTS:
        return row.finding("D-bad-verdict", "verdict", choices="、".join(VERDICTS))
    # A record that was folded into another firm since the workbook went out keeps its key.
    codes = {pair_code(pair): one for one in known.values() for pair in (*one.edges, one.pair)}
    if cells["key"]:
        if cells["key"].lower() not in codes:
            return row.finding("D-unknown-key", "key", near=near_keys(cells["key"], codes) or "—")
        had = codes[cells["key"].lower()]
        pair, values = had.pair, had.values
        named = named_row(graph, pair, values)
        expected, found = (
            " / ".join(str(told[key] or "") for key in ("one", "other", "product"))
            for told in (named, cells)
        )
        if clean_text(expected) != clean_text(found):
            return row.finding("D-changed-key", "key", expected=expected, found=found)
    else:
        try:
            pair = find_pair(graph, cells["one"], cells["other"], cells["product"] or None)
        except ConfigError as exc:
            return row.finding("D-decide-row", "one", why=exc)
        values = known.get(pair.key, Known(pair, {})).values
    reason = one_line(cells["reason"])
    if cells["verdict"] and not reason:
        return row.finding("D-decide-reason", "reason")
    if not cells["verdict"]:
        if not values.get("verdict"):
            return None
        return Stated(pair, None, reason, signature(by))
    same = (values.get("verdict"), values.get("reason")) == (cells["verdict"], reason)
    who = str(values.get("by")) if same else signature(cells["by"] or by)
    return Stated(pair, cells["verdict"], reason, who)


def _without_doubles(stated: list[tuple[_Row, Stated]], findings: list[Finding]) -> list[Stated]:
    """Return the statements but those that contradict each other about one pair."""
    by_pair: dict[Key, list[tuple[_Row, Stated]]] = {}
    for row, told in stated:
        by_pair.setdefault(told.pair.key, []).append((row, told))
    chosen = []
    for group in by_pair.values():
        verdicts = {told.verdict for _, told in group}
        if len(verdicts) == 1:
            chosen.append(group[0][1])
            continue
        words = "、".join(sorted(str(verdict or "") for verdict in verdicts))
        for row, _ in group:
            other = "、".join(str(one.number) for one, _ in group if one is not row)
            findings.append(row.finding("D-two-verdicts", "verdict", verdicts=words, other=other))
    return chosen
