"""Phrases to entries of a catalogue: what links, what does not, and why."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainmap.errors import ConfigError, InputRejected
from chainmap.link.catalogue import Entry, make_catalogue, read_catalogue
from chainmap.link.features import AGAINST, CONTRADICTIONS, FEATURES
from chainmap.link.grams import GramSpace, distinct_grams, gram_number
from chainmap.link.linker import Decided, Linker, common_runs
from chainmap.link.model import default_model, read_model, softmax_with_none
from chainmap.link.thesaurus import made_of

ENTRIES = [
    Entry("A1", "碳酸锂", ("工业级碳酸锂",), "由卤水或矿石提取的基础锂盐"),
    Entry("A2", "锂电隔膜", ("电池隔膜", "锂离子电池隔膜"), "隔开正负极的微孔膜"),
    Entry("A3", "锂离子电池", ("锂电池", "电芯"), "以锂离子往返脱嵌工作的电池"),
    Entry("A4", "单晶硅片", ("硅片",), "由硅棒切成的薄片"),
    Entry("A5", "印制电路板", (), "电子元件的支承"),
]
WORDS = made_of([("PCB", "印制电路板", "same")])


@pytest.fixture
def linker() -> Linker:
    return Linker(make_catalogue("t", ENTRIES), thesaurus=WORDS)


def best(linker: Linker, text: str) -> str | None:
    links = linker.link([text])[0].links
    return links[0].entry.code if links and links[0].band != "reject" else None


def test_a_name_or_an_alias_links_for_sure_whatever_its_width_and_case(linker: Linker) -> None:
    for text in ("碳酸锂", " 碳 酸 锂 ", "工业级碳酸锂", "锂离子电池隔膜"):
        link = linker.link([text])[0].links[0]
        assert (link.probability, link.band) == (1.0, "accept")


def test_a_machine_for_a_product_is_not_accepted_as_the_product(linker: Linker) -> None:
    for text in ("隔膜涂覆机", "硅片清洗剂", "锂电池检测设备"):
        assert all(link.band != "accept" for link in linker.link([text])[0].links)


def test_what_has_nothing_in_common_links_to_nothing(linker: Linker) -> None:
    found = linker.link(["\U0001f600", "qqq", ""])

    assert [best(linker, item.text) for item in found] == [None, None, None]


def test_a_trade_word_finds_a_name_that_shares_no_character(linker: Linker) -> None:
    link = linker.link(["PCB"])[0].links[0]

    assert link.entry.code == "A5"
    assert link.words == ("pcb→印制电路板",)


def test_a_link_says_what_matched_the_runner_up_and_the_margin(linker: Linker) -> None:
    found = linker.link(["锂电池隔膜"])[0]

    assert found.links[0].entry.code == "A2"
    assert "电池隔膜" in found.links[0].matched
    assert found.links[1].entry.code != "A2"
    assert found.margin == pytest.approx(found.links[0].probability - found.links[1].probability)


def test_probabilities_of_a_phrase_add_up_to_at_most_one(linker: Linker) -> None:
    for text in ("动力锂电池", "硅片", "膜", "锂"):
        keys = [text]
        p = linker.model.probabilities(linker.candidates(keys), linker.profile)
        assert float(p.sum()) <= 1 + 1e-6


def test_a_confirmed_phrase_is_an_alias_from_then_on_and_helps_its_like() -> None:
    catalogue = make_catalogue("t", ENTRIES)
    plain = Linker(catalogue, thesaurus=WORDS)
    learnt = Linker(
        catalogue,
        thesaurus=WORDS,
        decided=Decided(frozenset({("白色电解质盐", "A1")}), frozenset()),
    )

    assert best(plain, "白色电解质盐") is None
    link = learnt.link(["白色电解质盐"])[0].links[0]
    assert (link.entry.code, link.probability, link.decided) == ("A1", 1.0, True)
    like = [one.link(["高纯白色电解质盐"])[0].links for one in (plain, learnt)]
    assert like[1][0].entry.code == "A1"
    assert like[1][0].probability > max(
        (link.probability for link in like[0] if link.entry.code == "A1"), default=0
    )


def test_a_refused_pair_never_comes_back_and_lifts_nobody_else() -> None:
    catalogue = make_catalogue("t", ENTRIES)
    before = Linker(catalogue, thesaurus=WORDS).link(["动力锂电池"], top=5)[0].links
    refused = Decided(frozenset(), frozenset({("动力锂电池", before[0].entry.code)}))

    after = Linker(catalogue, thesaurus=WORDS, decided=refused).link(["动力锂电池"], top=5)[0].links

    known = {link.entry.code: link.probability for link in before}
    assert before[0].probability > 0.5
    for link in after:
        expected = 0.0 if link.entry.code == before[0].entry.code else known[link.entry.code]
        assert link.probability == pytest.approx(expected, abs=1e-4)


def test_the_order_of_the_catalogue_does_not_matter() -> None:
    shuffled = [*ENTRIES]
    random.Random(1).shuffle(shuffled)
    texts = ["动力电池", "隔膜", "硅片（182mm）", "锂盐", "PCB多层板"]

    answers = [
        Linker(make_catalogue("t", entries), thesaurus=WORDS).link(texts, top=3)
        for entries in (ENTRIES, shuffled)
    ]

    assert answers[0] == answers[1]


@given(st.lists(st.text(min_size=1, max_size=30), max_size=5))
def test_any_texts_give_one_answer_each(texts: list[str]) -> None:
    linker = Linker(make_catalogue("t", ENTRIES), thesaurus=WORDS)

    assert [found.text for found in linker.link(texts)] == texts


def test_grams_are_unit_rows_and_unseen_ones_count_in_the_length() -> None:
    space = GramSpace.of(distinct_grams(["碳酸锂", "碳酸钠"]))
    rows, lengths = space.rows(distinct_grams(["碳酸锂", "龘", ""]))

    assert np.linalg.norm(rows[[0]].toarray()) == pytest.approx(1, abs=1e-6)
    assert rows[[1]].nnz == 0
    assert lengths[1] == pytest.approx(space.unseen)
    assert lengths[2] == 0


@given(st.lists(st.text(max_size=9), max_size=5))
def test_grams_are_those_of_the_definition(texts: list[str]) -> None:
    found = distinct_grams(texts)

    for number, text in enumerate(texts):
        inside = {text[i : i + n] for n in (1, 2, 3) for i in range(len(text) - n + 1)}
        ends = {text[-n:] for n in (2, 3) if len(text) >= n}
        numbers = {gram_number(gram) for gram in inside}
        numbers |= {gram_number(gram) + 2**63 for gram in ends}
        assert set(found.gram[found.text == number].tolist()) == numbers
    assert len(found.gram) == len(set(zip(found.text, found.gram, strict=True)))


def test_the_softmax_with_none_is_that_of_the_definition() -> None:
    phrase = np.array([0, 0, 2])
    logits = np.array([1.0, 2.0, 0.5])

    p = softmax_with_none(phrase, logits, 0.7)

    first = np.exp([1.0, 2.0]) / (np.exp([1.0, 2.0]).sum() + np.exp(0.7))
    assert p == pytest.approx([*first, np.exp(0.5) / (np.exp(0.5) + np.exp(0.7))], abs=1e-6)


def test_common_runs_are_the_longest_first() -> None:
    assert common_runs("锂电池隔膜", "电池隔膜") == ("电池隔膜",)
    assert common_runs("铝", "铝箔") == ()


def test_the_model_has_a_weight_for_every_feature_and_sound_bounds(tmp_path: Path) -> None:
    model = default_model()

    assert {name for part in model.profiles.values() for name in part.weights} == set(FEATURES)
    assert [model.band(p) for p in (1.0, model.review, 0.0)] == ["accept", "review", "reject"]
    text = Path("chainmap/link/linker.toml").read_text(encoding="utf-8")
    bad = tmp_path / "m.toml"
    bad.write_text(text.replace(f"review = {model.review}", "review = 1.5"), encoding="utf-8")
    with pytest.raises(ConfigError, match="review"):
        read_model(bad)


def frame(**columns: list[str | None]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(values, dtype="str") for name, values in columns.items()})


def test_a_catalogue_keeps_its_leaves_or_the_level_asked_for() -> None:
    table = frame(code=["C", "38", "3841"], name=["制造业", "电气", "锂离子电池制造"],
                  parent=["", "C", "38"], level=["0", "1", "2"])  # fmt: skip

    leaves, _ = read_catalogue("c.csv", table, [2, 3, 4])
    middle, _ = read_catalogue("c.csv", table, [2, 3, 4], level=1)

    assert [e.code for e in leaves.entries] == ["3841"]
    assert [e.code for e in middle.entries] == ["38"]
    with pytest.raises(InputRejected) as caught:
        read_catalogue("c.csv", table, [2, 3, 4], level=7)
    assert "0、1、2" in caught.value.findings[0].message


def test_a_catalogue_with_faults_is_told_and_the_rest_goes_on() -> None:
    table = frame(code=["1", "1", None, "2"], name=["甲", "乙", "丙", None])

    catalogue, findings = read_catalogue("c.csv", table, [2, 3, 4, 5])

    assert [(e.code, e.name) for e in catalogue.entries] == [("1", "甲")]
    assert sorted((f.rule, f.row) for f in findings) == [
        ("L-catalogue-row", 4), ("L-catalogue-row", 5), ("L-catalogue-twice", 3),
    ]  # fmt: skip


def test_a_catalogue_without_a_needed_column_is_refused() -> None:
    with pytest.raises(InputRejected) as caught:
        read_catalogue("c.csv", frame(code=["1"], title=["甲"]), [2])
    assert "name" in caught.value.findings[0].message


TRADE = made_of([
    ("IC", "集成电路", "same"), ("PE", "聚乙烯", "kind"),
    ("锦纶6", "聚己内酰胺", "kind"), ("LED灯", "照明灯具", "kind"),
])  # fmt: skip


@pytest.mark.parametrize(
    "phrase", ["silicone胶", "icp备案", "topic", "hdpe管", "pet瓶片", "锦纶66", "silic on"]
)
def test_a_trade_word_inside_a_longer_latin_word_or_number_is_none(phrase: str) -> None:
    assert TRADE.find(phrase) == []


@pytest.mark.parametrize(
    ("phrase", "term"),
    [
        ("ic", "ic"),
        ("ic封装", "ic"),
        ("车用ic", "ic"),
        ("(ic)", "ic"),
        ("3-pe防腐", "pe"),
        ("pe100管", "pe"),
        ("锦纶6切片", "锦纶6"),
        ("uv锦纶6", "锦纶6"),
        ("户外led灯", "led灯"),
        ("ic socket", "ic"),
        ("smart ic", "ic"),
        ("blown pe film", "pe"),
    ],
)
def test_a_trade_word_beside_chinese_marks_or_another_kind_of_sign_is_found(
    phrase: str, term: str
) -> None:
    assert [found for found, _ in TRADE.find(phrase)] == [term]


def test_a_refused_place_does_not_hide_the_same_word_further_on() -> None:
    assert [found for found, _ in TRADE.find("silicone封装ic")] == ["ic"]


@pytest.mark.parametrize("text", ["PE film", "blown PE", "吹塑 PE film"])
def test_a_latin_trade_word_between_blanks_is_a_hint(text: str) -> None:
    linker = Linker(make_catalogue("t", [Entry("B1", "聚乙烯"), *ENTRIES]), thesaurus=TRADE)

    assert linker.link([text])[0].links[0].words == ("pe→聚乙烯",)
    run_together = linker.link([text.replace("PE ", "PE").replace(" PE", "PE")])[0].links
    assert [link.words for link in run_together if link.entry.code == "B1" and link.words] == []


def test_texts_with_one_key_have_one_answer_in_any_order() -> None:
    linker = Linker(make_catalogue("t", [Entry("B1", "聚乙烯"), *ENTRIES]), thesaurus=TRADE)
    texts = ["PEfilm", "pe  film", "PE film"]

    found = linker.link(texts)

    assert {one.links for one in found} == {linker.link(["PE film"])[0].links}
    assert linker.link(texts[::-1])[::-1] == found


def told(linker: Linker, phrase: str, code: str) -> set[str]:
    """Return the names of the features that a pair has."""
    found = linker.candidates([phrase])
    entries = [linker.catalogue.entries[entry].code for entry in found.entry]
    values = found.features[entries.index(code)]
    return {name for name, value in zip(FEATURES, values, strict=True) if value > 0}


@pytest.mark.parametrize(
    ("phrase", "code", "has", "has_not"),
    [
        ("工业碳酸锂", "A1", {"ends_with_name"}, {"missing_characters", "less_substance"}),
        ("碳酸钠", "A1", {"other_substance", "missing_characters"}, {"more_substance"}),
        ("碳酸", "A1", {"less_substance", "one_char_short"}, {"other_substance"}),
        ("钠离子电池", "A3", {"other_front", "other_substance"}, {"one_char_other"}),
        ("多晶硅片", "A4", {"other_state"}, {"more_state", "less_state"}),
        ("锂离子电迟", "A3", {"one_char_other", "other_end"}, {"other_front"}),
        ("隔膜涂覆机", "A2", {"more_trade", "other_end"}, {"less_trade"}),
    ],
)
def test_features_say_which_side_has_what(
    linker: Linker, phrase: str, code: str, has: set[str], has_not: set[str]
) -> None:
    found = told(linker, phrase, code)

    assert has <= found
    assert not has_not & found


def test_a_trade_word_for_something_else_speaks_against_an_entry() -> None:
    words = made_of([("燃气灶", "厨具", "kind")])
    linker = Linker(make_catalogue("t", [Entry("G1", "燃气"), *ENTRIES]), thesaurus=words)

    assert {"known_otherwise", "head_known_otherwise"} <= told(linker, "燃气灶", "G1")
    assert "known_otherwise" not in told(linker, "新型燃气灶", "G1")
    assert "head_known_otherwise" in told(linker, "新型燃气灶", "G1")
    assert not {"known_otherwise"} & told(linker, "新型燃气", "G1")


def test_what_contradicts_a_product_is_at_most_for_review(linker: Linker) -> None:
    sure = linker.model.profiles["products"]
    weights = {name: 0.0 if name in AGAINST else 30.0 for name in FEATURES}
    model = replace(linker.model, profiles={"products": replace(sure, weights=weights)})
    bold = Linker(linker.catalogue, model, thesaurus=WORDS)

    assert CONTRADICTIONS <= AGAINST
    assert best(bold, "新锂离子电池包") == "A3"
    assert bold.link(["新锂离子电池包"])[0].links[0].band == "accept"
    assert bold.link(["钠离子电池"])[0].links[0].band == "review"
    assert bold.link(["钠离子电池"])[0].links[0].probability < model.accept
