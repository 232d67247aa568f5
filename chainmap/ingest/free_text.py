"""主营产品 and 经营范围: which products the free text of a company's row says it makes.

The one choice: a name or alias links by itself; any other wording goes through the linker and
leaves a trace (a Phrase that MEANS a product, with its probability and the cells it stands in),
so that a person can overrule it once and for all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from chainmap.ingest.lookup import each, exploded
from chainmap.ingest.resolution import Added, Link, Resolution
from chainmap.link.model import ACCEPT, REJECT
from chainmap.link.phrases import Intent, main_product_phrases, phrase_key, scope_phrases
from chainmap.link.wording import reasons
from chainmap.names import product_key
from chainmap.schema import node_id
from chainmap.tables import CELLS, cell_text
from chainmap.texts import say

if TYPE_CHECKING:
    from chainmap.ingest.accounts import CleanTable, FindingLog, Positions
    from chainmap.ingest.goods import Goods
    from chainmap.link.linker import PhraseLinks

_JOINT = "\x1f"
SCOPE = "business_scope"
_SPLIT = {"main_products": main_product_phrases, SCOPE: scope_phrases}


@dataclass(frozen=True)
class _Cells:
    """The phrases of a column that are made: place in the table, text; and the other phrases."""

    made: pd.DataFrame
    other: pd.DataFrame


def link_text(
    table: CleanTable, attribute: str, goods: Goods, log: FindingLog, resolution: Resolution
) -> Link | None:
    """Return the PRODUCES edges that a free-text column states; add phrases and what they mean.

    The probability is that of the link; for 经营范围 times what a licence is worth (linker.toml).
    """
    cells = _cells(table, attribute)
    keys = each(cells.made["text"], phrase_key)
    decided = {phrase for phrase, _ in goods.decided.confirmed | goods.decided.refused}
    ids = goods.names.find(keys).mask(keys.isin(decided))
    open_texts = sorted(set(cells.made["text"][ids.isna().to_numpy()]))
    linked = dict(zip(open_texts, goods.linker.link(open_texts), strict=True)) if open_texts else {}
    found = _taken(cells.made, ids, linked)
    found = found[~_stated_before(found, table, attribute, resolution)]
    _mean(table, attribute, found, linked, goods, resolution)
    _tell(table, attribute, cells, found, log)
    taken = found[found["band"] == ACCEPT].drop_duplicates(["place", "target"])
    if not len(taken):
        return None
    belief = goods.linker.model.scope_belief if attribute == SCOPE else 1.0
    head = say(f"import.{attribute}", "zh", phrase="")
    return Link(
        table,
        "PRODUCES",
        taken["place"].to_numpy(dtype=np.int64),
        _own(table, taken["place"]),
        taken["target"].reset_index(drop=True),
        head + taken["text"].reset_index(drop=True),
        {"probability": (taken["probability"] * belief).round(4).reset_index(drop=True)},
    )


def _cells(table: CleanTable, attribute: str) -> _Cells:
    cells = table.frame[attribute].mask(pd.Series(table.rejected))
    split = _SPLIT[attribute]

    def pairs(text: str) -> Sequence[str]:
        return tuple(f"{phrase.intent}{_JOINT}{phrase.text}" for phrase in split(text))

    parts = exploded(cells, pairs)
    told = parts["part"].str.split(_JOINT, n=1, expand=True)
    frame = pd.DataFrame({"place": parts["place"], "intent": "", "text": ""})
    if len(parts):
        frame["intent"], frame["text"] = told[0], told[1]
    is_made = frame["intent"] == Intent.MAKE.value
    return _Cells(frame[is_made].reset_index(drop=True), frame[~is_made].reset_index(drop=True))


def _taken(made: pd.DataFrame, ids: pd.Series, linked: dict[str, PhraseLinks]) -> pd.DataFrame:
    """Return one row a phrase: its product (null: none), probability and band."""
    best = {text: found.links[0] for text, found in linked.items() if found.links}
    texts = made["text"]
    exact = ids.notna().to_numpy()
    target = ids.where(
        exact, _mapped(texts, {t: "Product:" + b.entry.code for t, b in best.items()})
    )
    probability = texts.map({t: b.probability for t, b in best.items()}).astype("float64")
    band = _mapped(texts, {t: b.band for t, b in best.items()})
    frame = pd.DataFrame({"place": made["place"].to_numpy(), "text": texts.array})
    frame["target"] = target.array
    frame["probability"] = probability.mask(exact, 1.0).fillna(0.0).array
    frame["band"] = band.mask(exact, ACCEPT).fillna(REJECT).array
    frame["exact"] = exact
    return frame


def _mapped(texts: pd.Series, values: dict[str, str]) -> pd.Series:
    return texts.map(values).astype("str")


def _stated_before(
    found: pd.DataFrame, table: CleanTable, attribute: str, resolution: Resolution
) -> pd.Series:
    """Return which pairs the row's 主营产品 states already: its 经营范围 adds nothing to them."""
    mine = [
        link for link in resolution.links
        if attribute == SCOPE and link.table is table and link.edge == "PRODUCES"
    ]  # fmt: skip
    said = {
        (int(place), str(target))
        for link in mine
        for place, target in zip(link.places, link.targets, strict=True)
    }
    pairs = zip(found["place"], found["target"], strict=True)
    return pd.Series([(int(p), t) in said for p, t in pairs], index=found.index, dtype="bool")


def _mean(
    table: CleanTable,
    attribute: str,
    found: pd.DataFrame,
    linked: dict[str, PhraseLinks],
    goods: Goods,
    resolution: Resolution,
) -> None:
    """Add the phrases that were linked by the model or by a decision, and what they mean."""
    guessed = found[~found["exact"] & (found["band"] != REJECT)].reset_index(drop=True)
    if not len(guessed):
        return
    keys = each(guessed["text"], product_key)
    ids = node_id("Phrase", "") + keys
    first = ~ids.duplicated()
    places = guessed["place"].to_numpy(dtype=np.int64)
    names = pd.DataFrame({"id": ids[first].array, "text": keys[first].array})
    resolution.added.append(Added(table, "Phrase", names, places[first.to_numpy()]))
    told = [linked[text] for text in guessed["text"]]
    seconds = [found.links[1].entry if len(found.links) > 1 else None for found in told]
    values = {
        "probability": guessed["probability"],
        "band": guessed["band"],
        "matched": pd.Series([reasons(found.links[0]) for found in told], dtype="str"),
        "runner_up": pd.Series([f"{s.code} {s.name}" if s else None for s in seconds], dtype="str"),
        "margin": pd.Series([round(found.margin or 0.0, 4) for found in told], dtype="float64"),
        "model": pd.Series([goods.linker.model.version] * len(told), dtype="str"),
        CELLS: _standing(table, attribute, places),
    }
    link = Link(table, "MEANS", places, ids, guessed["target"], values=values)
    resolution.links.append(link)


def _standing(table: CleanTable, attribute: str, places: Positions) -> pd.Series:
    """Return the cell of each place, under the header that the user's own sheet has for it."""
    sheet, header = f"{table.source}/{table.sheet}", table.headers.get(attribute) or attribute
    rows = table.rows[places].tolist()
    return pd.Series([cell_text(sheet, header, [row]) for row in rows], dtype="str")


def _own(table: CleanTable, places: pd.Series) -> pd.Series:
    return pd.Series(table.ids["id"].array.take(places.to_numpy()), dtype="str")


def _tell(
    table: CleanTable, attribute: str, cells: _Cells, found: pd.DataFrame, log: FindingLog
) -> None:
    """Tell what was linked by likeness, what waits for review, what links to nothing."""
    guessed = found[~found["exact"]]
    rules = [
        ("R-phrase-linked", guessed[guessed["band"] == ACCEPT]),
        ("R-phrase-review", guessed[guessed["band"] == "review"]),
    ]
    if attribute != SCOPE:
        rules += [
            ("R-phrase-unlinked", guessed[guessed["band"] == REJECT]),
            ("R-phrase-not-made", cells.other),
        ]
    for rule, rows in rules:
        _tell_phrases(rule, table, attribute, rows.groupby("place")["text"].agg(list), log)


def _tell_phrases(
    rule: str, table: CleanTable, attribute: str, said: pd.Series, log: FindingLog
) -> None:
    log.add(
        rule,
        table,
        said.index.to_numpy(),
        attribute=attribute,
        params=lambda place: {
            "count": len(said[place]),
            "phrases": "、".join(said[place][:8]) + ("…" if len(said[place]) > 8 else ""),
        },
    )
