"""Is higher or lower better, is it a level or a sum? By the indicator's name, or by the verb before its figure (words/directions.lines)."""

import re
from functools import cache, lru_cache

from engine.aliases import Pairs, canonical
from engine.lexicon import LexiconError, any_of, either
from engine.values import Statement
from engine.verdict import Direction
from engine.wordlines import lines, single

_TAIL = "(?:总量|总数|总额|起数|件数|次数|人数|数量|个数|平均值|均值|水平|规模|数|量|率|额|强度|增速|增幅|涨幅|增长率|\\([^)]*\\))*$"
_FALLING_RATE = re.compile("(?:下降|降低|压减|削减|减少|消减|缩减)(?:率|幅度|比例|占比)$|降幅$|减幅$")


@cache
def _words() -> dict[str, re.Pattern[str]]:
    table: dict[str, list[str]] = {"lower": [], "eliminated": [], "limiting": [], "standing": []}
    for line, word in single(lines("directions")):
        if line.name not in table:
            raise LexiconError(f"{line.file}:{line.number}: {line.name} is no direction")
        table[line.name].append(word)
    return {
        "lower": re.compile(either(table["lower"]) + _TAIL),
        "eliminated": re.compile(either(table["eliminated"])),
        "standing": re.compile(either(table["standing"])),
        "unwanted": re.compile(any_of("unwanted") + _TAIL),
        "limiting": re.compile(either(table["limiting"]) + "[^,;。、]{0,6}$"),
    }


def direction_of(statement: Statement, before: str = "", aliases: Pairs = ()) -> Direction:
    """Which way is better for a figure; `before` are the words that lead to it, where they are known.

    >>> from dataclasses import replace
    >>> target = Statement(doc="", start=0, end=0, figure="", kind="target", indicator="城镇调查失业率", measure="ratio")
    >>> direction_of(target), direction_of(replace(target, indicator="隐患整改"))
    ('lower', 'higher')
    """
    if _words()["limiting"].search(before):
        return "lower"
    return _by_name(canonical(aliases)(statement.indicator), before)


@lru_cache(maxsize=16384)
def _by_name(indicator: str, before: str) -> Direction:
    words = _words()
    if words["eliminated"].search(indicator) or words["eliminated"].search(before):
        return "higher"
    return "lower" if words["lower"].search(indicator) else "higher"


def eliminates(words: str) -> bool:
    """True where words say that something is done away with: 化解, 整改, 拆除.

    >>> eliminates("化解信访积案"), eliminates("新增信访积案")
    (True, False)
    """
    return _words()["eliminated"].search(words) is not None


def is_unwanted(indicator: str) -> bool:
    """True where an indicator names what is there to be done away with, and no deed.

    >>> is_unwanted("安全隐患"), is_unwanted("安全隐患整改")
    (True, False)
    """
    return _words()["unwanted"].search(indicator) is not None


def is_standing(indicator: str) -> bool:
    """True where an indicator is a level at a moment (年末资产总额, 每千人口托位数), by its name.

    >>> is_standing("年末贷款余额"), is_standing("营业收入")
    (True, False)
    """
    return _words()["standing"].search(indicator) is not None


def is_falling_rate(statement: Statement) -> bool:
    """True where the indicator itself says that its rate is a fall (能耗下降率 3.2%), so that a plain figure is one."""
    return _FALLING_RATE.search(statement.indicator) is not None
