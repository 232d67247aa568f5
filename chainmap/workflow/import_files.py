"""Import: files to graph, all of them or nothing, with an account of every row.

The one choice: everything up to the store is pure and sees all files at once; then one
transaction writes all nodes, all edges, and withdraws what each source no longer states.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pandas as pd

from chainmap.answers import Answer
from chainmap.errors import ConfigError, Finding, InputRejected, Severity, StoreUnavailable
from chainmap.ingest.accounts import (
    ACCOUNT_COLUMNS,
    Account,
    CleanTable,
    FindingLog,
    count_rows,
    refused_rows,
)
from chainmap.ingest.build import build_graph_tables
from chainmap.ingest.check import check_graph, check_tables
from chainmap.ingest.clean import clean_table
from chainmap.ingest.columns import match_columns
from chainmap.ingest.mapping import apply_mapping, read_mapping
from chainmap.ingest.read import read_files
from chainmap.ingest.resolve import element_keys, resolve_tables
from chainmap.names import name_key
from chainmap.schema import Schema, load_schema, node_id
from chainmap.tables import REVIEW_SOURCE, GraphTables, Run, typed_frame
from chainmap.texts import say
from chainmap.version import __version__
from chainmap.workflow.known import child_renames, read_known
from chainmap.workflow.progress import Progress, silent

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from chainmap.ingest.shapes import FileRecord, NamedTable
    from chainmap.stores.port import Conflict, GraphStore, WriteCounts

SCHEMA = "chainmap.import/1"
CHANGES = ("added", "changed", "unchanged", "removed", "deactivated")
_OF_THE_STORE = frozenset({"R-renamed", "R-park-added", "R-chain-added", "G-conflict"})
"""Rules whose findings depend on what the store held before: not kept with the source."""

LONGEST_SOURCE = 200
"""Characters of a source's name; it is repeated in the origin of every row."""

_WORDING = frozenset({"evidence", "note", "description"})


@dataclass(frozen=True)
class _Prepared:
    """Everything an import will write, and what is to be said about it."""

    graphs: Mapping[str, GraphTables]
    renames: Mapping[str, str]
    accounts: Sequence[Account]


def import_files(
    paths: Sequence[str | Path],
    store: GraphStore,
    *,
    mapping: str | Path | None = None,
    source: str | None = None,
    as_of: str | None = None,
    dry_run: bool = False,
    strict: Collection[str] = (),
    progress: Progress | None = None,
) -> Answer:
    """Read files and folders into the store; each file is a source of its own.

    Parameters
    ----------
    paths
        Files (.xlsx, .xlsm, .csv) and folders; of a folder the files directly in it.
    store
        An open store.
    mapping
        A mapping file (TOML) for tables that are not in the layout of the template.
    source
        One name for all files, under which their rows are stated; default: the file names.
    as_of
        ISO date against which deadlines are judged; default: today (UTC).
    dry_run
        Report what would change, and change nothing.
    strict
        Ids of warning rules that count as errors.
    progress
        Called as ``progress(step, done, total)``.

    Returns
    -------
    ``chainmap.import/1``: one row a table with what became of its rows
    (read = stored + merged + rejected), ``changes`` by label or type, all findings.

    Raises
    ------
    ConfigError
        When the mapping is wrong, or ``source`` cannot be a name.
    InputRejected
        When anything found is an error, or there was nothing to import; nothing is written.
    StoreUnavailable
        When another import wrote to the store meanwhile; run it again.
    """
    told = progress or silent
    schema = load_schema()
    started = datetime.now(UTC)
    today = as_of or started.date().isoformat()
    _check_source(source)
    log = FindingLog(strict=strict)
    named, records = _read(paths, schema, mapping, log, told)
    tables = _clean(named, schema, log, source, told)
    if not tables and not log.has_errors:
        msg = say("import.nothing", paths="、".join(str(path) for path in paths))
        raise InputRejected(msg, [_raised(finding) for finding in log.findings()])
    if not tables:
        _refuse_errors(log, tables)
    store.prepare(schema)
    told("import.step.check", 0, 1)
    check_tables(tables, log, as_of=today)
    seen = store.revision()
    prepared = _prepare(tables, store, schema, log, told)
    del named, tables  # a million rows of text are no longer needed while the store writes
    runs = _runs([*prepared.graphs], started, today)
    with store.batch(dry_run=dry_run):
        if store.revision() != seen:
            # Names were resolved against a store that another import has changed meanwhile.
            raise StoreUnavailable(say("import.overtaken"))
        changes = _write(store, prepared, runs, log, records, told)
    return Answer(
        SCHEMA,
        ACCOUNT_COLUMNS,
        [account.as_row() for account in prepared.accounts],
        run={
            "id": started.isoformat(timespec="microseconds"),
            "version": __version__,
            "as_of": today,
            "inputs": [
                {"file": record.name, "sha256": record.sha256, "bytes": record.bytes}
                for record in records
            ],
        },
        scope={"sources": sorted(prepared.graphs), "mapping": str(mapping) if mapping else None},
        findings=log.findings(),
        extra={"changes": changes, "dry_run": dry_run},
    )


def _check_source(source: str | None) -> None:
    """Refuse a name that could not stand in the origin of a row, which is one line of text."""
    if source is None:
        return
    if source.strip() == REVIEW_SOURCE:
        raise ConfigError(say("review.reserved_source", source=REVIEW_SOURCE))
    if not source.strip() or not source.isprintable() or len(source) > LONGEST_SOURCE:
        name = "".join(char if char.isprintable() else "·" for char in source[:40])
        raise ConfigError(say("import.bad_source", name=name, most=LONGEST_SOURCE))


def _read(
    paths: Sequence[str | Path],
    schema: Schema,
    mapping: str | Path | None,
    log: FindingLog,
    told: Progress,
) -> tuple[list[NamedTable], list[FileRecord]]:
    told("import.step.read", 0, len(paths))
    raws, records, found = read_files(paths)
    if mapping is None:
        named, more = match_columns(raws, schema)
    else:
        named, more = apply_mapping(raws, read_mapping(mapping, schema), schema)
    for finding in [*found, *more]:
        log.note(finding)
    told("import.step.read", len(paths), len(paths))
    return named, records


def _clean(
    named: Sequence[NamedTable],
    schema: Schema,
    log: FindingLog,
    source: str | None,
    told: Progress,
) -> list[CleanTable]:
    tables = []
    for number, table in enumerate(named):
        told("import.step.clean", number, len(named))
        tables.append(clean_table(table, schema, log, source=source or table.file))
    return sorted(tables, key=lambda table: (table.source, table.file, table.sheet, table.owner))


def _raised(finding: Finding) -> Finding:
    """Return a remark as what it is when nothing else is left: the reason of the refusal."""
    if finding.severity is Severity.INFO:
        return replace(finding, severity=Severity.WARNING)
    return finding


def _refuse_errors(log: FindingLog, tables: Sequence[CleanTable]) -> None:
    if log.has_errors:
        found = log.findings()
        errors = sum(finding.severity is Severity.ERROR for finding in found)
        rows = [account.as_row() for account in refused_rows(tables)]
        raise InputRejected(say("import.rejected", errors=errors), found, rows=rows)


def _prepare(
    tables: Sequence[CleanTable],
    store: GraphStore,
    schema: Schema,
    log: FindingLog,
    told: Progress,
) -> _Prepared:
    told("import.step.resolve", 0, 1)
    resolution = resolve_tables(tables, read_known(store, tables, schema), schema, log)
    check_graph(tables, resolution, log)
    _refuse_errors(log, tables)
    accounts = count_rows(tables, element_keys(schema))
    sources = sorted({table.source for table in tables})
    graphs = {}
    for number, source in enumerate(sources):
        told("import.step.build", number, len(sources))
        graphs[source] = build_graph_tables(tables, resolution, schema, log, source=source)
    renames = resolution.renames | child_renames(store, resolution.renames)
    return _Prepared(graphs, renames, accounts)


def _runs(sources: Sequence[str], started: datetime, as_of: str) -> list[Run]:
    """Return one run a source; their ids are a microsecond apart, so each is its own."""
    return [
        Run(
            (started + timedelta(microseconds=number)).isoformat(timespec="microseconds"),
            source,
            as_of,
            __version__,
        )
        for number, source in enumerate(sorted(sources))
    ]


def _write(
    store: GraphStore,
    prepared: _Prepared,
    runs: Sequence[Run],
    log: FindingLog,
    records: Sequence[FileRecord],
    told: Progress,
) -> dict[str, dict[str, int]]:
    """Write nodes of all sources, then edges, then withdraw what is no longer stated."""
    schema = load_schema()
    findings = log.findings()
    counts: list[WriteCounts] = []
    steps = 3 * len(runs)
    for number, run in enumerate(runs):
        told("import.step.write", number, steps)
        graph = prepared.graphs[run.source]
        own = _source_frame(schema, run, prepared.accounts, records, findings)
        renames = prepared.renames if number == 0 else {}
        nodes = GraphTables({**graph.nodes, "Source": own}, {}, renames)
        counts.append(store.write(nodes, run))
    for number, run in enumerate(runs, start=len(runs)):
        told("import.step.write", number, steps)
        counts.append(store.write(GraphTables({}, prepared.graphs[run.source].edges), run))
    for number, run in enumerate(runs, start=2 * len(runs)):
        told("import.step.write", number, steps)
        counts.append(store.prune(run))
    told("import.step.write", steps, steps)
    _tell_conflicts([found for count in counts for found in count.conflicts], log)
    return _changes(counts)


def _source_frame(
    schema: Schema,
    run: Run,
    accounts: Sequence[Account],
    records: Sequence[FileRecord],
    findings: Sequence[Finding],
) -> pd.DataFrame:
    """Return the Source node: files with hashes and row counts, the warnings, and ``as_of``.

    Nothing in it depends on the time of day or on the store, so that the same file states the same.
    """
    own_files = {record.name: record for record in records if run.source == record.name} or {
        record.name: record for record in records
    }
    files = [
        {
            "file": record.name,
            "sha256": record.sha256,
            "bytes": record.bytes,
            "tables": [a.as_row() for a in accounts if a.file == record.name],
        }
        for record in sorted(own_files.values(), key=lambda record: record.name)
    ]
    warnings = [
        finding.as_row()
        for finding in findings
        if finding.severity is Severity.WARNING
        and finding.rule not in _OF_THE_STORE
        and finding.file in own_files
    ]
    row = {
        "id": node_id("Source", run.source),
        "name": run.source,
        "files": json.dumps(files, ensure_ascii=False),
        "findings": json.dumps(warnings, ensure_ascii=False),
        "as_of": run.as_of,
        "origin": f"{run.source}/-/-",
    }
    return typed_frame(schema, "Source", pd.DataFrame([row]))


def _is_told(conflict: Conflict) -> bool:
    """Whether two sources really differ: not in wording, and not in the spelling of a name."""
    if conflict.attribute == "name":
        return name_key(conflict.kept) != name_key(conflict.dropped)
    return conflict.attribute not in _WORDING


def _tell_conflicts(conflicts: Sequence[Conflict], log: FindingLog) -> None:
    schema = load_schema()
    told = {conflict for conflict in conflicts if _is_told(conflict)}
    for conflict in sorted(told, key=lambda c: (c.owner, c.row_id, c.attribute, c.dropped_origin)):
        zh = schema.attribute(conflict.owner, conflict.attribute).zh
        log.add_at(
            "G-conflict",
            _place(conflict.kept_origin),
            zh,
            element=conflict.row_id,
            attribute=zh,
            kept=conflict.kept,
            kept_origin=conflict.kept_origin,
            dropped=conflict.dropped,
            dropped_origin=conflict.dropped_origin,
        )


def _place(origin: str) -> tuple[str, str, int | None]:
    parts = origin.split("\n", maxsplit=1)[0].rsplit("/", 2)
    if len(parts) != 3:
        return origin, "", None
    return parts[0], parts[1], int(parts[2]) if parts[2].isdigit() else None


def _changes(counts: Sequence[WriteCounts]) -> dict[str, dict[str, int]]:
    """Add up what the writes did, by label or type; a Source node is book-keeping, not a change."""
    totals: dict[str, dict[str, int]] = {}
    for name in CHANGES:
        total: Counter[str] = Counter()
        for count in counts:
            total.update(getattr(count, name))
        totals[name] = {owner: n for owner, n in sorted(total.items()) if n and owner != "Source"}
    return totals
