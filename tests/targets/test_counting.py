"""Shares of one set add up, whatever the counts."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from targets.counting import share, shares


@given(st.lists(st.integers(0, 500), min_size=1, max_size=8))
def test_shares_add_up_to_exactly_a_hundred(counts: list[int]) -> None:
    found = shares(counts)
    assert sum(found) == (Decimal("100.0") if sum(counts) else 0)
    exact = [Decimal(count) * 100 / sum(counts) if sum(counts) else Decimal(0) for count in counts]
    assert all(abs(said - true) < Decimal("0.1") for said, true in zip(found, exact, strict=True))


def test_what_is_left_goes_to_the_largest_remainder() -> None:
    assert shares([1, 1, 1]) == [Decimal("33.4"), Decimal("33.3"), Decimal("33.3")]
    assert shares([2, 1]) == [Decimal("66.7"), Decimal("33.3")]


def test_one_share() -> None:
    assert share(44, 55) == Decimal("80.0")
    assert share(0, 0) == 0
