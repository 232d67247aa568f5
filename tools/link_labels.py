"""The labelled phrases of seed_data/labels and the catalogues they are labelled against."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from chainmap.link.catalogue import Catalogue, Entry, make_catalogue, read_catalogue
from chainmap.link.phrases import main_product_phrases
from chainmap.names import split_list
from chainmap.resources import data_folder

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Labelled:
    """A phrase, the codes an official would accept (none: it means no entry), and its part."""

    phrase: str
    codes: frozenset[str]
    kind: str
    split: str
    intent: str = ""


def read_labels(name: str) -> list[Labelled]:
    """Return the labels of a file in ``seed_data/labels``."""
    path = data_folder("seed_data") / "labels" / name
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return [
            Labelled(
                row["phrase"],
                frozenset(code for code in row["codes"].split("|") if code),
                row["kind"],
                row["split"],
                row.get("intent", ""),
            )
            for row in csv.DictReader(lines)
        ]


def seed_catalogue() -> Catalogue:
    """Return the products of the seed data."""
    path = data_folder("seed_data") / "csv" / "产品.csv"
    with path.open(encoding="utf-8-sig", newline="") as lines:
        entries = [
            Entry(row["产品编码"], row["产品"], split_list(row["别名"]), row["说明"])
            for row in csv.DictReader(lines)
        ]
    return make_catalogue("seed", entries)


def gbt_catalogue() -> Catalogue | None:
    """Return the four-digit classes of GB/T 4754-2017 with definitions, None where absent."""
    path = ROOT.parent / "shared" / "data" / "gbt4754" / "gbt4754_2017.csv"
    if not path.is_file():
        return None
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    catalogue, _ = read_catalogue(path.name, frame, range(2, len(frame) + 2), level=3)
    return catalogue


def core(text: str) -> str:
    """Return what a text names, without its verbs; the text itself where it lists several."""
    phrases = main_product_phrases(text)
    return phrases[0].text if len(phrases) == 1 else text
