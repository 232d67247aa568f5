"""Header cells: what they say, in which row they stand, and which rows below are no data.

The one choice: a header is compared without width, blanks, case, numbering, stars and its
bracketed unit; nothing fuzzier. What is only similar becomes a suggestion in a finding.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from chainmap.ingest.delimited import row_list
from chainmap.ingest.findings import found
from chainmap.xlsx.marks import EXAMPLE_MARK

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from chainmap.errors import Finding
    from chainmap.ingest.shapes import RawTable

HEADER_ROWS = 20
"""The header must stand within this many filled rows."""

_NOTES = ("注：", "注:", "备注：", "备注:", "说明：", "说明:", "填表说明", "填报说明")
_SIGNATURES = ("填表人", "填报人", "制表人", "制表：", "审核人", "填报单位", "填表日期", "填报日期")
_TOTALS = frozenset({"合计", "总计", "小计", "共计", "总合计"})
_BRACKET = re.compile(r"^(.+?)[(\[【\u3014]([^()\[\]【】\u3014\u3015]*)[)\]】\u3015]$")
_SLASHED = re.compile(r"^(.+?)[/_,:|]([^/_,:|]+)$")
_NUMBERING = re.compile(r"^(?:\d{1,2}[.、)]|\(\d{1,2}\)|[①-⑳])(?=\D)")
_STARS = re.compile(r"^[*＊]+|[*＊]+$|[(\[]?(?:必填|选填)(?:项)?[)\]]?$")
_UNIT_LEAD = re.compile(r"^(?:计量)?单位[:]?")
_BANNER_UNIT = re.compile(r"(?:金额)?单位[:：]\s*(\S+)")
_MONEY_UNITS = ("亿元", "千万元", "百万元", "万元", "千元", "元")
_BARE_UNITS = ("亿元", "百万元", "万元", "千元", "万吨", "吨", "元", "%", "人", "件")
_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\u00ad]+")


@dataclass(frozen=True, slots=True)
class HeaderText:
    """A header cell: the text as written, its comparable spellings (best first), its unit."""

    text: str
    keys: tuple[str, ...]
    unit: str


def header_key(text: str) -> str:
    """Return the comparable form of a header, unit included.

    >>> header_key(" 企业 名称＊"), header_key("注册资本（万元）")
    ('企业名称', '注册资本(万元)')
    """
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).casefold()
    return _STARS.sub("", _NUMBERING.sub("", _STARS.sub("", plain)))


def read_header(text: str) -> HeaderText:
    """Split a header cell into its comparable spellings and its unit.

    >>> read_header("注册资本（万元）*").keys, read_header("注册资本（万元）*").unit
    (('注册资本(万元)', '注册资本'), '万元')
    """
    key = header_key(text)
    keys, unit = [key], ""
    cut = _BRACKET.match(key) or _SLASHED.match(key)
    if cut is not None:
        keys.append(header_key(cut[1]))
        unit = _UNIT_LEAD.sub("", cut[2])
    else:
        bare = next((u for u in _BARE_UNITS if key.endswith(u) and len(key) > len(u) + 1), "")
        if bare:
            keys.append(key.removesuffix(bare))
            unit = bare
    return HeaderText(text, tuple(dict.fromkeys(k for k in keys if k)), unit)


def header_rows(raw: RawTable) -> list[dict[int, HeaderText]]:
    """Return the first filled rows as possible headers: column position -> header."""
    top = raw.frame.head(HEADER_ROWS)
    rows: list[dict[int, HeaderText]] = [{} for _ in range(len(top))]
    for column in top:
        for place, text in enumerate(top[column].to_numpy(dtype=object, na_value=None)):
            if text is not None and text.strip():
                rows[place][int(column)] = read_header(text)
    return rows


def banner_unit(rows: Iterable[dict[int, HeaderText]]) -> str:
    """Return the money unit that the rows above a header declare (单位：万元), else ""."""
    for row in rows:
        for header in row.values():
            told = _BANNER_UNIT.search(unicodedata.normalize("NFKC", header.text))
            if told is not None:
                for part in re.split(r"[、,;/]", told[1].strip("()")):
                    if part in _MONEY_UNITS:
                        return part
    return ""


def best_row(
    rows: list[dict[int, HeaderText]], score: Callable[[dict[int, HeaderText]], int]
) -> int:
    """Return the position of the best-scoring row, the first of equals."""
    return max(range(len(rows)), key=lambda place: (score(rows[place]), -place))


def data_rows(
    raw: RawTable, header: int, headers: dict[int, HeaderText]
) -> tuple[NDArray[np.bool_], list[Finding]]:
    """Tell data from examples, notes, totals and repeated headers below the row ``header``.

    Returns
    -------
    A mask as long as the table (False up to the header), and findings that name the rows left
    out.
    """
    keep = np.ones(len(raw), dtype=bool)
    keep[: header + 1] = False
    first = first_texts(raw.frame)
    marked = _begins(first, (EXAMPLE_MARK, *_NOTES, *_SIGNATURES)) & keep
    notes = [p for p in np.flatnonzero(marked) if _is_note(raw.frame.iloc[p], first.iloc[p])]
    label = next(iter(headers.values())).text if headers else ""
    again = np.flatnonzero(keep & (first == label).to_numpy(dtype=bool, na_value=False))
    notes += [p for p in again if _repeats(raw.frame.iloc[p], headers)]
    short = keep & first.isin(_totals_written(first)).to_numpy(dtype=bool)
    findings = []
    for rule, places in (
        ("H-note-rows", sorted(set(notes))),
        ("H-total-row", np.flatnonzero(short)),
    ):
        if len(places):
            keep[places] = False
            numbers = [int(n) for n in raw.rows[places]]
            findings.append(
                found(
                    rule,
                    raw.file,
                    raw.sheet,
                    row=numbers[0],
                    count=len(numbers),
                    rows=row_list(numbers),
                )
            )
    return keep, findings


def first_texts(frame: pd.DataFrame) -> pd.Series:
    """Return each row's first filled cell."""
    first: pd.Series | None = None
    for column in frame:
        first = frame[column] if first is None else first.where(first.notna(), frame[column])
        if first.notna().all():
            break
    return pd.Series(dtype="str") if first is None else first


def _begins(texts: pd.Series, marks: tuple[str, ...]) -> NDArray[np.bool_]:
    found_at: NDArray[np.bool_] = texts.str.startswith(marks).to_numpy(dtype=bool, na_value=False)
    return found_at


def _is_note(row: pd.Series, first: str) -> bool:
    """Return whether a marked row is no data: an example, or a text standing nearly alone.

    A merged note fills the whole row with one text, so different texts are counted.
    """
    return first.startswith(EXAMPLE_MARK) or row.dropna().nunique() <= 3


def _repeats(row: pd.Series, headers: dict[int, HeaderText]) -> bool:
    return all(row[column] == header.text for column, header in headers.items())


def _totals_written(first: pd.Series) -> list[str]:
    """Return the spellings of 合计 that occur (with blanks, colons)."""
    short = first[first.str.len() <= 6]
    return [t for t in short.unique() if header_key(t).rstrip(":") in _TOTALS]
