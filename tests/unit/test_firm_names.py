"""Company names taken apart."""

import pytest

from chainmap.link.firm_names import firm_key, parse_firm_name, place_code


def parts(text: str) -> tuple[str, str, str, str]:
    name = parse_firm_name(text)
    return name.region, name.trade, name.industry, name.form


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("青海昆仑锂能科技有限公司", ("630000", "昆仑", "锂能科技", "有限公司")),
        ("青海省西宁市城东区昆仑锂能科技有限责任公司", ("630102", "昆仑", "锂能科技", "有限公司")),
        ("西宁经济技术开发区昆仑锂能有限公司", ("630100", "昆仑", "锂能", "有限公司")),
        ("格尔木藏格钾肥有限公司", ("632801", "藏格", "钾肥", "有限公司")),
        ("海西州昆仑锂业股份公司", ("632800", "昆仑", "锂业", "股份有限公司")),
        ("盐湖股份", ("", "盐湖", "", "股份有限公司")),
        ("青海盐湖工业股份", ("630000", "盐湖", "工业", "股份有限公司")),
        ("大通县兴农种植农民专业合作社", ("630121", "兴农", "种植", "合作社")),
        ("西宁市城东区老王锂电池厂", ("630102", "老王", "锂电池", "厂")),
        ("西宁特钢", ("630100", "西宁", "特钢", "")),
        ("东方电气", ("", "东方", "电气", "")),
        ("青海", ("", "青海", "", "")),
        ("🙂", ("", "🙂", "", "")),
        ("", ("", "", "", "")),
        ("ACME Textile Co., Ltd.", ("", "acmetextile", "", "ltd")),
        ("Zinc", ("", "zinc", "", "")),
    ],
)
def test_parts(text: str, expected: tuple[str, str, str, str]) -> None:
    assert parts(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("青海东方锂业（集团）有限公司", "青海 东方锂业集团有限责任公司"),
        ("青海東方鋰業(集團)有限公司", "青海东方锂业（集团）有限公司"),
        ("ＡＢ昆仑锂能有限公司", "AB昆仑锂能有限公司"),
        ("昆仑锂能有限公司西宁分公司", "昆仑锂能有限责任公司（西宁分公司）"),
        ("昆仑（西宁）锂能有限公司", "昆仑锂能（西宁）有限公司"),
        ("昆仑锂能有限公司第二分厂", "昆仑锂能有限公司二分厂"),
        ("昆仑锂能有限公司（Kunlun Co., Ltd.）", "昆仑锂能有限公司"),
        ("昆仑锂能有限公司（原昆仑锂业厂）", "昆仑锂能有限公司"),
        ("*ST昆仑锂能有限公司", "昆仑锂能有限公司"),
        ("A昆仑锂能有限公司", "昆仑锂能有限公司"),
    ],
)
def test_spellings_of_one_name_have_one_canon(one: str, other: str) -> None:
    assert parse_firm_name(one).canon == parse_firm_name(other).canon


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("昆仑锂能有限公司", "昆仑锂能股份有限公司"),
        ("昆仑锂能集团有限公司", "昆仑锂能有限公司"),
        ("昆仑锂能控股有限公司", "昆仑锂能集团有限公司"),
        ("昆仑锂能有限公司西宁分公司", "昆仑锂能有限公司"),
        ("昆仑锂能一厂", "昆仑锂能二厂"),
        ("比亚迪（南川项目）", "比亚迪"),
        ("青海昆仑锂能有限公司", "江西昆仑锂能有限公司"),
    ],
)
def test_different_names_have_different_canons(one: str, other: str) -> None:
    assert parse_firm_name(one).canon != parse_firm_name(other).canon


@pytest.mark.parametrize(
    ("text", "mark", "trade"),
    [
        ("*ST盐湖", "*ST", "盐湖"),
        ("ST 盐湖", "ST", "盐湖"),
        ("N华锂", "N", "华锂"),
        ("A青海昆仑锂能", "A", "昆仑"),
        ("KUNLUN昆仑锂能有限公司", "KUNLUN", "昆仑"),
        ("TCL科技集团股份有限公司", "", "tcl"),
        ("示例·泽坤锂盐有限公司", "示例", "泽坤"),
        ("万科A", "", "万科"),
    ],
)
def test_marks_before_a_name(text: str, mark: str, trade: str) -> None:
    name = parse_firm_name(text)
    assert (name.prefix_mark, name.trade) == (mark, trade)


@pytest.mark.parametrize(
    ("text", "former"),
    [
        ("昆仑锂能有限公司（原昆仑锂业有限公司）", "昆仑锂业有限公司"),
        ("昆仑锂能有限公司(曾用名：昆仑锂业厂)", "昆仑锂业厂"),
        ("昆仑锂能有限公司（2016年更名，原昆仑锂业厂）", "昆仑锂业厂"),
    ],
)
def test_former_names_in_brackets(text: str, former: str) -> None:
    assert parse_firm_name(text).former == (former,)


def test_place_inside_is_the_seat() -> None:
    name = parse_firm_name("江苏恒瑞（青海）有限公司")
    assert (name.region, name.trade, name.place_inside) == ("630000", "江苏恒瑞", True)
    assert parse_firm_name("中复神鹰碳纤维西宁有限公司").place_inside


def test_place_names_alone() -> None:
    assert place_code("江阴") == "320281"
    assert place_code("青海省西宁市城东区") == "630102"
    assert place_code("南川项目") == ""


@pytest.mark.parametrize(
    "text",
    ["昆仑（集团", "昆仑）", "（）", "(((", "有限公司", "第一分公司", "*ST", "x" * 5000, "示例"],
)
def test_odd_names_do_not_break(text: str) -> None:
    assert parse_firm_name(text).key == firm_key(text)
