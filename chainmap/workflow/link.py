"""Link free text to products, or to any catalogue, with the reasons of each link.

The one choice: texts are read as an import reads them (verbs dropped, lists split), so what this
command shows is what an import would do with the same cell.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from chainmap.answers import Answer
from chainmap.errors import ConfigError, Finding, InputRejected, NothingToAnalyse, Severity
from chainmap.link.catalogue import Catalogue, product_catalogue, read_catalogue
from chainmap.link.linker import Decided, Linked, Linker, PhraseLinks
from chainmap.link.phrases import Intent, Phrase, main_product_phrases
from chainmap.link.wording import reasons
from chainmap.names import clean_text
from chainmap.stores.port import GraphQuery
from chainmap.texts import rule_severity, say
from chainmap.version import __version__
from chainmap.workflow.decisions import read_decisions
from chainmap.workflow.headed import read_headed

if TYPE_CHECKING:
    from chainmap.stores.port import GraphStore

SCHEMA = "chainmap.link/1"
COLUMNS = ("text", "rank", "code", "name", "probability", "band", "matched", "evidence",
           "phrase", "intent", "runner_up", "margin")  # fmt: skip
LONGEST_TEXT = 4000
"""Characters of a text; the longest 经营范围 seen has under 2,000."""


@dataclass(frozen=True)
class _Asked:
    """Texts with their place; ``more`` are the other columns of the file."""

    texts: list[str]
    rows: list[int | None]
    file: str | None = None
    sheet: str | None = None
    more: pd.DataFrame = field(default_factory=pd.DataFrame)


def link_texts(
    store: GraphStore | None,
    texts: Sequence[str] = (),
    *,
    file: str | Path | None = None,
    catalogue: str | Path | None = None,
    level: int | None = None,
    top: int = 1,
    semantic: bool = False,
    cache_dir: Path | None = None,
) -> Answer:
    """Link texts to the products of a store or to a catalogue.

    Parameters
    ----------
    store
        An open store: its products are the catalogue, its decisions hold. May be None when
        ``catalogue`` is given.
    texts
        Free texts.
    file
        A CSV (or workbook) with a column ``text``; its other columns pass through.
    catalogue
        A CSV with columns ``code`` and ``name``; ``parent``, ``level``, ``description`` and
        ``aliases`` are used where given. Its leaves are the target unless ``level``.
    level
        Entries of the catalogue with this level.
    top
        Rows a text at most.
    semantic
        Use the sentence model of ``chainmap[semantic]`` as well.
    cache_dir
        Where vectors of texts are remembered; None: not at all.

    Returns
    -------
    ``chainmap.link/1``: texts in the order given, candidates best first; a text that links to
    nothing has one row with ``code`` null.

    Raises
    ------
    ConfigError
        No text was given, or the semantic model is not installed.
    InputRejected
        The file or the catalogue lacks a column it needs.
    NothingToAnalyse
        The store holds no product.
    """
    asked, findings = _asked(texts, file)
    if level is not None and catalogue is None:
        raise ConfigError(say("link.level_needs_catalogue"))
    target, decided, more = _target(store, catalogue, level)
    findings += more
    encoder = None
    if semantic:
        from chainmap.link.semantic import default_encoder

        encoder = default_encoder(cache_dir)
    linker = Linker(target, decided=decided, encoder=encoder)
    phrases = []
    for text, row in zip(asked.texts, asked.rows, strict=True):
        told = check_text(text)
        findings += [_placed(finding, asked.file, row) for finding in told]
        unusable = any(finding.rule != "L-text-foreign" for finding in told)
        phrases.append(() if unusable else _phrases(text))
    rows = _rows(asked, phrases, linker, top)
    return Answer(
        SCHEMA,
        (*COLUMNS, *asked.more.columns),
        rows,
        run={
            "version": __version__,
            "store": store.url if store is not None and catalogue is None else None,
            "model": linker.model.as_record() | {"profile": linker.profile},
        },
        scope={
            "catalogue": target.name,
            "entries": len(target),
            "level": level,
            "top": top,
            "file": asked.file,
        },
        findings=findings,
    )


def check_text(text: str) -> list[Finding]:
    """Return what keeps a text from being linked, if anything."""
    plain = clean_text(text)
    if not plain:
        return [_finding("L-text-empty", "")]
    if len(plain) > LONGEST_TEXT:
        sizes = {"length": len(plain), "most": LONGEST_TEXT}
        return [_finding("L-text-long", plain[:40] + "…", **sizes)]
    letters = [char for char in plain if unicodedata.category(char)[0] in "LN"]
    if not letters:
        return [_finding("L-text-no-words", plain)]
    if len(letters) == 1:
        return [_finding("L-text-short", plain)]
    if not any("\u3400" <= char <= "\u9fff" or char >= "\U00020000" for char in letters):
        return [_finding("L-text-foreign", plain)]
    return []


def _asked(texts: Sequence[str], file: str | Path | None) -> tuple[_Asked, list[Finding]]:
    if file is None:
        if not texts:
            raise ConfigError(say("link.nothing_asked"))
        return _Asked([*texts], [None for _ in texts]), []
    frame, rows, name, sheet, findings = read_headed(file)
    if "text" not in frame.columns:
        columns = "、".join(frame.columns) or "—"
        found = Finding(Severity.ERROR, "L-text-column", name, params={"columns": columns})
        raise InputRejected(say("link.texts_refused", file=name), [*findings, found])
    given = [value if isinstance(value, str) else "" for value in frame["text"]]
    more = frame.drop(columns="text").rename(columns=lambda c: f"input_{c}" if c in COLUMNS else c)
    more = more.reset_index(drop=True)
    own = pd.DataFrame(index=range(len(texts)), columns=more.columns)
    places: list[int | None] = [None for _ in texts]
    every = pd.concat([own, more], ignore_index=True) if len(texts) else more
    return _Asked([*texts, *given], places + rows, name, sheet, every), findings


def _target(
    store: GraphStore | None, catalogue: str | Path | None, level: int | None
) -> tuple[Catalogue, Decided, list[Finding]]:
    if catalogue is not None:
        frame, rows, name, _, findings = read_headed(catalogue)
        numbers = [row or 0 for row in rows]
        target, more = read_catalogue(name, frame, numbers, level=level)
        return target, Decided(), [*findings, *more]
    if store is None:
        raise NothingToAnalyse(say("link.no_products"))
    columns = ("name", "aliases", "description")
    query = GraphQuery(labels=("Product",), edge_types=(), columns={"Product": columns})
    products = store.read(query).nodes.get("Product")
    if products is None or not len(products):
        raise NothingToAnalyse(say("link.no_products"))
    return product_catalogue(products), read_decisions(store).about_phrases(), []


def _phrases(text: str) -> tuple[Phrase, ...]:
    return main_product_phrases(text) or (Phrase(clean_text(text), Intent.OPEN),)


def _rows(
    asked: _Asked, phrases: Sequence[tuple[Phrase, ...]], linker: Linker, top: int
) -> list[dict[str, object]]:
    distinct = sorted({phrase.text for found in phrases for phrase in found})
    linked = dict(zip(distinct, linker.link(distinct, top=top), strict=True))
    rows: list[dict[str, object]] = []
    for place, (text, found) in enumerate(zip(asked.texts, phrases, strict=True)):
        more = asked.more.iloc[place].to_dict() if len(asked.more.columns) else {}
        more = {name: None if pd.isna(value) else value for name, value in more.items()}
        cell = _cell(asked, asked.rows[place])
        for rank, row in enumerate(_best(found, linked, top) or [_nothing(found)], start=1):
            evidence = [{"text": say("import.main_products", "zh", phrase=row["phrase"]), **cell}]
            rows.append({"text": text, "rank": rank, **row, "evidence": evidence} | more)
    return rows


def _cell(asked: _Asked, row: int | None) -> dict[str, object]:
    """Return the cell of a text; a text of the command line (no row) stands in none."""
    if row is None:
        return dict.fromkeys(("file", "sheet", "row", "column"))
    return {"file": asked.file, "sheet": asked.sheet, "row": row, "column": "text"}


def _best(
    phrases: Sequence[Phrase], linked: dict[str, PhraseLinks], top: int
) -> list[dict[str, object]]:
    """Return the best candidates of all phrases of a text, one row a code."""
    pairs = [
        (link, linked[phrase.text], phrase)
        for phrase in phrases
        for link in linked[phrase.text].links
    ]
    pairs.sort(key=lambda pair: (-pair[0].probability, pair[0].entry.code))
    seen: set[str] = set()
    rows = []
    for link, found, phrase in pairs:
        if link.entry.code not in seen and link.probability > 0:
            seen.add(link.entry.code)
            rows.append(_row(link, found, phrase))
    return rows[:top]


def _row(link: Linked, found: PhraseLinks, phrase: Phrase) -> dict[str, object]:
    others = [other for other in found.links if other.entry.code != link.entry.code]
    second = others[0] if others else None
    return {
        "code": link.entry.code,
        "name": link.entry.name,
        "probability": link.probability,
        "band": link.band,
        "matched": reasons(link),
        "phrase": phrase.text,
        "intent": phrase.intent.value,
        "runner_up": f"{second.entry.code} {second.entry.name}" if second else None,
        "margin": round(link.probability - (second.probability if second else 0.0), 4),
    }


def _nothing(phrases: Sequence[Phrase]) -> dict[str, object]:
    blank = dict.fromkeys(("code", "name", "probability", "matched", "runner_up", "margin"))
    first = phrases[0] if phrases else Phrase("", Intent.OPEN)
    shown = first.text or None
    return blank | {"band": "reject", "phrase": shown, "intent": first.intent.value}


def _finding(rule: str, value: str, **params: object) -> Finding:
    return Finding(Severity(rule_severity(rule)), rule, value=value, params=params)


def _placed(finding: Finding, file: str | None, row: int | None) -> Finding:
    return Finding(
        finding.severity, finding.rule, file or "", row=row, column="text" if file else "",
        value=finding.value, params=finding.params,
    )  # fmt: skip
