"""Every command on one small workspace: what it answers, what it writes, how it ends."""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest

ROOT = Path(__file__).parents[2]
LEADER = "示例链主电池有限公司"
IMPORT_KEYS = ["file", "sheet", "table", "read", "stored", "merged", "rejected"]


def test_import_accounts_for_every_row(run, tables: Path, tmp_path: Path) -> None:
    told = run("import", tables, "--workspace", tmp_path, "--format", "json")

    assert told.exit_code == 0, told.stderr
    assert list(told.answer)[:4] == ["schema", "run", "scope", "rows"]
    rows = told.answer["rows"]
    assert [list(row)[: len(IMPORT_KEYS)] for row in rows] == [IMPORT_KEYS] * 8
    assert all(r["read"] == r["stored"] + r["merged"] + r["rejected"] for r in rows)
    assert sum(r["stored"] for r in rows) == 22
    assert "新增" in told.stderr


def test_the_same_files_again_change_nothing(run, tables: Path, imported: Path, tmp_path) -> None:
    folder = shutil.copytree(imported, tmp_path / "again")

    told = run("import", tables, "--workspace", folder)

    assert told.exit_code == 0
    assert "没有变化" in told.stderr


def test_a_dry_run_says_what_would_change_and_changes_nothing(run, tables, tmp_path) -> None:
    told = run("import", tables, "--workspace", tmp_path, "--dry-run")

    assert told.exit_code == 0
    assert "Company 4" in told.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    path = tmp_path / "企业.csv"
    path.write_text("企业名称,注册资本\n示例甲有限公司,3千万\n,5万元\n", encoding="utf-8")
    return path


def test_errors_stop_the_import_with_all_findings_and_the_marked_copy(run, faulty, tmp_path):
    told = run("import", faulty, "--workspace", tmp_path, "--mark", tmp_path / "marked")

    assert told.exit_code == 3
    assert told.stdout == ""
    assert "V-no-unit" in told.stderr
    assert "V-required" in told.stderr
    assert "Traceback" not in told.stderr
    copies = list((tmp_path / "marked").glob("*.xlsx"))
    assert len(copies) == 1
    assert openpyxl.load_workbook(copies[0]).sheetnames


def test_a_rejected_import_still_answers_in_json(run, faulty, tmp_path: Path) -> None:
    told = run("import", faulty, "--workspace", tmp_path, "--format", "json", "--quiet")

    assert told.exit_code == 3
    assert told.answer["schema"] == "chainmap.import/1"
    assert [(row["read"], row["rejected"]) for row in told.answer["rows"]] == [(2, 2)]
    assert {f["rule"] for f in told.answer["findings"]} >= {"V-no-unit", "V-required"}


def test_strict_raises_a_warning_to_an_error(run, tmp_path: Path) -> None:
    path = tmp_path / "企业.csv"
    path.write_text("企业名称,企业规模\n示例甲有限公司,小型\n,小型\n", encoding="utf-8")

    lenient = run("import", path, "--workspace", tmp_path)
    strict = run("import", path, "--workspace", tmp_path, "--strict", "V-required")
    (tmp_path / "chainmap.toml").write_text('[ingest]\nstrict = ["V-required"]\n')
    by_settings = run("import", path, "--workspace", tmp_path)

    assert [told.exit_code for told in (lenient, strict, by_settings)] == [0, 3, 3]


def test_a_misspelt_rule_is_not_silently_strict_about_nothing(run, faulty, tmp_path) -> None:
    told = run("import", faulty, "--workspace", tmp_path, "--strict", "V-requird")

    assert told.exit_code == 2
    assert "V-required" in told.stderr


@pytest.mark.parametrize("line", [["import", "nowhere.xlsx"], ["import", "."]])
def test_nothing_to_import_exits_3_without_a_trace(run, tmp_path: Path, line, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)

    told = run(*line)

    assert told.exit_code == 3
    assert "Traceback" not in told.stderr


def test_import_into_a_folder_that_is_not_there_says_how_to_make_it(run, tables, tmp_path) -> None:
    told = run("import", tables, "--workspace", tmp_path / "none")

    assert told.exit_code == 2
    assert "chainmap init" in told.stderr


MATCH_KEYS = [
    "leader_id", "leader", "company_id", "company", "product_id", "product", "kind", "rank",
    "score", "contributions", "evidence", "path", "counterfactual", "unknown",
]  # fmt: skip


@pytest.mark.parametrize(
    "who", [["--all"], ["--leader", LEADER], ["--company", "示例锂盐有限公司"]]
)
def test_match_answers_with_the_promised_keys_and_sums_that_hold(run, imported, who) -> None:
    told = run("match", *who, "--workspace", imported, "--format", "json")

    assert told.exit_code == 0, told.stderr
    rows = told.answer["rows"]
    assert rows
    for row in rows:
        assert list(row)[: len(MATCH_KEYS)] == MATCH_KEYS
        assert row["score"] == pytest.approx(sum(row["contributions"].values()), abs=1e-6)
        assert all({"text", "file", "sheet", "row", "column"} <= set(e) for e in row["evidence"])


def test_english_spellings_stand_for_the_chinese_values(run, imported) -> None:
    chinese = run("gaps", "--kind", "缺链", "--for", "外发", "--workspace", imported,
                  "--format", "json")  # fmt: skip
    english = run("gaps", "--kind", "missing", "--for", "external", "--workspace", imported,
                  "--format", "json")  # fmt: skip

    assert chinese.answer["rows"] == english.answer["rows"]
    assert english.answer["scope"]["kind"] == "缺链"


def test_match_top_limits_the_rows_of_a_leader_and_settings_give_the_default(run, imported) -> None:
    one = run("match", "--all", "--top", "1", "--workspace", imported, "--format", "json")
    env = {"CHAINMAP_MATCH_TOP": "1"}
    set_ = run("match", "--all", "--workspace", imported, "--format", "json", env=env)

    assert len(one.answer["rows"]) == 1
    assert one.answer["rows"] == set_.answer["rows"]


def test_match_explain_adds_contributions_to_the_table(run, imported) -> None:
    plain = run("match", "--all", "--workspace", imported)
    explained = run("match", "--all", "--explain", "--workspace", imported)

    assert "得分构成" not in plain.stdout
    assert "得分构成" in explained.stdout


@pytest.mark.parametrize(
    "line", [["match"], ["match", "--leader", "没有这家"], ["match", "--all", "--product", "金子"]]
)
def test_a_question_about_nobody_exits_2_without_a_trace(run, imported, line) -> None:
    told = run(*line, "--workspace", imported)

    assert told.exit_code == 2
    assert told.stdout == ""
    assert "Traceback" not in told.stderr


def test_an_empty_store_exits_5(run, tmp_path: Path) -> None:
    assert run("init", tmp_path).exit_code == 0

    for line in (["match", "--all"], ["gaps"], ["report", "-o", tmp_path / "r"]):
        told = run(*line, "--workspace", tmp_path)
        assert told.exit_code == 5
        assert "Traceback" not in told.stderr


@pytest.mark.parametrize(
    "line", [["match", "--all"], ["gaps"], ["store", "info"], ["query", "RETURN 1"]]
)
def test_the_wrong_folder_is_told_with_the_way_out(run, tmp_path: Path, line) -> None:
    told = run(*line, "--workspace", tmp_path)

    assert told.exit_code == 2
    assert "chainmap init" in told.stderr
    assert list(tmp_path.iterdir()) == []


GAP_KEYS = [
    "chain", "product_id", "product", "region", "kind", "verdict", "importance", "demand",
    "supply", "unit", "coverage", "makers_local", "effective_makers", "p_no_local_maker",
    "confidence", "evidence", "targets",
]  # fmt: skip


def test_gaps_tells_how_far_it_is_on_stderr_unless_quiet(run, imported) -> None:
    told = run("gaps", "--workspace", imported)
    quiet = run("gaps", "--workspace", imported, "--quiet")

    assert "逐地判断缺口…" in told.stderr
    assert "…" not in told.stdout.splitlines()[0]
    assert (quiet.stderr, quiet.stdout) == ("", told.stdout)


def test_gaps_answers_with_the_promised_keys(run, imported) -> None:
    told = run("gaps", "--workspace", imported, "--format", "json", "--include-ok")

    assert told.exit_code == 0, told.stderr
    rows = told.answer["rows"]
    assert all(list(row)[: len(GAP_KEYS)] == GAP_KEYS for row in rows)
    assert {"隔膜"} <= {row["product"] for row in rows}


def test_the_terminal_shows_the_measures_before_and_after_below_the_gaps(run, imported) -> None:
    companies = run("query", "MATCH (c:Company) RETURN c.name AS name", "--workspace", imported,
                    "--format", "json").answer["rows"]  # fmt: skip
    name = companies[0]["name"]
    plain = run("gaps", "--workspace", imported, "--quiet").stdout
    brought = run("gaps", "--bring", name, "--workspace", imported, "--quiet").stdout

    assert "\n链条指标\n" in plain
    assert "完整度" in plain
    assert "引进后" not in plain
    assert "引进后" in brought


def test_include_ok_lists_more_and_kind_lists_less(run, imported) -> None:
    def products(*line: str) -> set[tuple[str, str]]:
        rows = run("gaps", *line, "--workspace", imported, "--format", "json").answer["rows"]
        return {(row["product"], row["kind"]) for row in rows}

    assert products("--kind", "缺链") <= products() <= products("--include-ok")
    assert products("--kind", "缺链") != products("--include-ok")


@pytest.mark.parametrize("line", [["match", "--all"], ["gaps", "--include-ok"]])
def test_outside_files_hold_no_phone_and_nothing_of_an_internal_demand(
    run, imported, tmp_path: Path, line
) -> None:
    texts = {}
    for audience in ("内部", "外发"):
        for suffix in ("csv", "json", "xlsx"):
            path = tmp_path / f"{audience}.{suffix}"
            told = run(*line, "--workspace", imported, "--for", audience, "-o", path)
            assert told.exit_code == 0, told.stderr
            texts[audience, suffix] = written_text(path)

    for (audience, _), text in texts.items():
        assert "1390000000" not in text
        if audience == "外发":
            assert "300 吨" not in text
            assert "仅局内需求77" not in text
            assert "内部资料" not in text


def written_text(path: Path) -> str:
    """All text of a file, of a workbook that of all its parts."""
    if path.suffix != ".xlsx":
        return path.read_text(encoding="utf-8-sig")
    with zipfile.ZipFile(path) as parts:
        return "".join(parts.read(name).decode() for name in parts.namelist())


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "json"])
def test_the_same_question_twice_writes_the_same_rows(run, imported, tmp_path, suffix) -> None:
    paths = [tmp_path / f"{n}.{suffix}" for n in (1, 2)]

    for path in paths:
        assert run("match", "--all", "--workspace", imported, "-o", path).exit_code == 0

    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_csv_on_stdout_is_the_same_as_in_a_file(run, imported, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"

    told = run("gaps", "--workspace", imported, "--format", "csv")
    run("gaps", "--workspace", imported, "-o", path)

    assert told.stdout == path.read_text(encoding="utf-8")
    assert list(next(csv.reader(io.StringIO(told.stdout[1:]))))[:2] == GAP_KEYS[:2]


def test_graph_writes_one_page_that_loads_nothing(run, imported, tmp_path: Path) -> None:
    for who in (["--chain", "示例锂电"], ["--company", LEADER]):
        path = tmp_path / f"{who[1]}.html"
        told = run("graph", *who, "--workspace", imported, "-o", path)
        assert told.exit_code == 0, told.stderr
        assert told.stdout.strip() == str(path)
        page = path.read_text(encoding="utf-8")
        assert LEADER in page
        assert 'src="http' not in page


def test_graph_without_a_subject_exits_2(run, imported) -> None:
    assert run("graph", "--workspace", imported).exit_code == 2
    told = run("graph", "--chain", "示例锂电", "--company", LEADER, "--workspace", imported)
    assert told.exit_code == 2


def test_report_writes_a_cover_and_prints_its_path(run, imported, tmp_path: Path) -> None:
    told = run("report", "--workspace", imported, "-o", tmp_path / "报告", "--for", "外发")

    assert told.exit_code == 0, told.stderr
    cover = Path(told.stdout.strip())
    assert cover.is_file()
    assert (tmp_path / "报告" / "run.json").is_file()
    for path in (tmp_path / "报告").rglob("*"):
        assert path.is_dir() or "1390000000" not in written_text(path), path


def test_query_reads_with_typed_parameters(run, imported) -> None:
    pytest.importorskip("kglite")
    cypher = "MATCH (p:Product {name: $name}) RETURN p.id AS id, $n AS n"

    told = run("query", cypher, "--param", "name=隔膜", "--param", "n=2",
               "--workspace", imported, "--format", "json")  # fmt: skip

    assert told.exit_code == 0, told.stderr
    assert told.answer["rows"] == [{"id": "Product:T-004", "n": 2}]


def test_query_refuses_to_write_and_refuses_to_go_outside(run, imported) -> None:
    pytest.importorskip("kglite")

    writes = run("query", "CREATE (n:Company {id: 'x'})", "--workspace", imported)
    outside = run("query", "RETURN 1 AS n", "--workspace", imported, "--for", "外发")

    assert writes.exit_code == 4
    assert outside.exit_code == 2


def test_store_copy_gives_the_same_answers(run, imported, tmp_path: Path) -> None:
    target = f"sqlite:{tmp_path / 'copy.sqlite'}"
    origin = f"sqlite:{imported / 'chainmap.sqlite'}"

    told = run("store", "copy", origin, target)
    again = run("store", "copy", origin, target)

    assert told.exit_code == 0, told.stderr
    assert again.exit_code == 4
    rows = [run("match", "--all", "--store", url, "--format", "json").answer["rows"]
            for url in (origin, target)]  # fmt: skip
    assert rows[0] == rows[1]


def test_store_prune_withdraws_a_source(run, imported, tmp_path: Path) -> None:
    folder = shutil.copytree(imported, tmp_path / "pruned")
    line = ("store", "prune", "--source", "链主.csv", "--workspace", folder)

    dry, done, unknown = run(*line, "--dry-run"), run(*line), run(*line)

    assert [told.exit_code for told in (dry, done, unknown)] == [0, 0, 2]
    info = run("store", "info", "--workspace", folder, "--format", "json").answer
    counts = {row["label"]: row["count"] for row in info["rows"]}
    assert counts["LEADS"] == counts["ChainLeader"] == 0
    assert counts["Company"] == 4


def test_store_explain_shows_statements(run, imported) -> None:
    told = run("store", "explain", "--seed", "Product:T-001", "--direction", "upstream",
               "--workspace", imported, "--format", "json")  # fmt: skip

    assert told.exit_code == 0, told.stderr
    assert told.answer["rows"]
    assert told.answer["scope"]["query"]["direction"] == "upstream"


def test_doctor_tells_the_sources_of_an_imported_workspace(run, imported) -> None:
    rows = run("doctor", "--workspace", imported, "--format", "json").answer["rows"]

    assert "8" in {row["value"] for row in rows if row["area"] == "store"}
    assert "broken" not in {row["state"] for row in rows}


@pytest.fixture
def env() -> dict[str, str]:
    """An environment in which a real process finds the package from any folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CHAINMAP_")}
    return {**kept, "PYTHONPATH": str(ROOT)}


def test_a_real_process_imports_and_answers(tables: Path, tmp_path: Path, env) -> None:
    command = [sys.executable, "-m", "chainmap"]

    imported = subprocess.run(
        [*command, "import", str(tables)], cwd=tmp_path, capture_output=True, text=True, env=env,
        encoding="utf-8", check=False,
    )  # fmt: skip
    matched = subprocess.run(
        [*command, "match", "--all"], cwd=tmp_path, capture_output=True, env=env, check=False
    )

    assert imported.returncode == 0, imported.stderr
    assert matched.returncode == 0
    assert LEADER in matched.stdout.decode("utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="SIGINT cannot be sent to one process there")
def test_an_import_that_is_interrupted_leaves_the_store_as_it_was(
    run, cut_short, tmp_path: Path, env
) -> None:
    rows = "".join(f"示例第{n}有限公司,小型\n" for n in range(1_000))
    (tmp_path / "企业.csv").write_text("企业名称,企业规模\n" + rows, encoding="utf-8")

    done = subprocess.run(
        [*cut_short("SIGINT"), "import", "企业.csv"], cwd=tmp_path, env=env,
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip

    assert done.returncode == 130, done.stderr
    assert "没有写了一半" in done.stderr
    info = run("store", "info", "--format", "csv", "--workspace", tmp_path)
    assert "node,Company,0" in info.stdout


def test_the_findings_of_an_import_do_not_go_outside(run, tables, tmp_path: Path) -> None:
    told = run("import", tables, "--workspace", tmp_path, "--for", "外发")

    assert told.exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_a_mapping_in_the_settings_is_used_and_a_missing_one_is_told(run, tables, tmp_path) -> None:
    (tmp_path / "chainmap.toml").write_text('[ingest]\nmapping = "列对应.toml"\n', encoding="utf-8")

    told = run("import", tables, "--workspace", tmp_path)

    assert told.exit_code not in (0, 70)
    assert "列对应.toml" in told.stderr


def test_a_file_that_excel_holds_open_is_told(run, imported, tmp_path: Path, monkeypatch) -> None:
    def locked(self: Path, target: Path) -> Path:
        raise PermissionError(13, "Permission denied", str(target))

    monkeypatch.setattr(Path, "replace", locked)

    told = run("match", "--all", "--workspace", imported, "-o", tmp_path / "a.csv")

    assert told.exit_code == 2
    assert "Excel" in told.stderr
    assert list(tmp_path.iterdir()) == []
