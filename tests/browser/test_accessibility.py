"""axe-core on every kind of page: no finding at WCAG A or AA.

axe-core (MPL-2.0) does not travel with chainmap: CHAINMAP_TEST_AXE names an ``axe.min.js`` got
with ``npm pack axe-core``; without it these tests are skipped and say so.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from sample_pages import lithium_chain
from test_neighbourhood_page import sample

from chainmap.report.index import Cell, ChainRow, Cover, FileLine, FindingLine, GapLine, Pair
from chainmap.views.chain_map import draw_chain_map
from chainmap.views.cover import draw_cover
from chainmap.views.neighbourhood import draw_neighbourhood

pytestmark = pytest.mark.browser

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]


@pytest.fixture(scope="module")
def axe() -> str:
    path = os.environ.get("CHAINMAP_TEST_AXE", "")
    if not path:
        pytest.skip("CHAINMAP_TEST_AXE does not name an axe.min.js")
    return Path(path).read_text(encoding="utf-8")


def small_cover() -> str:
    cells = tuple(
        Cell(f"环节{k}", "上游", 4, 5, local, gaps, has_leader=k == 0)
        for k, (local, gaps) in enumerate([(0, 4), (2, 3), (2, 1), (2, 0)])
    )
    cover = Cover(
        figures=(("firms", 3), ("gaps", 2)),
        gap_counts=(("缺链", 2),),
        chains=(ChainRow("锂电", "图谱/锂电.html", 16, 5, 2, 3, cells),),
        pairs=(
            Pair(1, "甲", "乙", "隔膜", 0.8, (("产品对口", 0.5), ("距离近", 0.3)), ("理由",),
                 ("需求.xlsx / 需求 / 第 4 行",), "企业规模", ""),
        ),
        n_pairs=9,
        gaps=(GapLine("隔膜", "锂电", "缺链", 0.5, 5.0, 1.0, "吨", 0.2, ("没有企业",), ("丙",)),),
        n_gaps=4,
        leaders=(),
        files=(FileLine("run.json", "运行记录", 2048),),
        findings=(FindingLine("warning", "V1", 2, "单位缺失", "补上", "a.xlsx / s / 第 3 行"),),
    )  # fmt: skip
    return draw_cover(cover, "西宁市产业链报告", lithium_chain().facts)


PAGES = {
    "map": lambda: draw_chain_map(lithium_chain()),
    "neighbourhood": lambda: draw_neighbourhood(sample()),
    "cover": small_cover,
}


@pytest.mark.parametrize("kind", sorted(PAGES))
def test_axe_finds_nothing(open_page, axe, kind):
    page = open_page(PAGES[kind]())
    if kind == "map":
        page.locator("#map .card").first.focus()
        page.keyboard.press("Enter")
        page.click("#reset")

    page.evaluate(axe)
    found = page.evaluate("tags => axe.run({runOnly: tags})", WCAG)["violations"]

    told = [(v["id"], v["help"], [n["html"][:160] for n in v["nodes"][:5]]) for v in found]
    assert told == []


def test_the_cover_opens_and_prints(open_page, tmp_path):
    page = open_page(small_cover())

    assert page.locator(".heatmap td").count() == 4
    assert page.evaluate("document.documentElement.scrollWidth") == 1600
    page.pdf(path=str(tmp_path / "cover.pdf"), prefer_css_page_size=True)
    assert (tmp_path / "cover.pdf").stat().st_size > 10_000
