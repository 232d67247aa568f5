"""What a person at the keyboard meets when files, stores or timing are bad: a sentence and a code."""

import hashlib
import os
import signal
import sqlite3
import subprocess
import sys

import pytest

from chainmap.cli import output

COMPANIES = "企业名称,企业规模,示例\n示例甲有限公司,小型,是\n示例乙有限公司,中型,是\n"
BAD = COMPANIES.replace("小型", "巨型")
REFUSED = "企业名称,注册资本（万元）,示例\n示例甲有限公司,-5,是\n"


@pytest.fixture
def workspace(tmp_path):
    folder = tmp_path / "工作区"
    folder.mkdir()
    return folder


@pytest.fixture
def companies(tmp_path):
    path = tmp_path / "企业.csv"
    path.write_text(COMPANIES, encoding="utf-8")
    return path


def files_of(folder):
    return {
        str(path.relative_to(folder)): (
            path.stat().st_mtime_ns,
            hashlib.sha256(path.read_bytes()).hexdigest(),
        )
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def rows_of(folder):
    """Return the whole content of the workspace's store as text."""
    connection = sqlite3.connect(folder / "chainmap.sqlite")
    try:
        return "\n".join(connection.iterdump())
    finally:
        connection.close()


def chainmap(*args, **given):
    """Start the command line as a process of its own."""
    command = [sys.executable, "-m", "chainmap", *map(str, args)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, text=True, encoding="utf-8", **pipes, **given)


@pytest.mark.parametrize(
    ("path", "rule"),
    [("没有.xlsx", "F-missing"), ("空文件夹", "F-empty-folder"), ("长" * 200, "F-unreadable")],
)
def test_a_path_with_nothing_to_read_leaves_no_store_behind(run, workspace, tmp_path, path, rule):
    (tmp_path / "空文件夹").mkdir()

    told = run("import", tmp_path / path, "--workspace", workspace)

    assert told.exit_code == 3
    assert rule in told.stderr
    assert "--mark" not in told.stderr
    assert files_of(workspace) == {}


def test_an_empty_path_is_not_the_current_folder(run, workspace):
    told = run("import", "", "--workspace", workspace)

    assert told.exit_code == 2
    assert "路径是空的" in told.stderr


def test_a_dry_run_makes_no_store_and_says_what_would_come(run, workspace, companies):
    told = run("import", companies, "--dry-run", "--workspace", workspace)

    assert told.exit_code == 0
    assert "新增：Company 2" in told.stderr
    assert files_of(workspace) == {}


def test_a_dry_run_touches_no_byte_of_a_filled_workspace(run, workspace, companies):
    run("import", companies, "--workspace", workspace)
    before = files_of(workspace)
    companies.write_text("企业名称,企业规模,示例\n示例甲有限公司,中型,是\n", encoding="utf-8")

    told = run("import", companies, "--dry-run", "--workspace", workspace)

    assert ("改动：Company 1" in told.stderr, "撤下：Company 1" in told.stderr) == (True, True)
    assert files_of(workspace) == before


def test_a_refused_import_as_json_has_the_account_and_the_findings(run, workspace, tmp_path):
    path = tmp_path / "企业.csv"
    path.write_text(REFUSED, encoding="utf-8")

    told = run("import", path, "--workspace", workspace, "--format", "json")

    assert told.exit_code == 3
    (row,) = told.answer["rows"]
    assert row["read"] == row["stored"] + row["merged"] + row["rejected"] == row["rejected"] == 1
    assert [f["rule"] for f in told.answer["findings"]] == ["V-negative"]


def test_the_hint_about_marking_comes_after_the_findings(run, workspace, tmp_path):
    path = tmp_path / "企业.csv"
    for text, ends in ((REFUSED, "V-negative"), (BAD, "V-not-allowed")):
        path.write_text(text, encoding="utf-8")

        told = run("import", path, "--workspace", workspace)

        assert 0 < told.stderr.index(ends) < told.stderr.index("--mark")


def test_a_marked_copy_that_cannot_be_written_does_not_hide_the_findings(run, workspace, tmp_path):
    path, blocked = tmp_path / "企业.csv", tmp_path / "占用"
    path.write_text(REFUSED, encoding="utf-8")
    blocked.write_text("a file where the folder should be", encoding="utf-8")

    told = run("import", path, "--workspace", workspace, "--mark", blocked)

    assert told.exit_code == 3
    assert "V-negative" in told.stderr
    assert str(blocked) in told.stderr


def test_an_output_nobody_can_write_is_told_before_anything_is_imported(run, workspace, companies):
    told = run("import", companies, "--workspace", workspace, "-o", workspace / "x.pdf")

    assert told.exit_code == 2
    assert files_of(workspace) == {}


def test_a_workbook_without_any_table_says_why(run, workspace, tmp_path):
    from openpyxl import Workbook

    path = tmp_path / "空表.xlsx"
    Workbook().save(path)

    told = run("import", path, "--workspace", workspace)

    assert told.exit_code == 3
    assert "F-empty-sheet" in told.stderr


def test_a_store_that_is_not_ours_is_left_as_it_is(run, workspace, companies):
    connection = sqlite3.connect(workspace / "chainmap.sqlite")
    connection.execute("CREATE TABLE 别人的 (x)")
    connection.commit()
    connection.close()
    before = files_of(workspace)

    told = run("import", companies, "--workspace", workspace)

    assert told.exit_code == 4
    assert files_of(workspace) == before


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for other processes")
@pytest.mark.parametrize("kind", ["SIGINT", "SIGKILL"])
def test_an_interrupted_import_changes_nothing_and_runs_again(
    run, workspace, companies, tmp_path, cut_short, kind
):
    run("import", companies, "--workspace", workspace)
    before = rows_of(workspace)
    many = tmp_path / "更多.csv"
    rows = "".join(f"示例第{number}有限公司,小型,是\n" for number in range(2_000))
    many.write_text(f"企业名称,企业规模,示例\n{rows}", encoding="utf-8")

    cut = subprocess.run(
        [*cut_short(kind), "import", many, "--workspace", workspace],
        cwd=tmp_path, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip

    assert cut.returncode == (130 if kind == "SIGINT" else -signal.SIGKILL)
    assert "写入" in cut.stderr
    assert "Traceback" not in cut.stderr
    assert rows_of(workspace) == before
    told = run("import", many, "--workspace", workspace)
    assert (told.exit_code, "Company 2000" in told.stderr) == (0, True)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such limit")
def test_a_full_disk_is_told_and_the_store_keeps_what_it_had(run, workspace, companies, tmp_path):
    run("import", companies, "--workspace", workspace)
    before = rows_of(workspace)
    many = tmp_path / "更多.csv"
    rows = "".join(f"示例第{number}有限公司,小型,是\n" for number in range(20_000))
    many.write_text(f"企业名称,企业规模,示例\n{rows}", encoding="utf-8")

    resource = pytest.importorskip("resource")

    def small_disk():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (700_000, 700_000))

    job = chainmap("import", many, "--workspace", workspace, cwd=tmp_path, preexec_fn=small_disk)
    _, errors = job.communicate(timeout=60)

    assert job.returncode == 4
    assert "Traceback" not in errors
    assert "磁盘" in errors
    assert rows_of(workspace) == before


def test_two_imports_at_once_end_as_one_after_the_other(run, workspace, companies, tmp_path):
    other = tmp_path / "别处.csv"
    other.write_text(COMPANIES.replace("甲", "丙"), encoding="utf-8")

    jobs = {f: chainmap("import", f, "--workspace", workspace) for f in (companies, other)}
    for path, job in jobs.items():
        _, errors = job.communicate(timeout=60)
        assert "Traceback" not in errors
        if job.returncode:  # overtaken: told to run again
            assert (job.returncode, "重新运行" in errors) == (4, True)
            assert run("import", path, "--workspace", workspace).exit_code == 0

    connection = sqlite3.connect(workspace / "chainmap.sqlite")
    names = {name for (name,) in connection.execute('SELECT name FROM "Company"')}
    connection.close()
    assert names == {"示例甲有限公司", "示例乙有限公司", "示例丙有限公司"}


def test_findings_are_listed_up_to_a_number_and_counted_beyond(run, workspace, tmp_path):
    path = tmp_path / "企业.csv"
    rows = "".join(f"示例第{number}有限公司,巨型,是\n" for number in range(1_200))
    path.write_text(f"企业名称,企业规模,示例\n{rows}", encoding="utf-8")

    told = run("import", path, "--workspace", workspace, "--format", "json")

    listed = [f for f in told.answer["findings"] if f["rule"] == "V-not-allowed"]
    (more,) = [f for f in told.answer["findings"] if f["rule"] == "F-more"]
    assert len(listed) == 1_000
    assert "1200" in more["message"]
    assert told.stderr.count("警告 V-not-allowed") == output.SHOWN_FINDINGS
