"""A mapping turns tables of any layout into named tables and accounts for every row."""

from pathlib import Path

import pytest

from chainmap.errors import ConfigError
from chainmap.ingest.mapping import apply_mapping, read_mapping
from chainmap.ingest.read import read_files
from chainmap.resources import data_folder
from chainmap.schema import load_schema

SCHEMA = load_schema()
MAPPINGS = data_folder("seed_data") / "mappings"
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"

FIRMS = """\
[[table]]
file = "firms.csv"
to = "Company"
[table.columns]
name = "Firm"
"""


def mapping(tmp_path, text, head='format = "chainmap.mapping/1"\n'):
    path = tmp_path / "m.toml"
    path.write_text(head + text, encoding="utf-8")
    return read_mapping(path, SCHEMA)


def tables(tmp_path, **files):
    folder = tmp_path / "in"
    folder.mkdir()
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    raws, _, findings = read_files([folder])
    assert findings == []
    return raws


def apply(tmp_path, text, **files):
    raws = tables(tmp_path, **files)
    named, findings = apply_mapping(raws, mapping(tmp_path, text), SCHEMA)
    return named, findings, [f.rule for f in findings]


def test_columns_constants_units_and_translations_fill_attributes(tmp_path):
    (table,), _, rules = apply(
        tmp_path,
        """
[[table]]
file = "firms.csv"
to = "Company"
key = "id"
[table.columns]
name = "Firm"
registered_capital_cny = { column = "Capital", unit = "万元" }
region = { column = "Country", values = { PRC = "CHN" } }
size_class = { column = "Size", values = { big = "大型" }, otherwise = "" }
address = { columns = ["City", "Street"], format = "{City} {Street}" }
[table.constants]
citation = "名录"
""",
        firms="id,Firm,Capital,Country,Size,City,Street\n"
        "f1,甲,5,PRC,big,西宁,一路\nf2,乙,,USA,odd,,二路\n",
    )

    assert rules == []
    assert table.frame.astype(object).where(table.frame.notna(), None).to_dict("records") == [
        {
            "name": "甲",
            "registered_capital_cny": "5",
            "region": "CHN",
            "size_class": "大型",
            "address": "西宁 一路",
            "own_key": "f1",
            "citation": "名录",
        },
        {
            "name": "乙",
            "registered_capital_cny": None,
            "region": "USA",
            "size_class": None,
            "address": None,
            "own_key": "f2",
            "citation": "名录",
        },
    ]
    assert table.units["registered_capital_cny"] == "万元"
    assert (table.headers["region"], table.headers["address"]) == ("Country", "City + Street")
    assert table.headers["citation"] == ""


def test_one_table_feeds_several_targets_and_left_out_rows_are_named(tmp_path):
    named, (finding,), _ = apply(
        tmp_path,
        """
[[table]]
file = "links.csv"
to = "INPUT_TO"
where = [{ column = "kind", equals = "in" }]
columns = { source = "a", target = "b" }
[[table]]
file = "links.csv"
to = "SUPPLIES"
where = [{ column = "kind", starts_with = "sup" }]
columns = { source = "a", target = "b" }
""",
        links="a,b,kind\n1,2,in\n3,4,supply\n5,6,other\n7,8,\n9,0,in\n",
    )

    assert [(t.owner, t.rows.tolist(), t.filtered) for t in named] == [
        ("INPUT_TO", [2, 6], 3),
        ("SUPPLIES", [3], 4),
    ]
    assert (finding.rule, finding.params["rows"]) == ("M-rows-left-out", "4-5")


@pytest.mark.parametrize(
    ("condition", "rows"),
    [
        ('equals = "x"', [2]),
        ('not_equals = "x"', [3, 4]),
        ('in = ["x", "y"]', [2, 3]),
        ('not_in = ["x", "y"]', [4]),
        ('starts_with = "y"', [3]),
        ('not_starts_with = "y"', [2, 4]),
        ("filled = true", [2, 3]),
        ("filled = false", [4]),
    ],
)
def test_each_condition_keeps_its_rows(tmp_path, condition, rows):
    text = FIRMS.replace(
        "[table.columns]", f'where = [{{ column = "k", {condition} }}]\n[table.columns]'
    )

    (table,), _, _ = apply(tmp_path, text, firms="Firm,k\n甲, x \n乙,y\n丙,\n")

    assert table.rows.tolist() == rows


def test_a_lookup_takes_the_value_from_another_table_and_names_what_it_misses(tmp_path):
    named, findings, rules = apply(
        tmp_path,
        """
[[table]]
file = "links.csv"
to = "PRODUCES"
[[table.where]]
column = "f"
equals = "org"
lookup = { file = "firms.csv", key = "id", value = "type" }
[table.columns]
source = { column = "f", lookup = { file = "firms.csv", key = "id", value = "Firm" } }
target = { column = "p", lookup = { file = "goods.csv", key = "id", value = "name" } }
[[ignore]]
file = "firms.csv"
reason = "只用来查"
[[ignore]]
file = "goods.csv"
""",
        firms="id,Firm,type\n1,甲,org\n2,中国,country\n",
        goods="id,name\n7,电池\n",
        links="f,p\n1,7\n2,7\n1,8\n",
    )

    (table,) = named
    assert table.frame["source"].tolist() == ["甲", "甲"]
    assert table.frame["target"].isna().tolist() == [False, True]
    assert rules == ["M-lookup-miss", "M-rows-left-out", "M-ignored", "M-ignored"]
    assert (findings[0].row, findings[0].value) == (4, "8")


def test_the_header_row_may_be_told(tmp_path):
    text = FIRMS.replace("[table.columns]", "header_row = 3\n[table.columns]")

    (table,), _, _ = apply(tmp_path, text, firms="Firm,x\na,b\nFirm,y\n甲,1\n")

    assert (table.frame["name"].tolist(), table.rows.tolist()) == (["甲"], [4])


def test_a_column_that_the_table_lacks_is_an_error_unless_optional(tmp_path):
    text = FIRMS + 'address = "Adress"\nlongitude = { column = "lng", optional = true }\n'

    named, (finding,), _ = apply(tmp_path, text, firms="Firm,Address\n甲,路\n")

    assert named == []
    assert (finding.rule, finding.column) == ("M-column-missing", "Adress")
    assert "Address" in finding.message


def test_an_optional_column_that_is_absent_is_left_out(tmp_path):
    text = FIRMS + 'longitude = { column = "lng", optional = true }\n'

    (table,), _, rules = apply(tmp_path, text, firms="Firm\n甲\n")

    assert (list(table.frame), rules) == (["name"], [])


def test_a_table_the_folder_lacks_is_a_warning(tmp_path):
    text = FIRMS + '[[table]]\nfile = "goods*.csv"\nto = "Product"\ncolumns = { name = "n" }\n'

    named, (finding,), _ = apply(tmp_path, text, firms="Firm\n甲\n")

    assert len(named) == 1
    assert (finding.rule, finding.severity) == ("M-table-missing", "warning")
    assert "goods*.csv" in finding.message


def test_tables_the_mapping_does_not_know_are_matched_by_their_headers(tmp_path):
    named, _, rules = apply(
        tmp_path,
        FIRMS,
        firms="Firm\n甲\n",
        产品="产品编码,产品\nX,电池\n",
        weather="day,rain\n1,2\n",
    )

    assert [t.owner for t in named] == ["Company", "Product"]
    assert rules == ["H-unknown-table"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (FIRMS.replace("file", "fil"), "第 3 行：[[table]] 中不认得 fil（是不是 file？）"),
        (FIRMS.replace("Company", "Compny"), "没有 Compny（是不是 Company？）"),
        (FIRMS.replace("name =", "nmae ="), "第 6 行：Company 没有属性 nmae（是不是 name？）"),
        (FIRMS.replace('name = "Firm"', 'address = "a"'), "Company 必须给出 name（企业名称）"),
        (FIRMS + "[table.constants]\nname = 'x'\n", "各写了一次"),
        (FIRMS.replace('"Firm"', '{ colum = "Firm" }'), "name 中不认得 colum（是不是 column？）"),
        (FIRMS.replace('"Firm"', '{ columns = ["a", "b"] }'), "写 columns 和 format"),
        (FIRMS.replace('"Firm"', '{ column = "a", format = "{b}" }'), "{b} 不在 columns"),
        (FIRMS.replace('"Firm"', "['a']"), "name 应是文字"),
        (
            FIRMS.replace("[table.columns]", "where = [{column = 'a'}]\n[table.columns]"),
            "恰好写一个",
        ),
        (FIRMS.replace("[table.columns]", "header_row = 0\n[table.columns]"), "从 1 起"),
        (FIRMS.replace("[table.columns]", "optional = 1\n[table.columns]"), "true 或 false"),
        (FIRMS + "[[ignore]]\nreason = 'x'\n", "缺少 file"),
        (FIRMS + "[[tabel]]\n", "不认得 tabel（是不是 table？）"),
        ("", "没有任何 [[table]]"),
        ("= 3", "不是有效的 TOML"),
        ("table = 3", "[[table]]"),
    ],
)
def test_a_mistake_in_the_mapping_is_told_with_line_and_way_out(tmp_path, text, told):
    with pytest.raises(ConfigError) as refusal:
        mapping(tmp_path, text)

    assert told in str(refusal.value)
    assert "m.toml" in str(refusal.value)


def test_a_mapping_of_another_version_or_no_file_is_refused(tmp_path):
    with pytest.raises(ConfigError, match=r"chainmap\.mapping/1"):
        mapping(tmp_path, FIRMS, head='format = "2"\n')
    with pytest.raises(ConfigError, match="无法读取"):
        read_mapping(tmp_path / "no.toml", SCHEMA)


@pytest.mark.parametrize("path", sorted(MAPPINGS.glob("*.toml")), ids=lambda p: p.name)
def test_the_mappings_that_ship_fit_the_schema(path):
    assert read_mapping(path, SCHEMA).tables


@pytest.mark.skipif(not (SHARED / "eto_2022").is_dir(), reason="ETO data is not on this machine")
def test_eto_2022_is_read_with_exact_counts():
    raws, _, trouble = read_files([SHARED / "eto_2022"])
    named, findings = apply_mapping(raws, read_mapping(MAPPINGS / "eto_2022.toml", SCHEMA), SCHEMA)

    assert trouble == []
    counts = {(t.owner, t.file): (len(t), t.filtered) for t in named}
    assert counts == {
        ("Region", "providers.csv"): (19, 275),
        ("Company", "providers.csv"): (274, 20),
        ("IndustryChain", "stages.csv"): (1, 2),
        ("Segment", "stages.csv"): (3, 0),
        ("Product", "inputs.csv"): (79, 0),
        ("INPUT_TO", "sequence.csv"): (62, 31),
        ("Product", "sequence.csv"): (31, 62),
        ("PRODUCES", "provision.csv"): (391, 269),
        ("HAS_SHARE", "provision.csv"): (196, 464),
    }
    inputs = next(t for t in named if t.file == "inputs.csv")
    provided = next(t for t in named if t.owner == "PRODUCES")
    assert provided.frame["target"].isin(inputs.frame["code"]).sum() == 365
    assert [f.rule for f in findings] == ["M-rows-left-out", "M-rows-left-out", "M-ignored"]


@pytest.mark.skipif(not (SHARED / "osh_lists").is_dir(), reason="OSH lists are not on this machine")
def test_the_osh_lists_are_read_whole():
    raws, records, trouble = read_files([SHARED / "osh_lists"])
    named, findings = apply_mapping(raws, read_mapping(MAPPINGS / "osh_lists.toml", SCHEMA), SCHEMA)

    assert (trouble, findings) == ([], [])
    assert len(named) == len(records) == 29
    assert {t.owner for t in named} == {"Company"}
    assert sum(map(len, named)) == sum(len(r) for r in raws) - len(raws)
