"""An answer on its way out: table, json, csv or xlsx; stdout for data, stderr for remarks.

The choice: the format of a file is its suffix, ``--format`` is what stdout shows, and a file
appears whole or not at all (written beside its place, then moved).
"""

from __future__ import annotations

import csv
import io
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chainmap.audience import INTERNAL
from chainmap.cli.formatting import display_width
from chainmap.cli.rows import Cell, sheet_cell, term, visible, worded
from chainmap.errors import ConfigError, Finding, Severity
from chainmap.texts import language, say

if TYPE_CHECKING:
    from chainmap.answers import Answer
    from chainmap.cli.session import Presentation

SUFFIXES = {".json": "json", ".csv": "csv", ".xlsx": "xlsx"}
SHOWN_FINDINGS = 30
"""Findings of one kind told one by one on stderr; the rest is counted (json has all)."""


def show_answer(
    answer: Answer,
    show: Presentation,
    *,
    columns: Sequence[str] | None = None,
    more: Mapping[str, Sequence[str]] | None = None,
) -> None:
    """Print and write an answer as the options ask.

    Parameters
    ----------
    answer
        What the job answered.
    show
        Format, file, audience.
    columns
        The columns a table on the terminal has room for; files and json always have all.
    more
        Further tables of the answer (``extra``) for the terminal, each with its columns.
    """
    written = file_format(show)
    if written and show.output is not None:
        write_answer(answer, show.output, written, audience=show.audience)
        show.tell("cli.written", path=show.output)
    if show.format == "json":
        click.echo(answer.as_json())
    elif not written and show.format == "csv":
        click.echo("\ufeff" + csv_text(answer), nl=False)
    elif not written:
        print_table(answer.rows, columns or answer.columns)
        told: dict[str, Any] = answer.as_object()
        for name, chosen in (more or {}).items():
            if told[name]:
                click.echo("\n" + say(f"cli.title.{name}"))
                print_table(told[name], chosen)
    if not show.quiet:
        tell_findings(answer.findings)


def file_format(show: Presentation) -> str | None:
    """Return the format of the file to write, None when there is no ``-o``.

    Raises
    ------
    ConfigError
        ``--format xlsx`` without a file; a suffix that says something else or nothing.
    """
    if show.output is None:
        if show.format == "xlsx":
            raise ConfigError(say("cli.xlsx_needs_file"))
        return None
    suffix = show.output.suffix.lower()
    asked = show.format if show.format in ("csv", "xlsx") else None
    by_suffix = SUFFIXES.get(suffix)
    if by_suffix and asked and by_suffix != asked:
        raise ConfigError(say("cli.suffix_differs", path=show.output, format=asked))
    found = by_suffix or asked or ("json" if show.format == "json" else None)
    if found is None:
        raise ConfigError(say("cli.suffix_unknown", path=show.output))
    return found


def write_answer(answer: Answer, path: Path, format_: str, *, audience: str) -> None:
    """Write an answer to ``path``; see ``whole_file``."""
    if format_ == "xlsx":
        _write_xlsx(answer, path, audience)
    elif format_ == "csv":
        # Excel takes a csv for GBK unless it starts with a byte order mark.
        whole_file(path, lambda part: _write_text(part, "\ufeff" + csv_text(answer)))
    else:
        whole_file(path, lambda part: _write_text(part, answer.as_json() + "\n"))


def whole_file(path: Path, write: Callable[[Path], object]) -> None:
    """Let ``write`` fill a neighbour of ``path`` and move it there: whole or not at all.

    Raises
    ------
    ConfigError
        The place cannot be written: no such folder can be made, or Excel holds the file.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".chainmap-") as folder:
            part = Path(folder) / path.name
            write(part)
            part.replace(path)
    except PermissionError as exc:
        raise ConfigError(say("cli.file_locked", path=path)) from exc
    except OSError as exc:
        raise ConfigError(say("cli.file_unwritable", path=path, reason=exc.strerror)) from exc


def csv_text(answer: Answer) -> str:
    """Return the rows as csv with English keys."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(answer.columns)
    told: dict[str, Any] = answer.as_object()
    for row in told["rows"]:
        writer.writerow([_csv_cell(row[name]) for name in answer.columns])
    return buffer.getvalue()


def _csv_cell(value: object) -> Cell:
    cell = sheet_cell(value)
    if isinstance(cell, bool):
        return "true" if cell else "false"
    # A lone carriage return would end the row: csv quotes line feeds only.
    return cell.replace("\r\n", "\n").replace("\r", "\n") if isinstance(cell, str) else cell


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="")


def print_table(rows: Sequence[Mapping[str, object]], columns: Sequence[str]) -> None:
    """Print rows as a table: coloured and folded on a terminal, plain and unfolded in a pipe."""
    if not rows:
        click.echo(say("cli.no_rows"))
        return
    numeric = {name for name in columns if all(_is_number(row.get(name)) for row in rows)}
    cells = [[worded(name, row.get(name)) for name in columns] for row in rows]
    heads = [term(name) for name in columns]
    right = [name in numeric for name in columns]
    if sys.stdout.isatty():
        _print_rich(heads, cells, right)
    else:
        _print_plain(heads, cells, right)


def _is_number(value: object) -> bool:
    return value is None or (isinstance(value, (int, float)) and not isinstance(value, bool))


def _print_plain(heads: list[str], cells: list[list[str]], right: list[bool]) -> None:
    lines = [heads, *cells]
    widths = [max(display_width(line[n]) for line in lines) for n in range(len(heads))]
    for line in lines:
        padded = [
            " " * (width - display_width(cell)) + cell
            if to_right
            else cell + " " * (width - display_width(cell))
            for cell, width, to_right in zip(line, widths, right, strict=True)
        ]
        click.echo("  ".join(padded).rstrip())


def _print_rich(heads: list[str], cells: list[list[str]], right: list[bool]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for head, to_right in zip(heads, right, strict=True):
        table.add_column(Text(head), justify="right" if to_right else "left", overflow="fold")
    for line in cells:
        # Text, not str: square brackets in a company's name are not markup.
        table.add_row(*(Text(cell) for cell in line))
    Console(file=sys.stdout, highlight=False).print(table)


def tell_findings(findings: Sequence[Finding]) -> None:
    """Tell findings on stderr: errors first, at most SHOWN_FINDINGS of a rule, then the counts."""
    if not findings:
        return
    order = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}
    told: Counter[str] = Counter()
    lang = language()
    for finding in sorted(findings, key=lambda f: order[f.severity]):
        told[finding.rule] += 1
        if told[finding.rule] <= SHOWN_FINDINGS and finding.severity is not Severity.INFO:
            click.echo(finding_line(finding, lang), err=True)
    for rule, count in sorted(told.items()):
        if count > SHOWN_FINDINGS:
            rest = count - SHOWN_FINDINGS
            click.echo(say("cli.more_findings", rule=rule, count=rest), err=True)
    counts = Counter(finding.severity for finding in findings)
    click.echo(
        say("cli.finding_counts", None, **{s.value: counts[s] for s in Severity}),
        err=True,
    )


def finding_line(finding: Finding, lang: str) -> str:
    """Return one finding as a line: severity, rule, place, what is wrong, the way out."""
    message, fix = finding.told(lang)
    place = [finding.file, finding.sheet]
    if finding.row is not None:
        place.append(say("cli.row", row=finding.row))
    if finding.column:
        place.append(say("cli.column", column=finding.column))
    severity = say(f"cli.severity.{finding.severity.value}")
    where = " / ".join(part for part in place if part)
    return visible(f"{severity} {finding.rule} {where}：{message} → {fix}")


def _write_xlsx(answer: Answer, path: Path, audience: str) -> None:
    """Write rows, further tables and findings as sheets, with run and scope as notes."""
    from chainmap.xlsx.write import SheetSpec, write_table

    told: dict[str, Any] = answer.as_object()
    name = answer.schema.partition("/")[0].partition(".")[2]

    def sheet(title: str, columns: Sequence[str], rows: list[Any]) -> SheetSpec:
        headers = [term(column, "zh", table=title) for column in columns]
        return SheetSpec(say(f"cli.title.{title}", "zh"), columns, headers, rows)

    sheets = [sheet(name, answer.columns, told["rows"])]
    for extra in answer.extra:
        rows = told[extra]
        if isinstance(rows, list) and rows and all(isinstance(row, dict) for row in rows):
            sheets.append(sheet(extra, tuple(rows[0]), rows))
    if told["findings"]:
        columns = tuple(told["findings"][0])
        sheets.append(sheet("findings", columns, told["findings"]))
    notes = [("schema", answer.schema), ("for", audience)]
    for part in ("scope", "run"):
        notes += [(f"{part}.{key}", _note(value)) for key, value in told[part].items()]
    write_table(
        path, sheets, notice=say("cli.notice", "zh") if audience == INTERNAL else "", notes=notes
    )


def _note(value: object) -> str:
    cell = sheet_cell(value)
    return "" if cell is None else str(cell)
