"""Answers are what docs/answers/*.schema.json says, in json, csv and xlsx, in every language."""

from __future__ import annotations

import csv
import functools
import io
import json
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from jsonschema import Draft202012Validator

from chainmap.cli.rows import term
from chainmap.resources import data_folder

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "answers"
SCHEMAS: dict[str, dict[str, Any]] = {
    path.name.removesuffix(".schema.json"): json.loads(path.read_text(encoding="utf-8"))
    for path in sorted(FOLDER.glob("*.schema.json"))
}
HERE = ("--workspace", "chainmap-demo", "--quiet")
CYPHER = (
    "MATCH (c:Company)-[:PRODUCES]->(p:Product) "
    "RETURN p.name AS product, count(c) AS makers ORDER BY makers DESC, product LIMIT 5"
)
PAIR = ("示例·河湟动力电池有限公司", "示例·青唐锂材股份有限公司")
REVIEWED = ("--store", "sqlite:review.sqlite")
WORDING = ("--phrase", "铝塑软包复合膜", "--product", "LI-037", "--by", "演示")
ASKED: dict[str, tuple[str, ...]] = {
    "import": ("import", "chainmap-demo/数据", "--dry-run"),
    "link": ("link", "锂电池隔膜", "280Ah磷酸铁锂方形电芯", "销售碳酸锂", "--top", "2"),
    "review-list": ("review", "list", "--state", "all", *REVIEWED),
    "review-decide": ("review", "reject", *WORDING, *REVIEWED),
    "review-import": ("review", "import", "审核.xlsx", *REVIEWED),
    "match": ("match", "--all", "--top", "3", "--explain"),
    "why-not": ("match", "--all", "--top", "3", "--why-not", "示例·青唐锂材股份有限公司"),
    "gaps": ("gaps", "--include-ok"),
    "targets": ("gaps", "--list"),
    "whatif": ("whatif", "--remove", "示例·日月山光伏股份有限公司", "--days", "30"),
    "evaluate": ("evaluate", "--edge", "REQUIRES"),  # the quickest; the other two once, below
    "decide": ("decide", *PAIR, "待核", "--reason", "核实产能", *REVIEWED),
    "decide-list": ("decide", "list", *REVIEWED),
    "query": ("query", CYPHER),
    "store-info": ("store", "info"),
    "store-copy": ("store", "copy", "sqlite:chainmap-demo/chainmap.sqlite", "sqlite:copy.sqlite"),
    "store-prune": ("store", "prune", "--source", "企业.xlsx", "--dry-run"),
    "store-explain": ("store", "explain", "--seed", "Product:LI-001"),
    "store-export": ("store", "export", "--neo4j-import", "neo4j"),
    "config": ("config", "show"),
    "doctor": ("doctor",),
}
WITHOUT_ROWS = {"report"}
"""Not an answer to a command: run.json, beside a report."""

# What ANSWERS.md promises, word for word.
PROMISED = {
    "import": "file, sheet, table, read, stored, merged, rejected",
    "store-info": "kind, label, count",
    "link": "text, rank, code, name, probability, band, matched, evidence",
    "review-list": "key, kind, state, subject_id, subject, object_id, object, probability, band,"
    " verdict, by, date, reason, matched, runner_up, margin, cells, evidence, history",
    "match": "leader_id, leader, company_id, company, product_id, product, kind, rank, score,"
    " contributions, evidence, path, counterfactual, unknown",
    "why-not": "leader_id, leader, company_id, company, product_id, product, filter, reason, rank,"
    " score, contributions, missing, gap, cheapest_change",
    "evaluate": "edge, split, scorer, n_queries, n_positives, mrr, mrr_low, mrr_high, hits_1, hits_10,"
    " hits_50, ndcg_20, auc_uniform, auc_hard",
    "whatif": "entity_id, entity, loss_share, loss_low, loss_high, cause, substitutes",
    "gaps": "chain, product_id, product, region, kind, verdict, importance, demand, supply, unit,"
    " coverage, makers_local, effective_makers, p_no_local_maker, confidence, evidence, targets",
}
FINDING = "severity, rule, file, sheet, row, column, value, message, fix"
CLOSED = {
    ("link", "band"): "accept review reject",
    ("review-list", "kind"): "link merge",
    ("review-list", "state"): "open decided settled",
    ("gaps", "kind"): "缺链 断链 弱链 单一来源 产能不匹配 外采 副产品无去处",
    ("gaps", "verdict"): "gap ok 数据不足",
    (
        "evaluate",
        "scorer",
    ): "default trained random popularity sector_nearest sector_pair item_cf l3"
    " char_ngram random_labels",
    ("match", "kind"): "supply substitute byproduct codevelop package",
}


# What is there only when it was asked for (match --model trained) or could be told (evaluate).
ONLY_ASKED = {
    "match": {"model", "probability"},
    "why-not": {"model"},
    "evaluate": {"trained", "calibration"},
}


def always(name: str, part: Mapping[str, Any]) -> list[str]:
    """Return the keys of an object that every answer has, in their order."""
    return [key for key in part["properties"] if key not in ONLY_ASKED.get(name, set())]


def row_schema(name: str) -> Mapping[str, Any]:
    return SCHEMAS[name]["properties"]["rows"]["items"]


def check(name: str, answer: object) -> None:
    faults = [
        f"{error.json_path}: {error.message[:300]}"
        for error in Draft202012Validator(SCHEMAS[name]).iter_errors(answer)
    ]
    assert faults == []


@pytest.fixture(scope="session")
def told(ask, demo: Path, reviewed: Path):
    """Ask for an answer by its name."""

    def asked(name: str, *more: object, env: Mapping[str, str] | None = None):
        # ``store copy`` wants an empty store, ``store export`` an empty folder
        (demo / "copy.sqlite").unlink(missing_ok=True)
        shutil.rmtree(demo / "neo4j", ignore_errors=True)
        if name.startswith(("review-", "decide")):
            shutil.copytree(reviewed, demo, dirs_exist_ok=True)
        done = ask(*ASKED[name], *HERE, *more, env=env)
        # A source tree that is not installed lacks its metadata: doctor may find that broken.
        assert done.exit_code in ((0, 1) if name == "doctor" else (0,)), done.stderr
        return done

    return asked


@pytest.fixture(scope="session")
def reviewed(ask, demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a copy of the demo store with one decision, and the workbook that holds it."""
    shutil.copyfile(demo / "chainmap-demo" / "chainmap.sqlite", demo / "review.sqlite")
    for words in (
        ("review", "accept", *WORDING),
        ("review", "export", "--state", "decided", "-o", "审核.xlsx"),
        ("decide", *PAIR, "确认", "--reason", "已看过"),
    ):
        done = ask(*words, *REVIEWED, *HERE)
        assert done.exit_code == 0, done.stderr
    folder = tmp_path_factory.mktemp("reviewed")
    for name in ("review.sqlite", "审核.xlsx"):
        shutil.move(demo / name, folder)
    return folder


@pytest.fixture(scope="session")
def answers(told) -> Callable[[str], dict[str, Any]]:
    """The json answers, each asked for once."""
    return functools.cache(lambda name: told(name, "--format", "json").answer)


def test_every_answer_in_the_code_has_a_schema_and_every_schema_an_answer() -> None:
    sources = "\n".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "chainmap").rglob("*.py")
    )
    named = set(re.findall(r'"chainmap\.([a-z-]+)/1"', sources)) - {"mapping"}

    assert named == set(SCHEMAS)
    assert set(SCHEMAS) == {*ASKED, *WITHOUT_ROWS}


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_schema_is_sound_and_describes_every_column(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name])

    assert SCHEMAS[name]["$id"] == f"chainmap.{name}/1"
    if name not in WITHOUT_ROWS:
        assert (
            SCHEMAS[name]["properties"]["findings"] == SCHEMAS["import"]["properties"]["findings"]
        )
        columns = row_schema(name).get("properties", {})
        assert [key for key, part in columns.items() if not part.get("description")] == []
        if columns:
            assert always(name, row_schema(name)) == row_schema(name)["required"]
        assert not ONLY_ASKED.get(name, set()) & set(SCHEMAS[name]["required"])


@pytest.mark.parametrize("name", PROMISED)
def test_what_other_programs_were_promised_is_required(name: str) -> None:
    columns = PROMISED[name].split(", ")

    assert list(row_schema(name)["properties"])[: len(columns)] == columns


def test_a_finding_has_the_promised_fields_in_order() -> None:
    assert SCHEMAS["import"]["properties"]["findings"]["items"]["required"] == FINDING.split(", ")


@pytest.mark.parametrize(("name", "column"), CLOSED)
def test_closed_values_are_closed(name: str, column: str) -> None:
    assert row_schema(name)["properties"][column]["enum"] == CLOSED[name, column].split()


@pytest.mark.parametrize("name", ASKED)
def test_the_json_answer_fits_its_schema_with_its_keys_in_order(answers, name: str) -> None:
    answer = answers(name)

    check(name, answer)
    assert list(answer) == always(name, SCHEMAS[name])
    assert answer["rows"], "an answer without rows proves nothing"
    columns = list(answer["rows"][0])
    if "properties" in row_schema(name):
        columns = always(name, row_schema(name))
    assert all(list(row) == columns for row in answer["rows"])


@pytest.mark.parametrize("edge", ["PRODUCES", "SUPPLIES"])
def test_every_kind_of_relation_is_evaluated_in_the_same_schema(ask, edge: str) -> None:
    answer = ask("evaluate", "--edge", edge, *HERE, "--format", "json").answer

    check("evaluate", answer)
    assert {row["edge"] for row in answer["rows"]} == {edge}


def test_run_json_fits_its_schema(demo: Path) -> None:
    record = json.loads((demo / "chainmap-demo" / "out" / "run.json").read_text(encoding="utf-8"))

    check("report", record)
    assert list(record) == list(SCHEMAS["report"]["properties"])


@pytest.mark.parametrize("name", ["match", "gaps"])
def test_what_is_sent_out_fits_the_same_schema(told, name: str) -> None:
    answer = told(name, "--for", "外发", "--format", "json").answer

    check(name, answer)
    assert answer["scope"]["audience"] == "外发"
    assert "store" not in answer["run"]
    assert {row.get("demand_visibility") for row in answer["rows"]} <= {"公开", None}
    assert answer["rows"]


def test_a_rejected_import_fits_the_same_schema(ask, tmp_path: Path) -> None:
    spoiled = data_folder("seed_data") / "spoiled"

    done = ask("import", spoiled, "--store", f"sqlite:{tmp_path / 'x.sqlite'}", "--format", "json")

    assert done.exit_code == 3
    check("import", done.answer)
    assert {row["stored"] for row in done.answer["rows"]} <= {0}
    assert "error" in {finding["severity"] for finding in done.answer["findings"]}


def test_every_row_read_is_stored_merged_or_rejected(answers) -> None:
    for row in answers("import")["rows"]:
        assert row["read"] == row["stored"] + row["merged"] + row["rejected"]


@pytest.mark.parametrize("name", ASKED)
def test_csv_has_a_byte_order_mark_and_the_columns_of_json(
    told, answers, demo: Path, name: str
) -> None:
    rows = answers(name)["rows"]
    told(name, "-o", "answer.csv")

    data = (demo / "answer.csv").read_bytes()

    assert data.startswith(b"\xef\xbb\xbf")
    head, *lines = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    assert head == list(rows[0])
    assert len(lines) == len(rows)
    for line, row in zip(lines, rows, strict=True):
        for cell, value in zip(line, row.values(), strict=True):
            if value is None:
                assert cell == ""
            elif isinstance(value, bool):
                assert cell == str(value).lower()
            elif isinstance(value, (int, float)):
                assert float(cell) == value
            elif isinstance(value, dict):
                assert json.loads(cell) == value
            elif isinstance(value, list) and all(isinstance(item, str) for item in value):
                assert cell.removeprefix("'") == "；".join(value)


@pytest.mark.parametrize("name", sorted(set(ASKED) - {"query"}))
def test_xlsx_has_the_same_columns_under_chinese_headers(told, demo: Path, name: str) -> None:
    told(name, "-o", "answer.xlsx")

    book = openpyxl.load_workbook(demo / "answer.xlsx", read_only=True)
    sheet = book.worksheets[0]
    header, *_ = sheet.iter_rows(values_only=True)
    titles = book.sheetnames
    book.close()

    columns = always(name, row_schema(name))
    assert list(header) == [term(column, "zh", table=name) for column in columns]
    for text in [*header, *titles]:
        assert re.search(r"[\u4e00-\u9fff]", text), text


def test_with_a_file_stdout_is_silent_unless_json_is_asked_for(told, demo: Path) -> None:
    silent = told("store-info", "-o", "info.json")
    spoken = told("store-info", "-o", "info.csv", "--format", "json")
    both = told("store-info", "-o", "info.json", "--format", "json")

    assert silent.stdout == ""
    assert spoken.answer["schema"] == "chainmap.store-info/1"
    assert (demo / "info.csv").is_file()
    assert (demo / "info.json").read_text(encoding="utf-8") == both.stdout


@pytest.mark.parametrize("name", ASKED)
def test_twice_and_in_english_the_json_is_the_same(told, answers, name: str) -> None:
    again = told(name, "--format", "json", env={"CHAINMAP_LANG": "en"}).answer

    texts = [json.dumps({**answer, "run": {}}) for answer in (answers(name), again)]
    assert _without_free_space(texts[0]) == _without_free_space(texts[1])


@pytest.mark.parametrize("name", ["gaps", "config", "doctor"])
def test_in_english_the_csv_is_the_same(told, name: str) -> None:
    chinese = told(name, "--format", "csv").stdout
    english = told(name, "--format", "csv", env={"CHAINMAP_LANG": "en"}).stdout

    assert _without_free_space(chinese) == _without_free_space(english)


def _without_free_space(text: str) -> str:
    """Blank what a running machine changes by itself: doctor's free disk space."""
    return re.sub(r"[\d.]+ GB", "GB", text)


def test_an_answer_without_rows_keeps_its_columns(ask, demo: Path) -> None:
    none = ("gaps", "--chain", "锂电", "--kind", "断链", *HERE)  # nothing broke yet

    answer = ask(*none, "--format", "json").answer
    text = ask(*none, "--format", "csv").stdout

    check("gaps", answer)
    assert answer["rows"] == []
    assert text == "\ufeff" + ",".join(row_schema("gaps")["properties"]) + "\n"
