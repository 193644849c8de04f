"""Years: which calendar year a figure speaks of, from what stands before and behind it."""

import re
from typing import NamedTuple

from engine.former import LAST_YEAR, SETS_OUT
from engine.headings import Frame
from engine.lexicon import either
from engine.measured import Figure
from engine.months import AT_HEAD, LAST_QUARTER, QUARTER
from engine.outline import Piece
from engine.periods import Timeline, last_year
from engine.tokens import REACH
from engine.values import Kind
from engine.wordlines import table

_PLAN_SPAN = re.compile(r"(?<![是比较为])(?<![是比较为]“)“?十([一二三四五六])五”?(?:时期|期间|以来)")
# 过去五年,…城镇化率由45%提高到53%: from where it was five years ago.
_FIVE_YEARS_ON = re.compile("五年来|过去五年|五年间|这五年|近五年")
_BRACKET, _MOST_BRACKETS = 80, 8
_ON_BASIS = re.compile("[^,;。]{0,30}基础上")
_DIGIT = re.compile(r"\d")
_SINCE = ("截止", "到", "至")
_YEAR_AT = re.compile(r"(20\d{2})年")
_AT_OPENING = re.compile(r"(?:[^一-鿿]|[一二三四五六七八九十]是|[一二三四五六七八九十]、)*(?:截至|至|到|在)?20\d{2}年度?")
_CLAUSE_OVER = re.compile("[,;]")
# 安置房1100套力争2027年6月底前竣工
_DUE_YEAR = re.compile(
    r"(?:以上|左右)?(?:力争|确保|计划|拟|预计|将|要)*[于在到]?(20\d{2})年(?:\d{1,2}月)?[底末]?(?:之?前)?"
    rf"(?:{either(table('nouns')['verbs']['ends'])}|达到|实现)")


class Years(NamedTuple):
    """Tells the years of the figures of one paragraph."""

    string: str
    timeline: Timeline
    frame: Frame

    def named(self, start: int, piece: Piece, opened: int | None, *, lists: bool) -> int | None:
        """The year named last before a figure; one further ahead (到2035年底达到70%) holds no longer than to the next semicolon.

        `opened` is the year that opens the paragraph; in a sentence that `lists` what is promised a year holds to its end.
        """
        place = self._over_brackets(start, piece.start)
        named = self.timeline.year_before(place, piece.start) if place is not None else None
        if named and self._set_out(start, piece.start):
            return None
        since = max(piece.start, start - REACH)
        if named and self.string.rfind("今年", since, start) > self.string.rfind("20", since, start):
            # 继2023年增设300个之后,今年又增设200个; behind a year that opens the paragraph of a plan it is the plan's.
            return self.frame.section_year if opened and self.frame.section_kind == "target" else None
        opening = self.timeline.year_before(piece.start + AT_HEAD, piece.start)
        further = opening != named and (named or 0) > (self.frame.section_year or named or 0)
        if named and not lists and (further or self._of_plan(named, start, piece)):
            return self.timeline.year_before(start, max(self.string.rfind(";", piece.start, start), piece.start))
        return named

    def _of_plan(self, named: int, start: int, piece: Piece) -> bool:
        """True for one year of a plan of five that a sentence does not open with: 迁建医院,2022年完成投资1亿元;新建中心1处."""
        end = self.timeline.last_named(start, piece.start)
        if end is None or self.frame.begun is None or self.frame.begun >= named:
            return False
        return not _AT_OPENING.fullmatch(self.string, piece.start, end)

    def due(self, figure: Figure) -> int | None:
        """安置房1100套力争2027年6月底前竣工: the year told behind a target."""
        due = _DUE_YEAR.match(self.string, figure.token.end)
        return int(due[1]) if due else None

    def in_passing(self, start: int, piece: Piece) -> bool:
        """True where a plan names a year gone by in a clause that is over: 对2025年违规的机构开展回头看;上传率达到98%."""
        end = self.timeline.last_named(start, piece.start)
        if end is None or _AT_OPENING.fullmatch(self.string, piece.start, end):
            return False
        between = self.string[end:min(start, end + REACH)]
        if self.string.endswith(_SINCE, 0, end - 5):  # 截至2025年底,已发放3万人
            return False
        return not between.startswith(",") and self.string[end - 6:end - 5] not in ",;(" and bool(_CLAUSE_OVER.search(between))

    def former(self, figure: Figure, before: str, named: int | None, here: int | None, within: Kind, *, running: bool) -> int | None:
        """Which of the years before a figure of a former year speaks of.

        `here` is the year of the paragraph, `within` the kind of the sentence; `running` is true in a report of the document's own year.
        """
        start, words = figure.token.start, figure.words
        if "stood-at" in figure.rules and (then := _YEAR_AT.search(words)):
            return int(then[1])
        if LAST_QUARTER.search(words) and (self.frame.cutoff or 0) > QUARTER:
            return here
        if named and "年" in words and named < (here or 9999):
            return named
        far = self.frame.horizon and here == self.frame.horizon
        found = SETS_OUT.search(words)
        if far or (found and found["now"]):
            return self.frame.year
        if plan := _PLAN_SPAN.search(before, before.rfind(";") + 1):
            return last_year(plan[1]) - 5
        midyear = running and QUARTER <= (self.frame.cutoff or 12) < 12
        if midyear and within == "target" and found and not LAST_YEAR.search(words):  # 由5.2天压减至4天 in what is left of the year
            return here
        if self.frame.kind == "target" and here == (self.frame.year or 0) - 1 and "去年" in words and "同期" not in words:
            return here  # 去年 of a plan is the year before the plan, in what it tells of that year too
        if self.frame.begun and here == self.frame.year:  # 由2.6名增加到4名 in a plan of five years: from where they begin
            return self.frame.begun
        if here and _FIVE_YEARS_ON.search(self.string, 0, start):
            return here - 5
        return here and here - 1

    def _over_brackets(self, start: int, since: int) -> int | None:
        """Where to look back for a year from: before the closed brackets that name one; None behind too many of them."""
        for _ in range(_MOST_BRACKETS):
            opened = self._bracketed(start, since)
            if opened is None:
                return start
            start = opened
        return None

    def _bracketed(self, start: int, since: int) -> int | None:
        """Where the bracket opened that named a year and is closed by now: 占比达到63%(2025年为60.7%),… speaks of that year no longer."""
        end = self.timeline.last_named(start, since)
        if end is None or (opened := self.string.rfind("(", max(since, end - _BRACKET), end)) < 0 or ")" in self.string[opened:end]:
            return None
        return opened if self.string.find(")", end, min(start, end + _BRACKET)) >= 0 else None

    def _set_out(self, start: int, since: int) -> bool:
        """True behind the figure that a change sets out from: 由2025年的56%提高到60%,… speaks of that year no longer."""
        end = self.timeline.last_named(start, since)
        if end is None:
            return False
        before = self.string[max(0, end - 6):end - 5]
        if before == "在" and _ON_BASIS.match(self.string, end, start):  # 在2025年30家的基础上翻一番
            return True
        return before in ("由", "从") and bool(_DIGIT.search(self.string, end, start))
