"""Answers on their way out: table, json, csv, xlsx; stdout and files."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path

import openpyxl
import pytest

from chainmap.answers import Answer
from chainmap.cli.formatting import display_width
from chainmap.cli.output import SHOWN_FINDINGS, csv_text, file_format, show_answer
from chainmap.cli.session import Presentation
from chainmap.errors import ConfigError, Finding, Severity
from chainmap.texts.findings import RULES

ANSWER = Answer(
    "chainmap.match/1",
    ("leader", "company", "score", "evidence", "contributions", "unknown"),
    [
        {
            "leader": "=HYPERLINK(1)",
            "company": "示例锂盐有限公司",
            "score": 1.5,
            "evidence": [{"text": "需求 800 吨", "row": 3}],
            "contributions": {"demand": 1.0, "park": None},
            "unknown": ["产能", "认证"],
        },
        {
            "leader": "乙",
            "company": "甲\x1b[31m红\u202e",
            "score": float("nan"),
            "evidence": [],
            "contributions": {},
            "unknown": [],
        },
    ],
    run={"as_of": "2024-06-30"},
    scope={"region": None},
    extra={"excluded": [{"company": "丙", "product": "碳酸锂"}]},
)


def test_json_on_stdout_is_one_object_with_nulls_for_nan(capsys) -> None:
    show_answer(ANSWER, Presentation(format="json"))

    told = json.loads(capsys.readouterr().out)
    assert list(told) == ["schema", "run", "scope", "rows", "excluded", "findings"]
    assert told["rows"][1]["score"] is None


def test_csv_has_a_byte_order_mark_english_keys_and_no_formula(capsys) -> None:
    show_answer(ANSWER, Presentation(format="csv"))

    out = capsys.readouterr().out
    assert out.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(out[1:])))
    assert tuple(rows[0]) == ANSWER.columns
    assert rows[0]["leader"] == "'=HYPERLINK(1)"
    assert rows[0]["unknown"] == "产能；认证"
    assert json.loads(rows[0]["evidence"]) == [{"text": "需求 800 吨", "row": 3}]
    assert json.loads(rows[0]["contributions"]) == {"demand": 1.0, "park": None}
    assert rows[1]["score"] == ""


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_text_in_csv_starts_a_formula(start) -> None:
    answer = Answer("chainmap.query/1", ("a",), [{"a": f"{start}1+1"}, {"a": [f"{start}x", "y"]}])

    cells = [row["a"] for row in csv.DictReader(io.StringIO(csv_text(answer)))]

    assert all(cell.startswith("'") for cell in cells)


def test_a_piped_table_is_plain_aligned_and_free_of_control_characters(capsys) -> None:
    show_answer(ANSWER, Presentation(), columns=("leader", "company", "score"))

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["链主企业", "企业名称", "得分"]
    assert "\x1b" not in "".join(lines)
    assert "\u202e" not in "".join(lines)
    starts = {display_width(line[: line.index(cell)]) for line, cell in
              zip(lines, ("企业名称", "示例锂盐", "甲·"), strict=True)}  # fmt: skip
    assert len(starts) == 1


def test_a_terminal_gets_every_row_with_brackets_kept(monkeypatch, capsys) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "60")
    answer = Answer("chainmap.query/1", ("name",), [{"name": "甲[bold]乙[/bold]"}])

    show_answer(answer, Presentation())

    out = capsys.readouterr().out
    assert "甲[bold]乙[/bold]" in out
    assert "\x1b[3" not in out


def test_closed_values_and_headings_follow_the_language_of_the_reader(capsys, monkeypatch) -> None:
    answer = Answer("chainmap.gaps/1", ("kind", "verdict"), [{"kind": "缺链", "verdict": "gap"}])
    monkeypatch.setenv("CHAINMAP_LANG", "en")

    show_answer(answer, Presentation())
    show_answer(answer, Presentation(format="json"))

    table, _, data = capsys.readouterr().out.partition("{")
    assert table.split() == ["kind", "verdict", "missing", "gap"]
    assert json.loads("{" + data)["rows"] == [{"kind": "缺链", "verdict": "gap"}]


def test_xlsx_has_chinese_headings_all_columns_and_the_notice(tmp_path: Path) -> None:
    path = tmp_path / "新文件夹" / "匹配.xlsx"

    show_answer(ANSWER, Presentation(output=path, quiet=True))

    book = openpyxl.load_workbook(path)
    assert book.sheetnames[:2] == ["匹配", "未入选及原因"]
    rows = list(book["匹配"].iter_rows(values_only=True))
    assert rows[0] == ("链主企业", "企业名称", "得分", "依据", "得分构成", "未知")
    assert not str(rows[1][0]).startswith("=")
    assert rows[1][5] == "产能；认证"
    notes = dict(list(book["说明"].iter_rows(values_only=True))[1:])
    assert notes["标记"] == "内部资料"
    assert notes["run.as_of"] == "2024-06-30"


def test_the_severity_of_a_gap_is_not_headed_like_that_of_a_finding(tmp_path: Path) -> None:
    path = tmp_path / "缺口.xlsx"
    told = Finding(Severity.WARNING, "A-few-surveyed", value="西宁市", params={})
    row = {"product": "隔膜", "importance": 0.5, "severity": 0.4}
    answer = Answer("chainmap.gaps/1", tuple(row), [row], findings=[told])

    show_answer(answer, Presentation(output=path, quiet=True))

    book = openpyxl.load_workbook(path)
    heads = [[cell.value for cell in book[name][1]] for name in book.sheetnames[:2]]
    assert heads[0] == ["产品", "重要程度", "程度"]
    assert heads[1][0] == "级别"


def test_a_file_for_outside_is_not_marked_internal(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"

    show_answer(ANSWER, Presentation(output=path, audience="外发", quiet=True))

    notes = dict(list(openpyxl.load_workbook(path)["说明"].iter_rows(values_only=True))[1:])
    assert "标记" not in notes
    assert notes["for"] == "外发"


def test_json_is_printed_even_when_a_file_is_written(tmp_path: Path, capsys) -> None:
    path = tmp_path / "a.csv"

    show_answer(ANSWER, Presentation(format="json", output=path))

    assert json.loads(capsys.readouterr().out)["schema"] == "chainmap.match/1"
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize(
    ("format_", "name", "found"),
    [
        ("table", "a.xlsx", "xlsx"),
        ("table", "a.CSV", "csv"),
        ("json", "a.json", "json"),
        ("json", "a.txt", "json"),
        ("csv", "a.txt", "csv"),
        ("json", "a.xlsx", "xlsx"),
    ],
)
def test_the_suffix_is_the_format_of_the_file(format_, name, found) -> None:
    assert file_format(Presentation(format=format_, output=Path(name))) == found


@pytest.mark.parametrize(
    ("format_", "output"), [("xlsx", None), ("table", Path("a.txt")), ("csv", Path("a.xlsx"))]
)
def test_an_unclear_format_is_refused(format_, output) -> None:
    with pytest.raises(ConfigError, match="xlsx"):
        file_format(Presentation(format=format_, output=output))


def test_a_place_that_cannot_be_written_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    taken = tmp_path / "file"
    taken.write_text("x")

    with pytest.raises(ConfigError, match="无法写入"):
        show_answer(ANSWER, Presentation(output=taken / "a.csv"))
    (tmp_path / "b.csv").mkdir()
    with pytest.raises(ConfigError, match="无法写入"):
        show_answer(ANSWER, Presentation(output=tmp_path / "b.csv"))

    assert sorted(path.name for path in tmp_path.rglob("*")) == ["b.csv", "file"]


def test_findings_go_to_stderr_errors_first_and_repetitions_are_counted(capsys) -> None:
    rule = min(RULES)
    warnings = [Finding(Severity.WARNING, rule, row=n) for n in range(SHOWN_FINDINGS + 5)]
    error = Finding(Severity.ERROR, max(RULES), file="甲.xlsx\x1b[31m")
    answer = Answer("chainmap.import/1", ("file",), [], findings=[*warnings, error])

    show_answer(answer, Presentation())

    out, err = capsys.readouterr()
    assert "没有符合条件的结果" in out
    lines = err.splitlines()
    assert lines[0].startswith(f"错误 {max(RULES)} 甲.xlsx·[31m")
    assert len(lines) == 1 + SHOWN_FINDINGS + 2
    assert "5" in lines[-2]
    assert lines[-1] == f"校验问题：错误 1，警告 {len(warnings)}，提示 0"


def test_quiet_says_nothing_on_stderr(tmp_path: Path, capsys) -> None:
    answer = Answer(
        "chainmap.query/1", ("a",), [{"a": 1}], findings=[Finding(Severity.WARNING, min(RULES))]
    )

    show_answer(answer, Presentation(output=tmp_path / "a.csv", quiet=True))

    assert capsys.readouterr() == ("", "")
