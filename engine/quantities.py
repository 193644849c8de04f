"""What units are worth: unit as written, scale included → dimension and factor; may two units be compared, and how.

Everything is `Decimal`. Counters of pieces are one dimension (家, 户, 个 count the same thing by other words), persons, visits and
occasions are others; currencies are never converted, since a plan names no rate.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache

from engine.lexicon import LexiconError
from engine.text import fold
from engine.wordlines import lines, single

SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "十万": 100_000, "百万": 1_000_000, "千万": 10_000_000,
          "亿": 100_000_000, "十亿": 1_000_000_000, "百亿": 10_000_000_000, "千亿": 100_000_000_000, "万亿": 1_000_000_000_000}
PIECES = frozenset({"件数", "人数", "次数", "人次", "户次", "车次", "件次", "剂次", "标准箱"})
MONEY = frozenset({"人民币", "美元", "欧元", "港元", "日元", "英镑", "韩元", "澳元", "加元", "卢布", "瑞士法郎", "新加坡元"})
# Dimensions in which one thing is counted by habit now so, now so, and the counters of pieces that allow it:
# 事故2起/2次, 引进人才30个/名, 检查企业80家/80家次. 户 and 人 are never the same.
_KIN = {"次数": frozenset("个件起例宗项") | {"批次"}, "人数": frozenset("个"), "户次": frozenset("家户个")}
_PER = re.compile(r"[/每]")
_VOLUMES = re.compile("立方米|立方|方|m³|m3|㎥")
_BRACKETS = re.compile(r"\((?:套|次|个|户|家|座|处|件|台|间|栋|项|名|人|条|宗|起|场|所|间次)\)")


@dataclass(frozen=True, slots=True)
class Quantity:
    """What a unit measures (`dimension`, `面积/件数` for compounds) and how many base units one of it is."""

    dimension: str
    factor: Decimal

    @property
    def counts(self) -> bool:
        """True where whole pieces, persons or occasions are counted."""
        return self.dimension in PIECES

    @property
    def money(self) -> bool:
        return self.dimension in MONEY


@cache
def _table() -> dict[str, Quantity]:
    table: dict[str, Quantity] = {}
    for line, unit in single(lines("quantities")):
        if unit in table:
            line.wrong(f"{unit} has a dimension already: {table[unit].dimension}")
        try:
            table[unit] = Quantity(line.heading, Decimal(line.name))
        except ArithmeticError as error:
            raise LexiconError(f"{line.file}:{line.number}: {line.name} is no factor") from error
    return table


@lru_cache(maxsize=4096)
def quantity(unit: str) -> Quantity | None:
    """The quantity behind a unit as written (`亿元`, `万平方米`, `微克每立方米`); an unknown unit is a dimension of its own.

    None for an empty unit.
    """
    plain = _BRACKETS.sub("", fold(unit).replace(" ", ""))
    top, *per = _PER.split(plain)
    if not top:
        return None
    first = _simple(top)
    for part in per:
        below = _simple(part)
        # 元/人 and 元/户 are as different as their denominators.
        first = Quantity(f"{first.dimension}/{below.dimension}", first.factor / below.factor)
    return first


def _simple(unit: str) -> Quantity:
    table = _table()
    if unit in table:
        return table[unit]
    for length in (2, 1):
        scale, rest = unit[:length], unit[length:]
        if scale in SCALES and rest in table:
            return Quantity(table[rest].dimension, table[rest].factor * SCALES[scale])
        if scale in SCALES and not rest:
            return Quantity("件数", Decimal(SCALES[scale]))
    return Quantity(f"“{unit}”", Decimal(1))


@lru_cache(maxsize=16384)
def comparable(one: str, other: str) -> bool:
    """True where a value in one unit says something about a value in the other.

    An empty unit (零发生) goes with everything that is counted.

    >>> comparable("公顷", "万亩"), comparable("户", "家"), comparable("亿元", "万美元"), comparable("个", "亿元")
    (True, True, False, False)
    """
    left, right = quantity(one), quantity(other)
    if left is None or right is None:
        return all(each is None or each.counts for each in (left, right))
    return left.dimension == right.dimension or _akin(one, right.dimension) or _akin(other, left.dimension)


def _akin(unit: str, dimension: str) -> bool:
    return dimension in _KIN and _simple(unit).dimension == "件数" and unit.lstrip("十百千万亿") in _KIN[dimension]


def as_water(unit: str, to: str) -> str:
    """A unit of volume or of weight as the other one, where water is spoken of: a cubic metre is a ton.

    >>> as_water("万立方米/日", "万吨/日"), as_water("万吨", "亿立方米"), as_water("公里", "亿立方米")
    ('万吨/日', '万立方米', '公里')
    """
    here, there = quantity(unit), quantity(to)
    if here is None or there is None or here.dimension == there.dimension:
        return unit
    if here.dimension == there.dimension.replace("质量", "体积"):
        return _VOLUMES.sub("吨", unit)
    return unit.replace("吨", "立方米") if here.dimension == there.dimension.replace("体积", "质量") else unit


def convert(value: Decimal, unit: str, to: str) -> Decimal | None:
    """The value in another unit, exact where the factors are; None where the two cannot be compared.

    >>> convert(Decimal("21"), "公顷", "亩"), convert(Decimal("41730"), "万元", "亿元")
    (Decimal('315'), Decimal('4.173'))
    """
    if not comparable(unit, to):
        return None
    left, right = quantity(unit), quantity(to)
    if left is None or right is None or left.factor == right.factor:
        return value
    return plain(value * left.factor / right.factor)


def counts_pieces(unit: str) -> bool:
    """True where the unit counts whole things, so that less than one of them short is nothing."""
    found = quantity(unit)
    return found is not None and found.counts


def one_piece(unit: str) -> Decimal:
    """What one whole thing is in a unit that counts them.

    >>> one_piece("家"), one_piece("万只")
    (Decimal('1'), Decimal('0.0001'))
    """
    found = quantity(unit)
    return Decimal(1) / found.factor if found is not None and found.counts else Decimal(1)


def is_rate(unit: str) -> bool:
    found = quantity(unit)
    return found is not None and found.dimension in {"比率", "百分点"}


def plain(value: Decimal) -> Decimal:
    """Without the zeros and the exponent that arithmetic leaves behind: 2.10E+2 is 210."""
    trimmed = value.normalize()
    return trimmed.quantize(Decimal(1)) if int(trimmed.as_tuple().exponent) > 0 else trimmed
