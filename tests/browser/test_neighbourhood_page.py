"""The neighbourhood page in a real browser: vis-network inlined, nothing else loaded."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from sample_pages import FACTS, HOSTILE

from chainmap.views.model import Decision, Neighbour, NeighbourhoodModel, Origin, Tie
from chainmap.views.neighbourhood import draw_neighbourhood

pytestmark = pytest.mark.browser


def sample(names: tuple[str, ...] = (), count: int = 30) -> NeighbourhoodModel:
    nodes = [
        Neighbour("Company:0", "青海示例锂能科技有限公司", "示例锂能", True, 0, 0, "链主", True),
        Neighbour("Product:0", "磷酸铁锂正极材料", "磷酸铁锂正极材料", False, 1, 1),
        Neighbour("Product:1", "碳酸锂", "碳酸锂", False, -1, 1),
    ]  # fmt: skip
    ties = [Tie("Company:0", "Product:0", "PRODUCES", "2 万 吨")]
    ties.append(Tie("Product:1", "Company:0", "REQUIRES", "5 吨"))
    for k in range(1, count - 2):
        name = names[k % len(names)] if names else f"第{k:03}号锂业有限公司"
        upstream = k % 2 == 0
        nodes.append(
            Neighbour(
                f"Company:{k}",
                name,
                name,
                True,
                -2 if upstream else 3,
                2,
                details=(("所在", name),),
                origins=(Origin("企业.xlsx", "企业", k),),
            )
        )
        ties.append(
            Tie(f"Company:{k}", "Product:1", "PRODUCES")
            if upstream
            else Tie("Product:0", f"Company:{k}", "REQUIRES", name)
        )
    return NeighbourhoodModel(
        "Company:0", "青海示例锂能科技有限公司", tuple(nodes), tuple(ties), 7, FACTS
    )


def place_of(page, k):
    return page.evaluate(
        "k => { const p = chainmapNetwork.canvasToDOM(chainmapNetwork.getPosition(k));"
        " const b = document.getElementById('net').getBoundingClientRect();"
        " return [p.x + b.left, p.y + b.top]; }",
        k,
    )


@pytest.mark.parametrize("count", [3, 30, 300])
def test_all_nodes_stand_where_they_were_put(open_page, count):
    page = open_page(draw_neighbourhood(sample(count=count)))

    ids = page.evaluate("chainmapNetwork.body.data.nodes.getIds().length")
    assert ids == count
    assert page.evaluate("chainmapNetwork.physics.physicsEnabled") is False
    lefts = page.evaluate("[3, 2, 0, 1].map(k => k in chainmapNetwork.body.nodes"
                          " ? chainmapNetwork.getPosition(k).x : null)")  # fmt: skip
    assert lefts[1] < lefts[2] < lefts[3]


def test_no_two_labels_overlap(open_page):
    page = open_page(draw_neighbourhood(sample(HOSTILE, 60)))

    overlapping = page.evaluate(
        """() => { const boxes = chainmapNetwork.body.nodeIndices
               .map(id => chainmapNetwork.getBoundingBox(id));
             return boxes.filter((a, i) => boxes.slice(i + 1).some(b =>
               Math.min(a.right, b.right) > Math.max(a.left, b.left) &&
               Math.min(a.bottom, b.bottom) > Math.max(a.top, b.top))).length; }"""
    )
    assert overlapping == 0


def test_a_click_shows_relations_with_their_source(open_page):
    page = open_page(draw_neighbourhood(sample()))

    page.mouse.click(*place_of(page, 4))

    panel = page.locator("#panel section:not([hidden])")
    assert panel.locator("h2").inner_text() == "第002号锂业有限公司"
    assert "企业.xlsx" in panel.inner_text()
    assert "碳酸锂" in panel.inner_text()


def test_hovering_shows_the_full_name_in_chinese(open_page):
    page = open_page(draw_neighbourhood(sample()))

    page.mouse.move(*place_of(page, 4))

    tip = page.locator("div.vis-tooltip")
    tip.wait_for(state="visible")
    assert tip.inner_text() == "第002号锂业有限公司\n所在：第002号锂业有限公司"


def test_search_finds_and_enter_chooses(open_page):
    page = open_page(draw_neighbourhood(sample()))

    page.fill("#search", "第005号")
    assert page.locator("#found").inner_text() == "1 个"
    page.press("#search", "Enter")

    assert page.locator("#panel section:not([hidden]) h2").inner_text() == "第005号锂业有限公司"


def test_what_was_left_out_is_said(open_page):
    page = open_page(draw_neighbourhood(sample()))

    assert page.locator(".notice").inner_text() == "只画最近的 30 个，另有 7 个未画出"


def test_the_list_stands_in_for_the_picture(open_page):
    page = open_page(draw_neighbourhood(sample()), (1366, 768))

    page.click("#panel-switch")
    page.locator("#overview").get_by_role("button", name="碳酸锂").click()

    assert page.locator("#panel section:not([hidden]) h2").inner_text() == "碳酸锂"


def test_the_picture_can_be_saved(open_page, tmp_path):
    page = open_page(draw_neighbourhood(sample()))

    with page.expect_download() as got:
        page.click("#save-png")

    got.value.save_as(tmp_path / "near.png")
    assert (tmp_path / "near.png").read_bytes()[:4] == b"\x89PNG"
    assert got.value.suggested_filename == "青海示例锂能科技有限公司.png"


def test_hostile_names_are_only_text(open_page):
    page = open_page(draw_neighbourhood(sample(HOSTILE)))

    for k in range(3, 14):
        page.mouse.move(*place_of(page, k))
        page.locator("div.vis-tooltip").wait_for(state="visible")
        page.mouse.click(*place_of(page, k))

    assert page.evaluate("window.pwned") is None
    assert page.locator("img, iframe, object, embed, form").count() == 0


def test_it_prints(open_page, tmp_path):
    page = open_page(draw_neighbourhood(sample()))

    page.pdf(path=str(tmp_path / "near.pdf"), prefer_css_page_size=True)

    pdf = (tmp_path / "near.pdf").read_bytes()
    assert len(re.findall(rb"/Type\s*/Page[^s]", pdf)) == 1


def test_what_was_decided_is_listed_and_leads_to_the_firm(open_page):
    ends = "Company:0", "Company:3"
    model = replace(
        sample(),
        decided=(
            Decision(ends, ("甲", "第003号锂业有限公司"), "排除", "2026-03-02", "", "质量", "张处"),
            Decision(
                ("Company:0", "Company:far"), ("甲", HOSTILE[0]), "待核", "2026-03-01", "碳酸锂"
            ),
        ),
    )
    page = open_page(draw_neighbourhood(model))

    told = page.locator("#overview .decided li")
    assert told.count() == 2
    assert "排除 2026-03-02：质量（张处）" in told.nth(0).inner_text()
    assert HOSTILE[0].strip() in told.nth(1).inner_text()
    assert told.nth(1).locator("button").count() == 0
    told.nth(0).locator("button").click()
    panel = page.locator("#panel section:not([hidden])")
    assert panel.locator("h2").inner_text() == "第003号锂业有限公司"
