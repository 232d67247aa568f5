"""The chain map in a real browser: search, filters, panels, keyboard, export, print."""

from __future__ import annotations

import dataclasses
import re
import xml.etree.ElementTree as ET

import pytest
from sample_pages import TIERS, hostile_chain, lithium_chain

from chainmap.views.chain_map import draw_chain_map
from chainmap.views.model import Card, ChainMapModel, Link

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def lithium() -> str:
    return draw_chain_map(lithium_chain())


def card(page, name):
    return page.locator(f'.card[aria-label^="{name} "]')


def shown_panel(page):
    return page.locator("#panel section:not([hidden])")


def bright(page):
    return page.locator("#map .card:not(.faded)").count()


@pytest.mark.parametrize("size", [(1366, 768), (1600, 900), (1920, 1080)])
def test_the_map_fills_the_window_without_scroll_bars(open_page, lithium, size):
    page = open_page(lithium, size)

    assert page.locator("#map .card").count() == 30
    assert page.locator("#map .link").count() == 33
    assert page.evaluate("document.documentElement.scrollWidth") == size[0]
    assert page.evaluate("document.documentElement.scrollHeight") == size[1]
    first = card(page, "盐湖卤水").bounding_box()
    assert first["x"] >= 0
    assert first["width"] > 120
    assert page.locator("footer.legend").is_visible()


def test_every_text_on_a_card_stays_inside_it(open_page, lithium):
    page = open_page(lithium)

    outside = page.evaluate(
        """() => Array.from(document.querySelectorAll('#map .card')).filter(card => {
             const face = card.querySelector('.face').getBoundingClientRect();
             return Array.from(card.querySelectorAll('text')).some(text => {
               const box = text.getBoundingClientRect();
               return box.right > face.right + 1 || box.bottom > face.bottom + 1;
             });
           }).map(card => card.getAttribute('aria-label'))"""
    )
    assert outside == []


def test_texts_on_a_card_do_not_overlap(open_page, lithium):
    page = open_page(lithium)

    overlapping = page.evaluate(
        """() => Array.from(document.querySelectorAll('#map .card')).filter(card => {
             const boxes = Array.from(card.querySelectorAll('text'))
               .map(text => text.getBoundingClientRect());
             return boxes.some((a, i) => boxes.slice(i + 1).some(b =>
               Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
               Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4));
           }).map(card => card.getAttribute('aria-label'))"""
    )
    assert overlapping == []


def test_a_click_opens_the_panel_and_lights_what_is_up_and_downstream(open_page, lithium):
    page = open_page(lithium)

    card(page, "磷酸铁").locator(".name").click()

    panel = shown_panel(page)
    assert panel.locator("h2").inner_text() == "磷酸铁"
    assert "产业链.xlsx" in panel.inner_text()
    lit = {"磷矿石", "磷酸铁", "磷酸铁锂正极", "电芯", "电池包", "储能系统"}
    for name in lit:
        assert "faded" not in card(page, name).get_attribute("class")
    assert "faded" in card(page, "萤石").get_attribute("class")
    assert page.locator("#map .link.up").count() == 1
    assert page.locator("#map .link.down").count() == 8


def test_a_loop_is_shown_but_not_walked_through(open_page, lithium):
    page = open_page(lithium)

    card(page, "电池回收").locator(".name").click()

    assert "faded" not in card(page, "碳酸锂").get_attribute("class")
    assert page.locator("#map .link.back.returns:not(.faded)").count() == 1
    assert "faded" in card(page, "新能源汽车").get_attribute("class")


def test_the_panel_shows_the_sum_of_a_gap(open_page, lithium):
    page = open_page(lithium)

    card(page, "电芯").locator(".name").click()

    text = shown_panel(page).inner_text()
    assert "产能不匹配" in text
    assert "37.5 ÷ 102 = 37%" in text
    assert "园区总产能 37.5 GWh（官方口径）" in text


def test_a_company_chip_shows_all_its_products(open_page, lithium):
    page = open_page(lithium)

    card(page, "锂辉石精矿").locator('.chip:has-text("赣锋锂业")').click()

    assert "赣锋锂业" in shown_panel(page).locator("h2").inner_text()
    assert bright(page) == 2


def test_links_in_the_panel_lead_on(open_page, lithium):
    page = open_page(lithium)
    card(page, "电芯").locator(".name").click()

    shown_panel(page).get_by_role("button", name="储能系统").click()

    assert shown_panel(page).locator("h2").inner_text() == "储能系统"


@pytest.mark.parametrize(("name", "count"), [("gap", 14), ("leader", 14), ("local", 12)])
def test_a_filter_leaves_what_it_names_and_lets_go_again(open_page, lithium, name, count):
    page = open_page(lithium)
    expected = page.locator(f'#map .card[data-f~="{name}"]').count()
    button = page.locator(f'[data-filter="{name}"]')

    button.click()
    assert bright(page) == expected == count
    assert button.get_attribute("aria-pressed") == "true"
    assert page.locator("#found").inner_text() == f"{count} 个产品"

    button.click()
    assert bright(page) == 30


def test_search_finds_products_and_companies(open_page, lithium):
    page = open_page(lithium)

    page.fill("#search", "宁德")
    assert page.locator("#found").inner_text() == "没有找到"

    page.fill("#search", "时代新能源")
    assert page.locator("#map .card.hit").count() == 2

    page.press("#search", "Enter")
    assert shown_panel(page).locator("h2").inner_text() == "电芯"

    page.click("#reset")
    assert bright(page) == 30
    assert page.input_value("#search") == ""
    assert shown_panel(page).get_attribute("id") == "overview"


def test_the_keyboard_is_enough(open_page, lithium):
    page = open_page(lithium, (1366, 768))

    card(page, "电池回收").focus()
    page.keyboard.press("Enter")
    assert shown_panel(page).locator("h2").inner_text() == "电池回收"
    assert card(page, "电池回收").get_attribute("aria-pressed") == "true"

    page.keyboard.press("Escape")
    assert bright(page) == 30

    before = page.locator("#map").get_attribute("viewBox")
    page.keyboard.press("+")
    assert page.locator("#map").get_attribute("viewBox") != before
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"


def test_a_drag_moves_the_map_and_chooses_nothing(open_page, lithium):
    page = open_page(lithium)
    box = card(page, "电芯").bounding_box()
    before = page.locator("#map").get_attribute("viewBox")

    page.mouse.move(box["x"] + 30, box["y"] + 12)
    page.mouse.down()
    page.mouse.move(box["x"] - 170, box["y"] - 40, steps=4)
    page.mouse.up()

    assert page.locator("#map").get_attribute("viewBox") != before
    assert shown_panel(page).get_attribute("id") == "overview"


def test_the_svg_export_stands_alone(open_page, lithium, tmp_path):
    page = open_page(lithium)
    card(page, "电芯").locator(".name").click()

    with page.expect_download() as got:
        page.click("#save-svg")

    path = tmp_path / "saved.svg"
    got.value.save_as(path)
    root = ET.fromstring(path.read_text(encoding="utf-8"))  # noqa: S314 -- our own page wrote it
    assert got.value.suggested_filename == "锂电池.svg"
    assert root.tag.endswith("svg")
    assert ".card .name" in path.read_text(encoding="utf-8")
    assert path.read_text(encoding="utf-8").count('class="face"') == 30


def test_the_png_export_is_a_picture_of_the_whole_map(open_page, lithium, tmp_path):
    page = open_page(lithium, (1366, 768))

    with page.expect_download() as got:
        page.click("#save-png")

    path = tmp_path / "saved.png"
    got.value.save_as(path)
    data = path.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(data[16:20], "big") > 2000
    assert len(data) > 100_000


def test_it_prints_on_one_landscape_a3_page(open_page, lithium, tmp_path):
    page = open_page(lithium)

    page.pdf(path=str(tmp_path / "map.pdf"), prefer_css_page_size=True, print_background=True)

    pdf = (tmp_path / "map.pdf").read_bytes()
    assert len(re.findall(rb"/Type\s*/Page[^s]", pdf)) == 1
    width, height = re.search(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", pdf).groups()
    assert (round(float(width)), round(float(height))) == (1191, 842)


def test_hostile_names_are_only_text(open_page):
    page = open_page(draw_chain_map(hostile_chain()))

    for k in range(page.locator("#map .card").count()):
        page.locator("#map .card").nth(k).focus()
        page.keyboard.press("Enter")
        page.locator("#map .card").nth(k).locator(".name").hover()
    page.fill("#search", "<script>")

    assert page.evaluate("window.pwned") is None
    assert page.locator("#map .card.hit").count() == 2
    assert page.locator("img, iframe, object, embed, form").count() == 0


def test_without_scripts_the_map_is_still_there(browser, lithium, tmp_path):
    path = tmp_path / "plain.html"
    path.write_text(lithium, encoding="utf-8")
    context = browser.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()

    page.goto(path.as_uri())

    assert page.locator("#map .card").count() == 30
    assert card(page, "电芯").is_visible()
    context.close()


@pytest.mark.parametrize("count", [10, 200])
def test_small_and_large_chains_open(open_page, count):
    cards = tuple(Card(f"Product:{k}", f"产品{k}", k * 6 // count) for k in range(count))
    links = tuple(Link(f"Product:{k}", f"Product:{k + 3}") for k in range(count - 3))
    model = ChainMapModel("大链", TIERS, cards, links)

    page = open_page(draw_chain_map(model))

    assert page.locator("#map .card").count() == count
    page.locator("#map .card").nth(count - 1).focus()
    page.keyboard.press("Enter")
    assert shown_panel(page).locator("h2").inner_text() == f"产品{count - 1}"


def test_an_empty_chain_opens(open_page):
    page = open_page(draw_chain_map(dataclasses.replace(lithium_chain(), cards=(), links=())))

    assert "所在环节" in page.locator(".empty").inner_text()


def test_it_keeps_the_rules_for_accessible_names(open_page, lithium):
    page = open_page(lithium)

    nameless = page.evaluate(
        """() => Array.from(document.querySelectorAll('button, input, [tabindex="0"]'))
             .filter(e => e.offsetParent !== null || e.ownerSVGElement)
             .filter(e => !(e.getAttribute('aria-label') || e.textContent.trim()))
             .map(e => e.outerHTML.slice(0, 80))"""
    )
    assert nameless == []
    assert page.locator("#map").get_attribute("role") == "group"
    assert page.locator("h1").count() == 1
