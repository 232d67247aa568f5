"""What leaves the bureau is what it would be had the bureau never known its secrets.

The choice: no list of places to look at. Two workspaces differ only in private columns, demands
that are not public and rows with findings; whatever is written 外发 must be equal byte for byte.
"""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from chainmap.cli import cli
from chainmap.resources import data_folder

pytestmark = pytest.mark.slow

LEADER = "示例·河湟动力电池有限公司"
ELSEWHERE = "绝密产品甲"
"""Known to the catalogue, asked for by the leader in confidence only."""

SECRETS = {
    "phone": "13912345678",
    "landline": "0971-6198765",
    "contact": "欧阳保密",
    "note": "拟引进的绝密备注",
    "specification": "绝密规格一零一",
    "invited": "绝密规格二零二",
    "unstated": "绝密规格三零三",
    "volume": "7654321",
    "finding": "查无此企业有限公司",
    "typed": "18812345679",
}
FIRMS = "企业名称,所在地区,联系人,联系电话,备注,地址\n"
PRODUCTS = f"产品编码,产品,所在环节,计量单位\nZZ-001,{ELSEWHERE},锂电/正极材料,吨\n"
MAKES = f"供应企业,供给产品,产能,产能单位,供给说明\n保密测试制造有限公司,{ELSEWHERE},90,吨,"
DEMANDS = "需求编号,采购企业,需求产品,年采购量,需求单位,规格要求,公开范围,现采购地\n"
OPEN = f"M-1,{LEADER},隔膜基膜涂料,5,吨,公开规格请电{{phone}},公开,外地\n"
HIDDEN = (
    f"M-2,{LEADER},{ELSEWHERE},{SECRETS['volume']},吨,{SECRETS['specification']},仅局内,进口\n"
    f"M-3,{LEADER},{ELSEWHERE},{SECRETS['volume']},吨,{SECRETS['invited']},定向,进口\n"
    f"M-4,{LEADER},{ELSEWHERE},{SECRETS['volume']},吨,{SECRETS['unstated']},,进口\n"
    f"M-5,{LEADER},氢气,{SECRETS['volume']},立方米,{SECRETS['unstated']},仅局内,进口\n"
    f"M-6,{SECRETS['finding']},氢气,1,立方米,{SECRETS['phone']},公开,本地\n"
)


def call(*args: object) -> str:
    done = CliRunner().invoke(cli, [str(arg) for arg in args])
    assert done.exit_code == 0, done.stderr
    return str(done.stdout)


def workspace(folder: Path, *, secret: bool) -> Path:
    """Import the seed data and a few tables, with or without what must stay inside."""
    private = "{contact},{phone} {landline},{note}".format(**SECRETS) if secret else ",,"
    phone = SECRETS["typed"] if secret else "（电话略）"
    tables = {
        "企业": f"{FIRMS}保密测试制造有限公司,630100,{private},生物园区\n",
        "产品": PRODUCTS + "ZZ-002,隔膜基膜涂料,锂电/隔膜,吨\n",
        "供给": f"{MAKES}可供\n",
        "需求": DEMANDS + OPEN.format(phone=phone) + (HIDDEN if secret else ""),
    }
    data = folder / "数据"
    data.mkdir(parents=True)
    for book in data_folder("seed_data").glob("*.xlsx"):
        shutil.copyfile(book, data / book.name)
    for name, text in tables.items():
        (data / f"{name}.csv").write_text(text, encoding="utf-8")
    call("init", folder / "工作区", "--region", "630100", "--quiet")
    call("import", data, "--workspace", folder / "工作区", "--quiet")
    return folder / "工作区"


def write_all(place: Path, out: Path) -> None:
    """Write everything that can be written for outside."""
    at = ("--workspace", place, "--for", "外发", "--as-of", "2026-11-01", "--quiet")
    call("report", *at, "-o", out / "报告")
    for name, line in {
        "链图": ("graph", "--chain", "锂电"),
        "企业图": ("graph", "--company", LEADER),
        "制造者": ("graph", "--company", "保密测试制造有限公司"),
    }.items():
        call(*line, *at, "-o", out / f"{name}.html")
    for name, line in {
        "全部": ("match", "--all", "--top", "500", "--explain"),
        "链主": ("match", "--leader", LEADER, "--top", "500"),
        "产品": ("match", "--all", "--product", ELSEWHERE),
        "企业": ("match", "--company", "保密测试制造有限公司"),
        "缺口": ("gaps", "--include-ok"),
        "全域缺口": ("gaps", "--region", "630000", "--candidates", "50"),
    }.items():
        for suffix in ("csv", "xlsx"):
            call(*line, *at, "-o", out / f"{name}.{suffix}")
        for shown in ("table", "json", "csv"):
            # json is the one format that goes into a file and to stdout at once
            file = ("-o", out / f"{name}.json") if shown == "json" else ()
            text = call(*line, *at, "--format", shown, *file)
            (out / f"{name}.{shown}.stdout").write_text(text, encoding="utf-8")


def contents(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield every file as text: path, content; a workbook part by part, a record without inputs."""
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = path.relative_to(folder).as_posix()
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                for part in book.namelist():
                    yield f"{name}/{part}", book.read(part).decode("utf-8")
        else:
            yield name, path.read_text(encoding="utf-8")


def without_hashes(name: str, text: str, digests: dict[str, str]) -> str:
    """Return a text with the hashes of the two workspaces' inputs made equal."""
    for digest, file in digests.items():
        text = text.replace(digest, file)
    if name.endswith("run.json"):
        told = json.loads(text)
        # a workbook's 说明 sheet names the inputs' hashes too: its own hash then differs
        told["files"] = [one["file"] for one in told["files"]]
        text = json.dumps(told, ensure_ascii=False)
    return text


def inputs(place: Path) -> dict[str, str]:
    told = call("match", "--all", "--top", "1", "--workspace", place, "--format", "json")
    return {one["sha256"]: one["file"] for one in json.loads(told)["run"]["inputs"]}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[bool, dict[str, str]]:
    """What is written for outside: from the workspace with secrets, from the one without."""
    found = {}
    for secret in (True, False):
        folder = tmp_path_factory.mktemp("mit" if secret else "ohne")
        place = workspace(folder, secret=secret)
        write_all(place, folder / "out")
        digests = inputs(place)
        found[secret] = {
            name: without_hashes(name, text, digests) for name, text in contents(folder / "out")
        }
    return found


def test_the_same_files_leave_whether_or_not_there_are_secrets(written):
    assert len(written[True]) > 100
    assert sorted(written[True]) == sorted(written[False])


def test_what_leaves_does_not_depend_on_what_is_secret(written):
    different = [
        name for name, text in written[False].items() if written[True].get(name, "") != text
    ]

    assert different == []


def test_no_secret_stands_in_any_byte_that_leaves(written):
    found = {
        (name, secret)
        for name, text in written[True].items()
        for secret in SECRETS.values()
        if secret in text or secret in name
    }

    assert found == set()


def test_a_need_known_in_confidence_only_cannot_be_inferred(written):
    told = {name: text for name, text in written[True].items() if ELSEWHERE in text}
    rows = json.loads(written[True]["全部.json"])["rows"]
    gaps = json.loads(written[True]["缺口.json"])["rows"]

    assert any(name.startswith("报告/图谱") for name in told), "the product itself is no secret"
    assert "企业图.html" not in told
    assert [row for row in rows if row["product"] == ELSEWHERE] == []
    assert [row for row in gaps if row["product"] == ELSEWHERE] == []


def test_inside_the_bureau_the_secrets_are_of_use(tmp_path):
    place = workspace(tmp_path, secret=True)

    rows = json.loads(
        call("match", "--leader", LEADER, "--product", ELSEWHERE,
             "--workspace", place, "--format", "json", "--quiet")
    )["rows"]  # fmt: skip
    page = tmp_path / "制造者.html"
    call("graph", "--company", "保密测试制造有限公司", "--workspace", place, "-o", page)

    assert [row["company"] for row in rows] == ["保密测试制造有限公司"]
    assert SECRETS["phone"] in page.read_text(encoding="utf-8")
