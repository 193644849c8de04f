"""The text of a file: the string that all offsets refer to, and where each part of it came from."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

# One character becomes one character, never NFKC: `㎡` must not turn into `m2`, or offsets would shift.
_FULL_WIDTH = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_LOOKALIKES = {"　": " ", "\xa0": " ", "﹪": "%", "％": "%", "﹣": "-", "–": "-", "−": "-", "‑": "-",
               "〜": "~", "∼": "~", "．": ".", "﹒": ".", "︰": ":", "\u200b": " ",
               "\ufeff": " ", "〔": "(", "〕": ")", "﹙": "(", "﹚": ")"}
_FOLDING = {**_FULL_WIDTH, **_LOOKALIKES}
_WIDE = re.compile(f"[{''.join(map(re.escape, _FOLDING))}]")


class Span(NamedTuple):
    """A place in a text: code-point offsets, `end` exclusive."""

    start: int
    end: int

    def shifted(self, by: int) -> "Span":
        return Span(self.start + by, self.end + by)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a part of the text stood in its file.

    `kind` is `paragraph`, `heading` or `cell`; `page`, `table`, `row` and `column` count from 1 and are 0 where they do not apply.
    `box` is where it stands on the picture of its page: left, top, right, bottom as shares of width and height.
    """

    span: Span
    kind: str
    page: int = 0
    table: int = 0
    row: int = 0
    column: int = 0
    box: tuple[float, float, float, float] | None = None


@dataclass(frozen=True)
class Text:
    """The decoded text of one file, line ends untouched, with the places its parts came from."""

    string: str
    places: tuple[Place, ...] = ()
    format: str = "txt"

    @cached_property
    def folded(self) -> str:
        """The same text, same length, with full-width digits, letters and marks as half-width ones."""
        return fold(self.string)


def fold(string: str) -> str:
    """Half-width and plain look-alikes, one character for one character.

    >>> fold("５％，　ｋｍ")
    '5%, km'
    """
    return _WIDE.sub(lambda found: _FOLDING[found.group()], string)
