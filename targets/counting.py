"""Counts and their shares: what heads of pages and sheets say."""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal

STEP = Decimal("0.1")


def shares(counts: Sequence[int]) -> list[Decimal]:
    """The shares of one set in %, to one decimal, which add up to exactly 100.0; all zero where nothing was counted.

    What is left after rounding down goes to the largest remainders, the earlier one first where they tie.
    """
    total = sum(counts)
    if not total:
        return [Decimal("0.0")] * len(counts)
    exact = [Decimal(count) * 100 / total for count in counts]
    floors = [share.quantize(STEP, ROUND_FLOOR) for share in exact]
    left = int((100 - sum(floors)) / STEP)
    neediest = sorted(range(len(counts)), key=lambda place: (floors[place] - exact[place], place))[:left]
    return [floor + STEP if place in neediest else floor for place, floor in enumerate(floors)]


def share(part: int, whole: int) -> Decimal:
    """One share in %, as it stands beside the share of the rest; zero of nothing."""
    return shares([part, whole - part])[0] if whole else Decimal("0.0")
