"""The schema refuses nonsense when it is read, and says where."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from chainmap.errors import SchemaError
from chainmap.resources import data_folder
from chainmap.schema import Dtype, Flow, load_schema, node_id, read_schema

NODES = "label,zh,key,sheet,description\nFirm,企业,name,企业,一家企业\n"
EDGES = "type,source,target,key,flow,zh,sheet,description\nKNOWS,Firm,Firm,,,认识,,两家企业认识\n"
HEADER = (
    "owner,attribute,zh,headers,dtype,unit,template_unit,required,default,allowed,refers,private,"
    "description,source\n"
)
NAME = "Firm,name,名称,名称|全称,text,,,yes,,,,,名称,\n"


def written(folder: Path, *, nodes: str = NODES, edges: str = EDGES, rows: str = NAME) -> Path:
    """Write the three files with the given content."""
    (folder / "nodes.csv").write_text(nodes, encoding="utf-8")
    (folder / "edges.csv").write_text(edges, encoding="utf-8")
    (folder / "attributes.csv").write_text(HEADER + rows, encoding="utf-8")
    return folder


def test_the_shipped_schema_reads_and_has_the_labels_of_the_design() -> None:
    schema = load_schema()
    assert {"Company", "IndustryChain", "Segment", "Product", "Park", "Region"} <= set(schema.nodes)
    assert schema.edges["REQUIRES"].flow is Flow.BACKWARD
    assert schema.edges["SUPPLIES"].flow is Flow.FORWARD
    assert schema.edges["LOCATED_IN"].flow is Flow.NONE
    assert schema.edges["REQUIRES"].key == ("demand_id",)
    assert schema.sheets["供货关系"] == "SUPPLIES"


def test_private_attributes_are_the_personal_ones() -> None:
    schema = load_schema()
    private = {a.name for a in schema.nodes["Company"].attributes if a.private}
    assert {"phone", "contact"} <= private


def test_stored_attributes_leave_out_ends_and_helper_codes() -> None:
    stored = {a.name for a in load_schema().stored("SUPPLIES")}
    assert "product" in stored
    assert not {"source", "target", "source_uscc", "target_uscc"} & stored
    assert "uscc" in {a.name for a in load_schema().stored("Company")}


def test_a_header_shows_the_unit_that_the_template_asks_for() -> None:
    assert load_schema().attribute("Company", "registered_capital_cny").header == "注册资本（万元）"


def test_a_new_attribute_is_one_row(tmp_path: Path) -> None:
    for path in data_folder("graph_schema").glob("*.csv"):
        shutil.copy(path, tmp_path)
    with (tmp_path / "attributes.csv").open("a", encoding="utf-8") as lines:
        lines.write("Company,website,网站,网站|官网,text,,,,,,,,企业网站,\n")
    attribute = read_schema(tmp_path).attribute("Company", "website")
    assert attribute.headers == ("网站", "官网")
    assert attribute.dtype is Dtype.TEXT
    assert attribute.is_stored


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("Ghost,name,名称,名称,text,,,,,,,,名称,\n", "attributes.csv:2: unknown owner Ghost"),
        (
            NAME + "Firm,origin,来源,来,text,,,,,,,,来源,\n",
            "attributes.csv:3: origin is a reserved",
        ),
        ("Firm,name,名称,名称,colour,,,,,,,,名称,\n", "unknown dtype colour"),
        ("Firm,name,名称,名称,text,,,yes,x,,,,名称,\n", "required attribute has no default"),
        ("Firm,name,名称,名称,money,USD,,,,,,,名称,\n", "money is kept in CNY, not in USD"),
        ("Firm,name,名称,名称,enum,,,,,,,,名称,\n", "an enum lists its values"),
        ("Firm,name,名称,名称,ref,,,,,,,,名称,\n", "a ref says under refers"),
        ("Firm,name,名称,名称,ref,,,,,,Ghost,,名称,\n", "unknown label or type: Ghost"),
        ("Firm,name,名称,名称,ref,,,,,,>HAUNTS Firm,,名称,\n", "unknown label or type"),
        (NAME + NAME, "Firm.name is declared twice"),
        (NAME + "Firm,other,别的,名称,text,,,,,,,,别的,\n", "header 名称 stands for both"),
        ("Firm,name,,名称,text,,,,,,,,名称,\n", "zh and description must not be empty"),
        ("Firm,name,名称,名称,text,,,,,,,,,\n", "zh and description must not be empty"),
        ("Firm,name,名称\n", "attributes.csv:2: wrong number of columns"),
    ],
)
def test_nonsense_attributes_are_refused_with_file_and_line(
    tmp_path: Path, rows: str, told: str
) -> None:
    with pytest.raises(SchemaError, match=told.replace("(", r"\(")):
        read_schema(written(tmp_path, rows=rows))


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"nodes": NODES.replace(",name,", ",code,")}, "key code is not an attribute of Firm"),
        ({"edges": EDGES.replace("Firm,Firm", "Firm,Ghost")}, "edges.csv:2: unknown label Ghost"),
        ({"edges": EDGES.replace("Firm,,,", "Firm,since,,")}, "key since is not an attribute"),
    ],
)
def test_nonsense_types_are_refused(tmp_path: Path, changed: dict[str, str], told: str) -> None:
    with pytest.raises(SchemaError, match=told):
        read_schema(written(tmp_path, **changed))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    written(tmp_path)
    (tmp_path / "edges.csv").unlink()
    with pytest.raises(SchemaError, match=r"edges\.csv is missing"):
        read_schema(tmp_path)


def test_an_id_carries_its_label() -> None:
    assert node_id("Product", "LI-001") == "Product:LI-001"


def test_a_folder_that_is_nowhere_means_a_damaged_installation() -> None:
    with pytest.raises(SchemaError, match="reinstall chainmap"):
        data_folder("no_such_folder")
