"""The words around a figure: its own part of the clause, the verb it shares with an enumeration, and what follows it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from engine.text import fold
from engine.values import Statement

_CLAUSE = re.compile(r"[,;。!?\n]")
_PART = re.compile(r"[,;。!?\n、]")
_STOP = re.compile(r"[;。!?\n]")
_AHEAD = re.compile("预计|预期(?!寿命|目标|性)|有望|力争|将于|即将")
# A remark about another figure: 签约项目38个(近三年累计121个),其中10亿元以上6个.
_BRACKETED = re.compile(r"\([^()]*\)")
_REACH = 60


@dataclass(frozen=True, slots=True)
class Around:
    """`own` leads to the figure from the last mark or figure, `lead` is the clause before that, `after` what follows up to a mark.

    `before` is all of the sentence that leads to the figure, `rest` what follows up to the end of the sentence, cut short.
    `next_unit` is the unit of the next figure where nothing but words stands between the two; `ahead` is true where the sentence has
    spoken of what is still to come (预计年底投用,新增床位500张).
    """

    own: str = ""
    lead: str = ""
    after: str = ""
    next_unit: str | None = None
    ahead: bool = False
    before: str = ""
    rest: str = ""

    @property
    def clause(self) -> str:
        return self.lead + self.own


def _last(marks: re.Pattern[str], text: str) -> int:
    end = 0
    for hit in marks.finditer(text):
        # A comma between digits belongs to a number: 25,494.
        if not (hit.group() == "," and text[hit.end():hit.end() + 1].isdigit() and text[max(hit.start() - 1, 0):hit.start()].isdigit()):
            end = hit.end()
    return end


def around(statement: Statement, text: str, nearby: Iterable[Statement] = ()) -> Around:
    """The words around a figure in its text; `nearby` are the other figures of its sentence."""
    start, end = statement.start, statement.end
    if not 0 <= start < end <= len(text):
        return Around()
    low = max(statement.sentence[0] if statement.sentence[1] > start else 0, start - _REACH)
    before = fold(text[low:start])
    clause = _last(_CLAUSE, before)
    if before.startswith("其中", clause):
        # 引进各类人才86人,其中高层次人才18人: the verb stands in the clause before.
        clause = _last(_CLAUSE, before[:max(clause - 1, 0)])
    neighbours = [each for each in nearby if each.start != start]
    previous = max((each.end - low for each in neighbours if low <= each.end <= start), default=0)
    own = max(previous, _last(_PART, before))
    tail = fold(text[end:end + _REACH // 2])
    stop = _PART.search(tail)
    length = stop.start() if stop else len(tail)
    follower = min((each for each in neighbours if end <= each.start <= end + length), key=lambda each: each.start, default=None)
    after = tail[:follower.start - end if follower else length]
    ahead = _AHEAD.search(before, _last(_STOP, before)) is not None
    end_of_it = _STOP.search(tail)
    lead, rest = _BRACKETED.sub("", before[clause:max(own, clause)]), tail[:end_of_it.start() if end_of_it else len(tail)]
    return Around(before[own:], lead, after, follower.unit if follower else None, ahead, before, rest)
