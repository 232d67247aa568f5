"""ETO 2022 through its mapping: every row accounted for (data outside the project)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from chainmap.stores.memory import MemoryStore
from chainmap.stores.port import GraphQuery
from chainmap.workflow.import_files import import_files
from chainmap.workflow.snapshot import load_chain_graph

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data" / "eto_2022"
MAPPING = ROOT / "seed_data" / "mappings" / "eto_2022.toml"

pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason=f"{DATA} is absent: ETO 2022 is CC BY-NC and not part of chainmap"
)

ACCOUNTS = {
    ("inputs", "Product"): (79, 79, 0, 0),
    ("providers", "Company"): (274, 274, 0, 0),
    ("providers", "Region"): (19, 19, 0, 0),
    ("provision", "HAS_SHARE"): (196, 178, 0, 18),
    ("provision", "PRODUCES"): (391, 365, 0, 26),
    ("sequence", "INPUT_TO"): (62, 62, 0, 0),
    ("sequence", "Product"): (31, 0, 31, 0),
    ("stages", "IndustryChain"): (1, 1, 0, 0),
    ("stages", "Segment"): (3, 3, 0, 0),
}
COUNTED = ("PRODUCES", "HAS_SHARE", "INPUT_TO", "KIND_OF")


def test_every_row_is_accounted_for_and_a_second_import_changes_nothing() -> None:
    with MemoryStore() as store:
        answer = import_files([DATA], store, mapping=MAPPING)
        graph = store.read(GraphQuery())
        again = import_files([DATA], store, mapping=MAPPING)

    counted = {
        (row["sheet"], row["table"]): tuple(
            row[n] for n in ("read", "stored", "merged", "rejected")
        )
        for row in answer.rows
    }
    assert counted == ACCOUNTS
    assert {label: len(graph.nodes[label]) for label in ("Product", "Company")} == {
        "Product": 79,
        "Company": 274,
    }
    assert {name: len(graph.edges[name]) for name in COUNTED} == {
        "PRODUCES": 365,
        "HAS_SHARE": 178,
        "INPUT_TO": 62,
        "KIND_OF": 31,
    }
    changes = again.extra["changes"]
    assert isinstance(changes, dict)
    assert {kind for kind, counts in changes.items() if counts} == {"unchanged"}


def states_share(provision: pd.DataFrame, providers: pd.DataFrame) -> pd.Series:
    """Return which rows are a country's (not "Various"'s) with its share."""
    country = provision["provider_id"].map(providers["provider_type"]) == "country"
    return country & (provision["provider_name"] != "Various") & provision["share_provided"].notna()


def test_rejected_rows_and_the_two_discos_are_named() -> None:
    provision = pd.read_csv(DATA / "provision.csv")
    providers = pd.read_csv(DATA / "providers.csv").set_index("provider_id")
    stages = provision["provided_id"].str.startswith("S")
    firms = provision["provider_id"].map(providers["provider_type"]) == "organization"
    expected = set(provision.index[stages & (firms | states_share(provision, providers))] + 2)

    with MemoryStore() as store:
        answer = import_files([DATA], store, mapping=MAPPING)
        makers = store.read(GraphQuery()).edges["PRODUCES"]
        names = store.read(GraphQuery()).nodes["Company"].set_index("id")["name"]

    named = {f.row for f in answer.findings if f.rule == "R-unknown-product"}
    assert named == expected
    (twins,) = (f for f in answer.findings if f.rule == "R-twins")
    assert "DISCO（P151）" in twins.message
    assert "Disco（P62）" in twins.message
    # Each edge belongs to the firm its provider_id names, the two Discos included.
    stated = provision[firms & ~stages]
    by_name = stated["provider_id"].map(providers["provider_name"])
    assert sorted(names[makers["source"]].tolist()) == sorted(by_name.tolist())


def test_a_share_belongs_to_the_country_that_states_it_and_the_rest_is_named() -> None:
    provision = pd.read_csv(DATA / "provision.csv")
    providers = pd.read_csv(DATA / "providers.csv").set_index("provider_id")
    kinds = provision["provider_id"].map(providers["provider_type"])
    states = states_share(provision, providers)
    stated = provision[states & ~provision["provided_id"].str.startswith("S")]
    expected = {
        (f"Region:{row.provider_name.replace('MAL', 'MYS')}", f"Product:{row.provided_id}"):
        int(row.share_provided.removesuffix("%")) / 100
        for row in stated.itertuples()
    }  # fmt: skip

    with MemoryStore() as store:
        answer = import_files([DATA], store, mapping=MAPPING)
        found = store.read(GraphQuery()).edges["HAS_SHARE"].set_index(["source", "target"])
        snapshot = load_chain_graph(store)

    assert found["share"].to_dict() == pytest.approx(expected)
    assert found["year"].unique().tolist() == [2022]
    assert snapshot.region_shares.nnz == len(expected) == 178
    assert np.unique(snapshot.region_shares.indices).size == 40  # of 79 inputs
    left = [f for f in answer.findings if f.rule == "M-rows-left-out" and f.file == "provision.csv"]
    assert [f.params["count"] for f in left] == [int(((kinds == "country") & ~states).sum())]
