"""Matches and gaps on the seed data: what an expert expects, the same from every store."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from chain_samples import rows_of

from chainmap.stores.memory import MemoryStore
from chainmap.stores.open import open_store
from chainmap.workflow.gaps import find_gaps
from chainmap.workflow.import_files import import_files
from chainmap.workflow.match import find_matches
from chainmap.workflow.whatif import simulate_outage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chainmap.answers import Answer
    from chainmap.stores.port import GraphStore

SEED = Path(__file__).parents[2] / "seed_data"
BOOKS = sorted(SEED.glob("*.xlsx"))
DAY = "2026-11-23"
PARK = "西宁经济技术开发区南川工业园区"
Question = Callable[["GraphStore"], "Answer"]

QUESTIONS: dict[str, Question] = {
    "match all": lambda store: find_matches(store, all_pairs=True),
    "match region": lambda store: find_matches(store, all_pairs=True, region="630100"),
    "match park": lambda store: find_matches(store, all_pairs=True, parks=[PARK]),
    "match trained": lambda store: find_matches(store, all_pairs=True, model="trained"),
    "match outside": lambda store: find_matches(store, all_pairs=True, audience="外发"),
    "gaps": lambda store: find_gaps(store, include_ok=True),
    "gaps region": lambda store: find_gaps(store, region="630100", include_ok=True),
    "gaps park": lambda store: find_gaps(store, parks=[PARK], include_ok=True),
    "whatif": lambda store: simulate_outage(store, remove=["示例·日月山光伏股份有限公司"], draws=9),
    "whatif product": lambda store: simulate_outage(store, remove=["单晶硅片"], days=30.0),
    "whatif rank": lambda store: simulate_outage(store, rank=True, draws=9),
    "gaps outside": lambda store: find_gaps(store, region="630100", audience="外发"),
}


def filled(store: GraphStore) -> GraphStore:
    import_files(BOOKS, store, as_of=DAY)
    return store


def told(store: GraphStore, question: Question) -> bytes:
    """Return everything in an answer but where it was asked."""
    answer = question(store).as_object()
    run = {name: value for name, value in answer["run"].items() if name != "store"}  # type: ignore[attr-defined]
    return json.dumps({**answer, "run": run}, ensure_ascii=False).encode()


@pytest.fixture(scope="module")
def memory() -> GraphStore:
    return filled(MemoryStore())


@pytest.fixture(scope="module")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GraphStore]:
    with open_store(f"sqlite:{tmp_path_factory.mktemp('seed') / 'seed.sqlite'}") as store:
        yield filled(store)


@pytest.fixture(scope="module")
def gaps(memory: GraphStore) -> list[Mapping[str, object]]:
    return rows_of(find_gaps(memory, region="630100"))


@pytest.mark.parametrize("name", QUESTIONS)
def test_memory_and_sqlite_give_the_same_bytes(
    memory: GraphStore, sqlite: GraphStore, name: str
) -> None:
    assert told(sqlite, QUESTIONS[name]) == told(memory, QUESTIONS[name])


def test_neo4j_gives_the_same_bytes(memory: GraphStore, neo4j_store: GraphStore) -> None:
    store = filled(neo4j_store)

    for name, question in QUESTIONS.items():
        assert told(store, question) == told(memory, question), name


def test_the_city_by_code_is_what_the_leaders_cities_give(memory: GraphStore) -> None:
    assert rows_of(find_gaps(memory)) == rows_of(find_gaps(memory, region="630100"))


def test_the_cache_gives_the_same_bytes(sqlite: GraphStore, tmp_path: Path) -> None:
    asked = [find_gaps(sqlite, region="630100", cache_dir=tmp_path).as_json() for _ in range(2)]

    assert asked[0] == asked[1]
    assert list(tmp_path.glob("snapshot-*"))


def test_every_gap_and_every_match_cites_a_row_of_a_file(
    memory: GraphStore, gaps: list[Mapping[str, object]]
) -> None:
    for row in [*gaps, *rows_of(QUESTIONS["match all"](memory))]:
        evidence: list[Mapping[str, object]] = row["evidence"]
        cited = [item for item in evidence if item["file"]]
        assert cited, (row["product"], row["kind"])
        assert all(item["sheet"] and item["row"] and item["column"] for item in cited)


def test_contributions_add_up_to_the_score(memory: GraphStore) -> None:
    for row in rows_of(QUESTIONS["match all"](memory)):
        contributions: Mapping[str, float] = row["contributions"]
        assert row["score"] == pytest.approx(sum(contributions.values()), abs=1e-9)


def test_missing_inputs_of_the_leaders_stand_first(gaps: list[Mapping[str, object]]) -> None:
    first = list(dict.fromkeys(row["product"] for row in gaps))[:10]

    assert {"电解液", "氧化铝", "人造石墨负极材料", "单晶硅片"} <= set(first)
    assert gaps[0]["importance"] == 1.0
    kinds = {row["kind"] for row in gaps if row["product"] in first}
    assert kinds >= {"缺链", "产能不匹配"}
    assert not any(row["kind"] == "弱链" and row["product"] != "单晶硅片" for row in gaps[:20]), (
        "a harmless thin link does not stand before a missing input"
    )


def test_the_pv_chain_reports_the_wafer_shortage_with_its_sums(
    gaps: list[Mapping[str, object]],
) -> None:
    (row,) = (r for r in gaps if (r["product"], r["kind"]) == ("单晶硅片", "产能不匹配"))

    assert (row["demand"], row["supply"], row["unit"], row["verdict"]) == (102.0, 5.6, "GW", "gap")
    assert [item["text"] for item in row["evidence"]][:4] == [  # type: ignore[attr-defined]
        "上游 单晶硅棒 有 102 GW，远超本地用量，按单耗可供生产 102 GW 单晶硅片",
        "下游需求：光伏电池片 5.7 GW × 单耗 1 = 5.7 GW",
        "供给：采用园区口径 5.6 GW（企业合计 7.54 GW，不与园区口径相加）",
        "覆盖率 = 供给 5.6 ÷ 需求 102 = 5.5%（< 50%）",
    ]


def test_every_kind_of_gap_occurs(gaps: list[Mapping[str, object]]) -> None:
    assert {row["kind"] for row in gaps} == {
        "缺链", "断链", "弱链", "单一来源", "产能不匹配", "外采", "副产品无去处",
    }  # fmt: skip


def test_what_to_do_about_the_wafers_is_told_with_firms(
    gaps: list[Mapping[str, object]],
) -> None:
    (row,) = (r for r in gaps if (r["product"], r["kind"]) == ("单晶硅片", "产能不匹配"))

    assert {t["action"] for t in row["targets"]} == {"补链"}  # type: ignore[attr-defined]
    first = row["strengthen"][0]  # type: ignore[index]
    assert (first["company"], first["action"]) == ("天合光能青海基地", "强链")
    assert first["lacks"][0] == "现有 5 GW；本地再增 96.4 GW 才满足需求"


def test_who_can_use_the_by_product_acid_is_answered(memory: GraphStore) -> None:
    rows = rows_of(find_gaps(memory, region="630100", include_ok=True, candidates=30))
    (acid,) = (r for r in rows if (r["product"], r["kind"]) == ("硫酸", "副产品无去处"))
    users = {target["company"] for target in acid["targets"]}  # type: ignore[attr-defined]

    assert acid["verdict"] == "ok", "云天化 and 同鑫 take it"
    assert {"青海云天化国际化肥有限公司", "青海同鑫化工有限公司"} <= users


def test_each_chain_has_its_measures_and_extensions_cite_recipes(memory: GraphStore) -> None:
    answer = find_gaps(memory, region="630100").as_object()
    chains = {row["chain"] for row in answer["measures"]}  # type: ignore[attr-defined]

    assert len(chains) == 6
    assert len(answer["measures"]) == 24  # type: ignore[arg-type]
    assert answer["extensions"]
    for row in answer["extensions"]:  # type: ignore[attr-defined]
        assert any(item["sheet"] == "产品投入" for item in row["evidence"])
