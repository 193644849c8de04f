"""Months: the part of its year that a figure speaks of, from what stands before and behind it."""

import re
from typing import NamedTuple

from engine.headings import Frame
from engine.lexicon import either
from engine.measured import Figure
from engine.outline import Piece
from engine.periods import PARTS_OF_YEAR, Timeline, holiday_before, until_month
from engine.tokens import REACH, Token, clause_before
from engine.values import Kind
from engine.wordlines import table

Named = tuple[int, tuple[int, int]]
"""Where a part of a year is named in a paragraph, and which one."""
AT_HEAD = 12
"""So far from the beginning of a sentence a time still opens it."""

_WHOLE_YEAR = re.compile(
    r"年内|当年(?=[一-鿿]{2}率)|(?:全年|年底|到年末)(?!度?的?总?(?:目标|任务|计划|预算|指标|任务数|预期|投资计划|额度))")
# 四季度新开工6个,年度投资计划完成率达到100%
_OWN_TIME = re.compile("年度")
# 全年安排重点项目36个,截至10月底已开工33个
_OF_THE_YEAR = re.compile("(?:今年)?(?:全年|年初)(?:共)?(?:安排|计划|确定|谋划|排定)")
# What is told of the year in a part about one quarter.
_OTHER_TIME = re.compile("今年|全年|年内|年底|年末|本年|累计|年度|目前|截至|以来|到20")
_CLAUSE_STOP = re.compile(r"[,;。:()\d、](?!月)")
_CLAUSE_OVER, _DIGIT = re.compile("[,;]"), re.compile(r"\d")
_VERBS = table("nouns")["verbs"]
_ENDS, STAGES = either(_VERBS["ends"]), either([*_VERBS["begins"], *_VERBS["ends"]])
# 二期工程6月底建成通水,新增产能10万吨: the day of what happened is over with its clause.
_HAPPENED = re.compile(
    r"\d{1,2}月(?:份|底|末|初|[上中下]旬|\d{1,2}日)?[^,;。\d]{0,10}?" + STAGES + r"[^,;。\d]{0,6}[,;]")
# 由去年的7处减少到2处: of the whole of that year, whatever months the report covers.
_WHOLE_FORMER = re.compile(
    "(?:年初|期初|上季度|过去|以前|此前|原来|原先|之前)的?$|(?:去年|上年|上一年)(?!同期|同月|上半年|前三季度|一季度|1)")
_DEED_BEHIND = "(?:前|底|末|底前|末前)?(?:全部|集中|陆续|正式)?" + either(
    word for name in ("begins", "ends", "outcomes", "frees") for word in _VERBS[name])
_DUE_BEHIND = re.compile(
    rf"(?:以上|左右)?[一-鿿]{{0,6}}?(?P<part>上半年|下半年|前三季度|[一二三四]季度)内?{_DEED_BEHIND}"
    rf"|(?:以上|左右)?,(?P<until>1[01]|[1-9])月(?:底|末|份|\d{{1,2}}日)?之?前(?:全部)?{_ENDS}[,;。]")
_PART_OF_YEAR = ("期", "季", "节", "阶段", "时段")
# 由上季度的4.6天压缩至3.9天
LAST_QUARTER, QUARTER = re.compile("上季度的?$"), 3
_HOLIDAYS = ("假期", "假日", "长假", "黄金周", "日至", "日-", "日—")


class Months(NamedTuple):
    """Tells the months of the figures of one paragraph; `dated` and `holidays` are what most paragraphs don't have, looked for once."""

    string: str
    timeline: Timeline
    frame: Frame
    dated: bool
    holidays: bool

    @classmethod
    def within(cls, string: str, timeline: Timeline, frame: Frame) -> "Months":
        """Those of a paragraph."""
        return cls(string, timeline, frame, "月" in string or "季度" in string, any(word in string for word in _HOLIDAYS))

    def of(self, piece: Piece, figure: Figure, kind: Kind, year: int | None, rule: str, before: Named | None) -> tuple[int, int] | None:
        """Those named before the figure in its own part of the sentence, else the report's cut-off; None for a whole year.

        `rule` is the one that told the kind, `before` what the sentence goes on with from the one before it.
        """
        token, cutoff = figure.token, self.frame.cutoff
        if rule == "former-year" and cutoff and cutoff > QUARTER and LAST_QUARTER.search(figure.words):
            return cutoff - 2 * QUARTER + 1, cutoff - QUARTER
        if rule == "set-beside" or (rule == "former-year" and _WHOLE_FORMER.search(figure.words)):
            return None
        since = max(self.string.rfind(";", piece.start, token.start), piece.start)
        if self.holidays and (off := self._days_off(figure, since)):
            return off
        named = self._named(piece, token, kind, since, before)
        elsewhere = not named or (kind == "target" and bool(_CLAUSE_OVER.search(self.string, named[0], token.start)))
        if named and elsewhere and kind == "target" and _OWN_TIME.search(figure.words):
            named = None
        if elsewhere and (told := self._of_task(piece, token, kind, year, since)) and (not named or told[0] == 1):
            return told
        if named and named[1][0] == named[1][1] > 1 and "累计" in figure.words and kind == "result":  # 11月当月签约86户,累计腾地530亩
            named = None
        over = named and (self._of_whole_year(max(named[0], piece.start), token.start) or self._in_closed_bracket(named[0], token.start))
        if named and not over:
            return None if named[1] == (1, 12) else named[1]
        if _OF_THE_YEAR.match(figure.words) or (kind == "result" and self._told_of_year(piece.start, figure)):
            return None
        return self._of_report(piece, kind, year, since=1 if "累计" in figure.words else self.frame.since or 1)

    def _named(self, piece: Piece, token: Token, kind: Kind, since: int, before: Named | None) -> Named | None:
        """The part of the year named last before a figure, but for the day of what happened and is over."""
        named = self.timeline.period_before(token.start, since)
        if named and kind == "result" and _HAPPENED.match(self.string, named[0], token.start):
            named = None
        if named or kind == "target":
            return named
        return (self._at_opening(piece, since) if since > piece.start else None) or (before if kind == "result" else None)

    def _of_report(self, piece: Piece, kind: Kind, year: int | None, *, since: int) -> tuple[int, int] | None:
        """Those up to the cut-off of a report; not for 2023年…148万亩 in a report of half of 2024."""
        cutoff = self.frame.cutoff
        former = (year or 0) < (self.frame.year or 0) and self._opens_with(piece, year)
        if since > 1 and (told := self.timeline.period_before(piece.start, 0)) and told[1] == (1, cutoff):
            since = 1  # 上半年,… before it in the paragraph of a report about a quarter
        return (since, cutoff) if kind == "result" and cutoff and cutoff < 12 and not former else None

    def _of_whole_year(self, since: int, position: int) -> bool:
        """True where 全年 stands between; what the year is expected to end with (预计全年可达37亿元;) is over with its semicolon."""
        return any(not (self.string.endswith("预计", 0, found.start()) and ";" in self.string[found.end():position])
                   for found in _WHOLE_YEAR.finditer(self.string, since, position))

    def _told_of_year(self, since: int, figure: Figure) -> bool:
        """True behind 全年 at the head of a sentence, for its first figure and what leans on that: 全年新签约项目41个,已开工23个."""
        told = _WHOLE_YEAR.match(self.string, since) if self.string.startswith("全年", since) else None
        if not told or self.string.startswith("预计", told.end()):
            return False
        return not figure.own or "elided" in figure.rules or not _DIGIT.search(self.string, since, figure.token.start)

    def _days_off(self, figure: Figure, since: int) -> tuple[int, int] | None:
        """The month of a holiday that a figure is told of: 国庆假期接待游客18万人次,增长22%."""
        named = holiday_before(self.string, figure.token.start, max(since, figure.token.start - REACH))
        if not named or self.timeline.period_before(figure.token.start, named[0]):
            return None
        return None if figure.own and "," in self.string[named[0]:figure.token.start] else named[1]

    def _of_task(self, piece: Piece, token: Token, kind: Kind, year: int | None, since: int) -> tuple[int, int] | None:
        """Those up to the due month in the clause of a target (6月底前), else those of the quarter that the part is about."""
        if kind == "target" and self.dated:
            stop = _CLAUSE_STOP.search(self.string, token.end, piece.end)
            behind = self.string[token.start:stop.start() if stop else piece.end]
            if until := until_month(clause_before(self.string, piece.start, token.start), behind):
                return 1, until
        if kind == "target" and (due := _DUE_BEHIND.match(self.string, token.end)):
            return _due_behind(due)
        frame = self.frame
        if not frame.section_months or kind != frame.section_kind or year != frame.section_year:
            return None
        other = _OTHER_TIME.search(self.string, max(since, token.start - REACH), token.start)
        return None if other else frame.section_months

    def _opens_with(self, piece: Piece, year: int | None) -> bool:
        opening = self.string[piece.start:min(piece.end, piece.start + REACH)]
        return year is not None and f"{year}年" in opening and "同期" not in opening

    def _at_opening(self, piece: Piece, since: int) -> Named | None:
        """1-10月 at the head of a sentence holds over its semicolons; a single month or quarter, or one further in, does not."""
        named = self.timeline.period_before(since, piece.start)
        return named if named and named[0] - piece.start <= AT_HEAD else None

    def _in_closed_bracket(self, place: int, position: int) -> bool:
        opened = self.string.rfind("(", max(0, place - 20), place)
        named = opened > 0 and self.string.endswith(_PART_OF_YEAR, 0, opened)  # 臭氧攻坚期(5-9月)开展监测40次
        return opened >= 0 and not named and ")" not in self.string[opened:place] and ")" in self.string[place:position]


def _due_behind(due: re.Match[str]) -> tuple[int, int]:
    """The months that the words right behind a target give it: 6个项目一季度开工, 筛查1.2万人,10月底前完成."""
    return (1, int(due["until"])) if due["until"] else PARTS_OF_YEAR[due["part"]]
