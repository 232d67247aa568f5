"""Pages: policy, escaping, cut names, numbers as people write them."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest

from chainmap.errors import ConfigError
from chainmap.views.chain_map import draw_chain_map
from chainmap.views.faces import cut, draw_face, short_name, text_width
from chainmap.views.model import (
    Card,
    ChainMapModel,
    Gap,
    Link,
    Maker,
    Neighbour,
    NeighbourhoodModel,
    PageFacts,
    Tie,
    Tier,
)
from chainmap.views.neighbourhood import draw_neighbourhood
from chainmap.views.page import amount, check_audience, json_block, percent, plain, render_page

EVIL = "</script><script>alert(1)</script>\"onmouseover='alert(2)' href=javascript:\u2028\u202e\x07"


class TagReader(HTMLParser):
    """Collects what a browser would act on."""

    def __init__(self) -> None:
        super().__init__()
        self.scripts: list[tuple[str, ...]] = []
        self.attributes: set[str] = set()
        self.links: list[str | None] = []

    def handle_starttag(self, tag, attrs):
        self.attributes |= {name for name, _ in attrs}
        if tag == "script":
            self.scripts.append(tuple(name for name, _ in attrs))
        self.links += [value for name, value in attrs if name in ("href", "src")]


def small_map(name: str = "碳酸锂", *, gaps: tuple[Gap, ...] = ()) -> ChainMapModel:
    cards = (
        Card("Product:a", name, 0, makers=(Maker("Company:1", name, name, "链主", True, True),)),
        Card("Product:b", "电芯", 1, gaps=gaps),
    )
    links = (Link("Product:a", "Product:b", 2, note=name),)
    return ChainMapModel(name, (Tier(name, "上游"), Tier("电芯制造", "中游")), cards, links)


def small_neighbourhood(name: str) -> NeighbourhoodModel:
    nodes = (
        Neighbour("Company:1", name, name, True, 0, 0, details=((name, name),)),
        Neighbour("Product:a", name, name, False, 1, 1),
    )
    ties = (Tie("Company:1", "Product:a", "PRODUCES", name),)
    return NeighbourhoodModel("Company:1", name, nodes, ties)


@pytest.mark.parametrize(
    "page", [draw_chain_map(small_map(EVIL)), draw_neighbourhood(small_neighbourhood(EVIL))]
)
def test_a_hostile_name_stays_text_everywhere(page):
    reader = TagReader()

    reader.feed(page)

    assert reader.scripts == [("type", "id"), *[()] * (len(reader.scripts) - 1)]
    assert len(reader.scripts) in (2, 3)
    assert not [name for name in reader.attributes if name.startswith("on")]
    assert not [link for link in reader.links if link]
    assert not {"\u2028", "\u202e", "\x07"} & set(page)


@pytest.mark.parametrize(
    "page", [draw_chain_map(small_map()), draw_neighbourhood(small_neighbourhood("甲"))]
)
def test_the_policy_allows_exactly_the_inline_elements_of_the_page(page):
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy is not None
    allowed = set(re.findall(r"sha256-([^&']+)", policy[1]))
    inline = re.findall(r"<(?:style|script)>(.*?)</(?:style|script)>", page, re.DOTALL)

    hashes = {base64.b64encode(hashlib.sha256(t.encode()).digest()).decode() for t in inline}
    assert hashes == allowed
    assert policy[1].startswith("default-src &#39;none&#39;")
    assert "unsafe" not in policy[1]
    assert not re.search(r"<[^>]+\sstyle=", page)
    assert not re.search(r"<[^>]+\son[a-z]+=", page)


def test_nothing_on_a_page_points_to_another_machine():
    page = draw_chain_map(small_map())

    addresses = {a for a in re.findall(r"https?://[^\s\"'<)]+", page) if "www.w3.org" not in a}
    assert addresses == set()


def test_json_in_a_page_cannot_leave_its_element_and_reads_back():
    told = json_block({"a": "</script>&<b>\u2028锂", "b": [1, None]})

    assert "<" not in told
    assert "\u2028" not in told
    assert json.loads(told) == {"a": "</script>&<b>锂", "b": [1, None]}


def test_an_asset_that_would_close_its_own_element_is_refused():
    with pytest.raises(ValueError, match="close its own element"):
        render_page("cover.html.j2", {}, facts=PageFacts(), scripts=("a</script>b",))


def test_hidden_characters_are_dropped_and_chinese_stays():
    assert plain("锂\u200b\u202e\x00电 （甲）\U00020bb7") == "锂电 （甲）\U00020bb7"


def test_the_map_names_its_audience():
    inside = draw_chain_map(small_map())
    model = small_map()
    outside = draw_chain_map(
        ChainMapModel(
            model.chain, model.tiers, model.cards, model.links, PageFacts(audience="外发")
        )
    )

    assert "内部资料" in inside
    assert "内部资料" not in outside
    assert "外发版" in outside


def test_an_unknown_audience_is_refused():
    with pytest.raises(ConfigError, match="公众"):
        check_audience("公众")


def test_a_chain_without_products_says_what_to_do():
    page = draw_chain_map(ChainMapModel("空链", (), (), ()))

    assert "所在环节" in page


def test_links_to_cards_that_are_not_there_are_left_out():
    model = small_map()
    model = ChainMapModel(
        model.chain, model.tiers, model.cards, (*model.links, Link("Product:a", "Product:zz"))
    )

    assert draw_chain_map(model).count('class="link ') == 1


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [("碳酸锂", 100, "碳酸锂"), ("电池级碳酸锂材料", 60, "电池级…"), ("碳", 1, "碳…")],
)
def test_a_long_name_is_cut_with_an_ellipsis(text, width, shown):
    assert cut(text, width, 13) == shown


def test_a_cut_name_fits():
    for width in range(30, 200, 7):
        assert text_width(cut("锂" * 40, width, 13), 13) <= width


@pytest.mark.parametrize(
    ("name", "short", "shown"),
    [
        ("青海泰丰先行锂能科技有限公司", "", "青海泰丰先行锂能科技"),
        ("西部矿业股份有限公司", "西部矿业", "西部矿业"),
        ("某某（集团）有限公司", "", "某某"),
        ("公司", "", "公司"),
    ],
)
def test_a_chip_shows_the_short_name(name, short, shown):
    assert short_name(name, short) == shown


def test_an_example_firm_is_marked_once():
    assert short_name("示例·昆仑锂能股份有限公司", is_example=True) == "昆仑锂能"


def test_at_most_six_chips_and_the_number_of_all():
    makers = tuple(Maker(f"Company:{k}", f"甲{k}", f"甲{k}") for k in range(9))

    face = draw_face(Card("Product:a", "硫酸", 0, makers=makers))

    assert len(face.chips) == 6
    assert face.more == "等 9 家"


def test_the_gravest_real_gap_marks_the_card():
    gaps = (
        Gap("p", "缺链", "数据不足", 0.9),
        Gap("p", "弱链", "gap", 0.8),
        Gap("p", "单一来源", "gap", 0.1),
    )

    face = draw_face(Card("Product:p", "隔膜", 0, gaps=gaps))

    assert face.badge.text == "单一来源"
    assert face.tone == "weak"


def test_too_little_data_is_not_called_a_gap():
    page = draw_chain_map(small_map(gaps=(Gap("b", "缺链", "数据不足"),)))

    assert "数据不足" in page
    assert 'class="card unknown"' in page
    assert 'class="card missing"' not in page


def test_a_mismatch_shows_its_coverage_as_a_bar():
    gap = Gap("p", "产能不匹配", "gap", demand=102.0, supply=5.6, unit="GW", coverage=0.055)

    face = draw_face(Card("Product:p", "切片", 0, gaps=(gap,)))

    assert face.bar == pytest.approx(0.055)
    assert face.bar_text == "供 5.6 / 需 102 GW"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (None, "—"),
        (0, "0"),
        (5.6, "5.6"),
        (145000, "14.5 万"),
        (3.2e8, "3.2 亿"),
        (0.0012, "0.0012"),
    ],
)
def test_amounts_are_written_as_people_do(value, told):
    assert amount(value) == told


@pytest.mark.parametrize(
    ("value", "told"), [(None, "—"), (0.0, "0%"), (0.055, "5.5%"), (0.42, "42%"), (1.0, "100%")]
)
def test_shares_are_written_as_percent(value, told):
    assert percent(value) == told
