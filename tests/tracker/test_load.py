"""The measurement of a crowd, small: nobody meets an error, and no correction that was acknowledged is lost."""

import pytest

from bench import load

pytestmark = pytest.mark.needs("postgres", "redis")


def test_a_small_crowd_loses_nothing() -> None:
    found = load.measure(people=6, seconds=20, lines=20)
    assert found.errors == []
    assert found.acknowledged, "somebody corrected something"
    assert found.lost == 0
    rows = {name: figure for name, figure, _ in load.rows_of(found, 6)}
    assert (rows["errors"], rows["lost updates"]) == ("0", "0")
