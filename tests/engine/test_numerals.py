"""How numbers are written, and what they are worth."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.numerals import arabic, chinese, number


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("7", "7"),
        ("0.5", "0.5"),
        ("1,280", "1280"),
        ("12,345,678.90", "12345678.90"),
        ("007", "7"),
    ],
)
def test_digits(written: str, value: str) -> None:
    assert arabic(written) == Decimal(value)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("零", 0),
        ("两", 2),
        ("十", 10),
        ("十六", 16),
        ("四十", 40),
        ("六十三", 63),
        ("一百", 100),
        ("一百零七", 107),
        ("二百一十", 210),
        ("三千零八", 3008),
        ("两千四百", 2400),
        ("九千九百九十九", 9999),
        ("百", 100),
        ("二〇二六", 2026),
        ("一九四九", 1949),
        ("五〇", 50),
    ],
)
def test_characters(written: str, value: int) -> None:
    assert chinese(written) == value


@pytest.mark.parametrize("written", ["", "十百", "百千", "千百十"])
def test_characters_that_are_no_numeral(written: str) -> None:
    assert chinese(written) is None


@pytest.mark.parametrize(("written", "value"), [("15", 15), ("十五", 15), ("1,500", 1500), ("一千五百", 1500)])
def test_either_way_of_writing(written: str, value: int) -> None:
    assert number(written) == value


def test_a_missing_last_unit_is_not_guessed() -> None:
    assert chinese("四百二") == 402


def in_characters(value: int) -> str:
    """1 to 9999 as a person writes it."""
    written, gap = "", False
    for place, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // place % 10
        if digit:
            written += ("零" if gap and written else "") + "零一二三四五六七八九"[digit] + unit
        gap = not digit
    return written


@given(value=st.integers(1, 9999))
@settings(max_examples=100, deadline=None)
def test_there_and_back(value: int) -> None:
    assert chinese(in_characters(value)) == value
    assert arabic(f"{value:,}") == value
