# ruff: noqa: RUF001  full-width characters are what is tested
from __future__ import annotations

import random

import pytest

from chainmap.codes import (
    ALPHABET,
    check_uscc,
    fold_code,
    parent_region,
    parse_industry,
    parse_region,
    region_covers,
    uscc_check_character,
)


# Vectors of uscc-utils 0.7.0 and util-helpers 5.8.0 (facts/policy-rules.md §4.5).
@pytest.mark.parametrize("code", ["91110108551385082Q", "91350100M000100Y43"])
def test_published_codes_are_valid(code: str) -> None:
    assert check_uscc(code) == ""


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("91350100M000100Y4A", "check"),
        ("91350100M000100Y4", "length"),
        ("9135010OM000100Y43", "letters"),
        ("9135A100M000100Y43", "shape"),
        ("630100100012345", "registration"),
        ("551385082", "organisation"),
        ("9.16301E+17", "precision"),
        ("911101085513850000", "precision"),
    ],
)
def test_what_is_wrong_with_a_code_has_a_name(code: str, problem: str) -> None:
    assert check_uscc(code) == problem


def test_a_sum_divisible_by_31_gives_the_check_character_zero() -> None:
    # The naive 31 - sum % 31 has no character for these: about 3 % of all codes.
    rng = random.Random(31)
    first17 = ["91630100" + "".join(rng.choices(ALPHABET, k=9)) for _ in range(2000)]

    ends = [uscc_check_character(code) for code in first17]

    assert ends.count("0") > 20
    assert all(check_uscc(a + b) == "" for a, b in zip(first17, ends, strict=True))


def test_any_single_wrong_character_is_noticed() -> None:
    code = "91110108551385082Q"
    for place in range(18):
        for char in ALPHABET:
            changed = code[:place] + char + code[place + 1 :]
            assert (check_uscc(changed) == "") == (changed == code)


def test_codes_are_folded_from_full_width_and_blanks() -> None:
    assert fold_code(" 9111 0108-551385082ｑ") == "91110108551385082Q"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("630102", "630102"),
        ("6301", "630100"),
        ("63", "630000"),
        ("630102001", "630102"),
        ("999999", "999999"),
        ("chn", "CHN"),
        ("西宁", None),
        ("12345", None),
        ("000000", None),
    ],
)
def test_a_region_code_is_six_digits_or_three_letters(text: str, code: str | None) -> None:
    assert parse_region(text) == code


def test_a_region_lies_within_the_one_above_it() -> None:
    assert parent_region("630102") == "630100"
    assert parent_region("CHN") == ""
    assert region_covers("630000", "630102")
    assert not region_covers("630102", "630100")
    assert not region_covers("CHN", "630100")


@pytest.mark.parametrize(
    ("text", "code"),
    [("C", "C"), ("C38", "38"), ("3841", "3841"), ("0111", "0111"), ("Z1", None), ("384100", None)],
)
def test_an_industry_code_is_a_letter_or_two_to_four_digits(text: str, code: str | None) -> None:
    assert parse_industry(text) == code
