"""How a figure looks in a cell: it stays a number, and its words (超, 以上, 亿元, 预计) live in the number format."""

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from engine.values import Measure

_AROUND: dict[str, tuple[str, str]] = {
    "=": ("", ""), ">=": ("", "以上"), ">": ("超", ""), "<=": ("", "以内"), "<": ("低于", ""), "~": ("", "左右"),
}
_DIRECTIONS: dict[Measure, tuple[str, str]] = {"growth": ("增长", "下降"), "change": ("提高", "下降")}
MOST_PLACES = 6
MOST_WORDS = 40
"""A number format ends after 255 characters, and a program that meets a longer one throws the whole sheet away."""


@dataclass(frozen=True, slots=True)
class Look:
    """The number format of one cell. `signless` leaves the minus to the word before the number (下降3%); `zero` is said for 0."""

    before: str = ""
    after: str = ""
    places: int = 0
    signless: bool = False
    zero: str = ""

    @property
    def code(self) -> str:
        """As Excel, WPS and LibreOffice read it, e.g. `0"家以上"`."""
        return _code(self)

    def text(self, value: Decimal) -> str:
        """What the cell shows: its width and height are reckoned from this."""
        if self.zero and not value:
            return self.zero
        return f"{self.before}{abs(value) if self.signless else value:.{self.places}f}{self.after}"


@lru_cache(maxsize=1024)
def _code(look: Look) -> str:
    shown = f"{_quoted(look.before)}0{'.' * bool(look.places)}{'0' * look.places}{_quoted(look.after)}"
    falling = shown if look.signless else f"-{shown}"
    return f"{shown};{falling};{_quoted(look.zero)}" if look.zero else f"{shown};{falling}" if look.signless else shown


def _quoted(words: str) -> str:
    words = words.replace('"', "")[:MOST_WORDS]
    return f'"{words}"' if words else ""


def places(value: Decimal) -> int:
    """How many decimals a value is written with."""
    exponent = value.as_tuple().exponent
    return min(max(-exponent, 0), MOST_PLACES) if isinstance(exponent, int) else 0


def promised(
    value: Decimal, *, measure: Measure, comparator: str, unit: str, high: Decimal | None = None, wished: bool = False, figure: str = ""
) -> Look:
    """The look of a target; `wished` marks 力争, `figure` is what the text says for zero (零发生)."""
    upper = "" if high is None else f"至{high:f}"
    zero = figure if not value and not any(map(str.isdecimal, figure)) else ""
    return _promised(measure, comparator, f"{upper}{unit}", max(places(value), places(high or value)), value < 0, wished, zero)


@lru_cache(maxsize=4096)
def _promised(measure: Measure, comparator: str, unit: str, decimals: int, below: bool, wished: bool, zero: str) -> Look:
    before, after = _AROUND[comparator]
    rise, fall = _DIRECTIONS.get(measure, ("", ""))
    if fall and below and comparator in ("<=", ">="):
        after = "以上"  # a fall by 3 % or more is written with either sign
    return Look(f"{'力争' * wished}{fall if below else rise}{before}", f"{unit}{after}", decimals, signless=bool(fall), zero=zero)


def reached(value: Decimal, *, measure: Measure, unit: str, forecast: bool = False, period: str = "") -> Look:
    """The look of a reported figure; `period` is named where it is not the one in the head of the column."""
    return _reached(measure, unit, places(value), value < 0, forecast, period)


@lru_cache(maxsize=4096)
def _reached(measure: Measure, unit: str, decimals: int, below: bool, forecast: bool, period: str) -> Look:
    rise, fall = _DIRECTIONS.get(measure, ("", ""))
    remarks = "、".join(filter(None, ("预计" * forecast, period)))
    return Look(fall if below else rise, unit + (f"({remarks})" if remarks else ""), decimals, signless=bool(fall))


def signed(value: Decimal) -> str:
    """The number format of a 较序时 or 较目标: plus and minus are always shown."""
    digits = Look(places=places(value)).code
    return f"+{digits};-{digits};{digits}"
