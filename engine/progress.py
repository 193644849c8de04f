"""How far a thing has come, read from words: 谋划 ‹ 启动 ‹ 推进 ‹ 完工 ‹ 验收 ‹ 投用 (words/progress.lines)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from engine.lexicon import LexiconError, either
from engine.wordlines import lines, single

STAGES = ("谋划", "启动", "推进", "完工", "验收", "投用")
UNDER_WAY = STAGES.index("推进")
DONE = STAGES.index("完工")
# How near a word stands before the stage that it takes back or puts into the future.
_NOT_REACH, _FUTURE_REACH = 6, 12


@dataclass(frozen=True, slots=True)
class Hit:
    """A stage word in a clause: its rank, and where it stands."""

    rank: int
    start: int
    end: int


@cache
def _table() -> tuple[re.Pattern[str], Mapping[str, str]]:
    table: dict[str, str] = {}
    for line, word in single(lines("progress")):
        if line.name not in {*STAGES, "-", "not", "future"}:
            raise LexiconError(f"{line.file}:{line.number}: {line.name} is no stage")
        table[word] = line.name
    return re.compile(either(table)), table


@lru_cache(maxsize=16384)
def hits(clause: str) -> tuple[tuple[Hit, ...], bool]:
    """The stages that a clause says are reached, and whether one was taken back (尚未完工)."""
    pattern, table = _table()
    found: list[Hit] = []
    taken_back = False
    no = future = -99
    for hit in pattern.finditer(clause):
        name = table[hit.group()]
        if name == "not":
            no, taken_back = hit.end(), True
        elif name == "future":
            future = hit.end()
        elif name in STAGES and hit.start() - no > _NOT_REACH and hit.start() - future > _FUTURE_REACH:
            found.append(Hit(STAGES.index(name), hit.start(), hit.end()))
    return tuple(found), taken_back


def stage(clause: str) -> int | None:
    """The highest stage that a clause says is reached, as a rank; None where it names none.

    >>> stage("镇卫生院已建成投用"), stage("正在办理前期手续"), stage("主体工程尚未完工")
    (5, 2, None)
    """
    found, _ = hits(clause)
    return max((each.rank for each in found), default=None)


_GOES_ON = re.compile("[并且及和、与,(]|(?:了|任务|工作|目标|使用|运行|运营|改造|建设|编制)*$")


def closes(clause: str, thing: str = "") -> bool:
    """True where a clause ends with a stage from 完工 on, or with one that the `thing` itself follows; not where another was done.

    >>> closes("老旧小区改造全部完工"), closes("规上企业完成产值", "规上企业"), closes("企业完成上市辅导备案", "上市辅导备案")
    (True, False, True)
    """
    found, _ = hits(clause)
    return any(each.rank >= DONE and (_GOES_ON.match(rest := clause[each.end:]) or rest[-2:] in thing) for each in found)


def promised(state: str, clause: str = "") -> int:
    """The stage that a milestone promises: by its verb, raised by a later 通过验收 or 投用, or set by 主体封顶; where none is named, done.

    >>> promised("建成", "建成冷链物流园并投入使用"), promised("改造", "片区改造项目主体封顶"), promised("启动", "启动老街改造")
    (5, 2, 1)
    """
    if "封顶" in clause or "主体" in clause:
        return UNDER_WAY
    named = stage(state)
    found, _ = hits(clause)
    later = [each.rank for each in found if each.rank > DONE]
    return max([DONE if named is None else named, *later])
