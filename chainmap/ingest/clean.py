"""Cell text to typed values in canonical units, one column at a time.

The one choice: each distinct text of a column is read once and the answers are spread over
the rows, so a million rows cost what their distinct cells cost. What cannot be read is
unknown and told; what can be read in two magnitudes (money without a unit) is an error.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from chainmap.codes import ALPHABET, WEIGHTS, check_uscc, fold_code, parse_industry, parse_region
from chainmap.ingest.accounts import CleanTable, FindingLog
from chainmap.ingest.lookup import each
from chainmap.ingest.mapping_file import OWN_KEY
from chainmap.names import clean_text, product_key, split_list
from chainmap.schema import Attribute, Dtype, Schema
from chainmap.tables import LIST_JOIN
from chainmap.units import (
    LONGEST_EMPTY,
    Cell,
    is_empty,
    read_date,
    read_flag,
    read_integer,
    read_money,
    read_number,
    read_quantity,
    read_share,
    read_unit,
    read_year,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from chainmap.ingest.shapes import NamedTable

_NUMERIC = {"float": "float64", "int": "Int64", "bool": "boolean", "str": "str"}
_MAY_BE_NEGATIVE = frozenset({"net_profit_cny", "longitude", "latitude"})
_MOST_DEGREES = {"longitude": 180, "latitude": 90}
_MAY_EXCEED_ONE = frozenset({"utilisation"})
_LAST_DAY = frozenset({"deadline", "valid_to"})
"""A month stands for its last day where a date ends something, else for its first."""

_USCC_RULES = {
    "precision": "V-uscc-precision",
    "registration": "V-uscc-old",
    "organisation": "V-uscc-old",
    "length": "V-uscc-length",
    "letters": "V-uscc-letters",
    "shape": "V-uscc-letters",
    "check": "V-uscc-check",
}

_SYNONYMS: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("Company", "status"): {
        **dict.fromkeys(
            ("在业", "开业", "在营", "正常", "在册", "正常经营", "存续(在营、开业、在册)"), "存续"
        ),
        **dict.fromkeys(("停产", "歇业", "停业整顿", "停工"), "停业"),
        "已注销": "注销",
        "已吊销": "吊销",
        "吊销,未注销": "吊销",
        "已迁出": "迁出",
    },
    ("Company", "size_class"): {"大": "大型", "中": "中型", "小": "小型", "微": "微型"},
    ("REQUIRES", "visibility"): {
        "是": "公开",
        "可公开": "公开",
        "定向公开": "定向",
        "否": "仅局内",
        "不公开": "仅局内",
        "保密": "仅局内",
        "局内": "仅局内",
    },
    ("REQUIRES", "sourced_from"): {
        "省外": "外地",
        "市外": "外地",
        "外省": "外地",
        "国外": "进口",
        "境外": "进口",
        "本市": "本地",
        "区内": "本地",
    },
    ("LEADS", "role"): {"链主企业": "链主", "龙头": "龙头(公开报道)", "龙头企业": "龙头(公开报道)"},
    ("TitleAward", "level"): {"国家": "国家级", "省": "省级", "市": "市级"},
    ("Segment", "stage"): {"上": "上游", "中": "中游", "下": "下游"},
    ("INPUT_TO", "essential"): {"辅助": "0", "线性": "1", "关键": "2", "缺则停产": "2"},
}


def clean_table(named: NamedTable, schema: Schema, log: FindingLog, *, source: str) -> CleanTable:
    """Return the table with typed values; problems go to ``log`` with row and column.

    Parameters
    ----------
    named
        Text by attribute, as ``match_columns`` or ``apply_mapping`` leave it.
    source
        The name under which these rows are stated (file name or ``--source``).
    """
    table = CleanTable(
        owner=named.owner,
        source=source,
        file=named.file,
        sheet=named.sheet,
        frame=pd.DataFrame(index=named.frame.index),
        text=named.frame,
        rows=np.asarray(named.rows, dtype=np.int64),
        headers=named.headers,
        rejected=np.zeros(len(named), dtype=np.bool_),
    )
    columns: dict[str, Any] = {}
    for name in named.frame.columns:
        if name == OWN_KEY:
            columns[name] = each(named.frame[name], lambda text: clean_text(text) or None)
            continue
        attribute = schema.attribute(named.owner, name)
        unit = named.units.get(name, "")
        if attribute.dtype is Dtype.QUANTITY:
            columns |= _quantity(table, attribute, unit, log)
        elif attribute.dtype is not Dtype.UNIT:
            columns[name] = _column(table, attribute, unit, log)
    for name in named.frame.columns:
        if name not in columns:  # a unit whose quantity the sheet lacks
            columns[name] = _spread(table.text[name], _plain_unit, "str")[0]
    table.frame = pd.DataFrame(columns, index=named.frame.index)
    _require(table, schema, log)
    return table


def _column(table: CleanTable, attribute: Attribute, unit: str, log: FindingLog) -> pd.Series:
    reader = _reader(attribute, unit)
    text = table.text[attribute.name]
    fine = _fine(text, attribute.dtype)
    if fine is None:
        values, broken = _spread(text, reader, attribute.dtype.storage)
    else:
        places = np.flatnonzero(~fine)
        values, found = _spread(text.iloc[places], reader, "str")
        broken = [(rule, places[hits]) for rule, hits in found]
        values = _put(text, places, values)
    for rule, positions in broken:
        log.add(rule, table, positions, attribute=attribute.name, params=_told(attribute, unit))
    return values


def _told(attribute: Attribute, unit: str) -> Mapping[str, object]:
    return {"unit": unit or "—", "allowed": "、".join(attribute.allowed)}


_PLAIN = frozenset({Dtype.TEXT, Dtype.REF, Dtype.REFLIST, Dtype.PRODUCTS, Dtype.SCOPE})
_SUSPECT = r"[\s\x{200b}-\x{200f}\x{2060}\x{feff}\x{ad}]"
"""What ``clean_text`` changes; in the dialect of RE2."""


def _fine(text: pd.Series, dtype: Dtype) -> NDArray[np.bool_] | None:
    """Return which cells stay as they are, decided for the whole column at once.

    Names and codes differ from row to row, so reading each distinct one costs as much as
    reading all. None where the kind of value has no such test.
    """
    if dtype not in _PLAIN and dtype is not Dtype.USCC:
        return None
    cells = pa.array(text, type=pa.large_string(), from_pandas=True)
    if dtype is Dtype.USCC:
        return _valid_codes(cells)
    long = pc.greater(pc.utf8_length(cells), LONGEST_EMPTY)
    fine = pc.and_not(long, pc.match_substring_regex(cells, _SUSPECT))
    return np.asarray(pc.fill_null(fine, True).to_numpy(zero_copy_only=False), dtype=np.bool_)


_CODE_VALUES = np.full(256, 255, dtype=np.uint8)
_CODE_VALUES[np.frombuffer(ALPHABET.encode(), dtype=np.uint8)] = np.arange(31, dtype=np.uint8)


def _valid_codes(cells: pa.LargeStringArray) -> NDArray[np.bool_]:
    """Return which cells hold a valid credit code as it stands; the same test as ``check_uscc``."""
    empty = np.asarray(cells.is_null().to_numpy(zero_copy_only=False), dtype=np.bool_)
    sized = pc.fill_null(pc.equal(pc.binary_length(cells), 18), False)
    places = np.flatnonzero(np.asarray(sized.to_numpy(zero_copy_only=False)))
    fine = empty
    for start in range(0, len(places), _ROWS_AT_ONCE):
        some = places[start : start + _ROWS_AT_ONCE]
        joined = "".join(cells.take(pa.array(some)).to_pylist()).encode()
        digits = _CODE_VALUES[np.frombuffer(joined, dtype=np.uint8)].reshape(len(some), 18)
        total = digits[:, :17].astype(np.int32) @ np.array(WEIGHTS, dtype=np.int32)
        good = (digits < 31).all(axis=1) & (digits[:, 2:8] < 10).all(axis=1)
        fine[some] = good & (digits[:, 17] == (31 - total % 31) % 31)
    return fine


_ROWS_AT_ONCE = 200_000


def _put(text: pd.Series, places: NDArray[np.int64], values: pd.Series) -> pd.Series:
    """Return ``text`` with ``values`` at ``places``."""
    if not len(places):
        return text
    changed = text.copy()
    changed.iloc[places] = values.array
    return changed


Broken = list[tuple[str, Any]]


def _spread(
    text: pd.Series, reader: Callable[[str], Cell], storage: str
) -> tuple[pd.Series, Broken]:
    """Read each distinct text once; return the typed column and (rule, positions) pairs."""
    codes, uniques = pd.factorize(text)
    cells = [reader(item) for item in uniques.tolist()]
    values = pd.array([cell.value for cell in cells], dtype=_NUMERIC[storage])
    column = pd.Series(values).reindex(codes).set_axis(text.index)
    rules: dict[str, list[int]] = {}
    for index, cell in enumerate(cells):
        if cell.rule:
            rules.setdefault(cell.rule, []).append(index)
    broken = [
        (rule, np.flatnonzero(np.isin(codes, indexes))) for rule, indexes in sorted(rules.items())
    ]
    return column, broken


def _reader(attribute: Attribute, unit: str) -> Callable[[str], Cell]:
    """Return the function that reads one cell of ``attribute``."""
    name, dtype = attribute.name, attribute.dtype
    special: dict[Dtype, Callable[[str], Cell]] = {
        Dtype.MONEY: lambda text: _bounded(read_money(text, unit=unit), name),
        Dtype.SHARE: lambda text: _share(read_share(text, unit=unit), name),
        Dtype.NUMBER: lambda text: _bounded(read_number(text), name),
        Dtype.INTEGER: lambda text: _bounded(read_integer(text, unit=unit), name),
        Dtype.DATE: lambda text: read_date(text, last=name in _LAST_DAY),
        Dtype.YEAR: read_year,
        Dtype.LIST: _list,
        Dtype.USCC: _uscc,
        Dtype.REGION: _region,
        Dtype.INDUSTRY: _industry,
        Dtype.ENUM: lambda text: _enum(attribute, text),
    }
    if dtype is Dtype.FLAG:
        return lambda text: Cell(None) if is_empty(text) and text != "无" else read_flag(text)
    read = special.get(dtype, _text)
    return lambda text: Cell(None) if is_empty(text) else read(text)


def _text(text: str) -> Cell:
    return Cell(clean_text(text) or None)


def _bounded(cell: Cell, name: str) -> Cell:
    if isinstance(cell.value, (int, float)) and cell.value < 0 and name not in _MAY_BE_NEGATIVE:
        return Cell(None, "V-negative")
    if isinstance(cell.value, (int, float)) and abs(cell.value) > _MOST_DEGREES.get(name, math.inf):
        return Cell(None, "V-degrees")
    return cell


def _share(cell: Cell, name: str) -> Cell:
    if cell.rule == "V-share-over" and name in _MAY_EXCEED_ONE:
        return Cell(cell.value, "V-utilisation-over")
    return cell


def _list(text: str) -> Cell:
    return Cell(LIST_JOIN.join(split_list(text)) or None)


def _uscc(text: str) -> Cell:
    code = fold_code(text)
    problem = check_uscc(code)
    return Cell(None, _USCC_RULES[problem]) if problem else Cell(code)


def _region(text: str) -> Cell:
    code = parse_region(text)
    return Cell(code) if code else Cell(None, "V-region-code")


def _industry(text: str) -> Cell:
    code = parse_industry(text)
    return Cell(code) if code else Cell(None, "V-industry-code")


def _enum(attribute: Attribute, text: str) -> Cell:
    plain = product_key(text)
    allowed = {product_key(value): value for value in attribute.allowed}
    synonyms = _SYNONYMS.get((attribute.owner, attribute.name), {})
    for candidate in (plain, plain.removesuffix("企业"), plain.removesuffix(".0")):
        if candidate in allowed:
            return Cell(allowed[candidate])
        if candidate in synonyms:
            return Cell(synonyms[candidate])
    return Cell(None, "V-not-allowed")


def _plain_unit(text: str) -> Cell:
    known = read_unit(text)
    return Cell(None if is_empty(text) else known[0] if known else clean_text(text))


_GLUE = "\x1f"


def _quantity(
    table: CleanTable, attribute: Attribute, header_unit: str, log: FindingLog
) -> dict[str, Any]:
    """Read a quantity with its unit column: unit in the cell, else the column, else the header."""
    unit_name = attribute.unit
    text = table.text[attribute.name]
    if unit_name in table.text.columns:
        units = table.text[unit_name].fillna(header_unit)
        paired = text + _GLUE + units
    else:
        paired = text + _GLUE + header_unit

    def read(pair: str) -> Cell:
        cell, _, unit = pair.partition(_GLUE)
        if is_empty(cell):
            return Cell(None)
        read = read_quantity(cell, unit="" if is_empty(unit) else unit)
        return Cell(None, "V-negative") if read.rule == "V-negative" else read

    codes, uniques = pd.factorize(paired)
    cells = [read(item) for item in uniques.tolist()]
    by_pair = dict(zip(uniques.tolist(), cells, strict=True))
    values, broken = _spread(paired, by_pair.__getitem__, "float")
    for rule, positions in broken:
        log.add(rule, table, positions, attribute=attribute.name)
    plain = pd.array([cell.unit or None for cell in cells], dtype="str")
    unit_column = pd.Series(plain).reindex(codes).set_axis(text.index)
    if unit_name in table.text.columns:
        stated = _spread(table.text[unit_name], _plain_unit, "str")[0]
        unit_column = unit_column.fillna(stated)
    return {attribute.name: values, unit_name: unit_column}


def _require(table: CleanTable, schema: Schema, log: FindingLog) -> None:
    """Reject rows without a required value; an end of an edge may be named by code instead."""
    for attribute in schema.owner(table.owner).attributes:
        if not attribute.required:
            continue
        columns = [name for name in (attribute.name, f"{attribute.name}_uscc") if table.has(name)]
        empty = np.ones(len(table), dtype=np.bool_)
        for name in columns:
            empty &= table.frame[name].isna().to_numpy()
        missing = np.flatnonzero(empty & ~table.rejected)
        log.add(
            "V-required",
            table,
            missing,
            attribute=attribute.name,
            params={"attribute": attribute.zh},
            reject=True,
        )
