"""What the headings of a document say of the text below them: whether it plans or reports, and of which year."""

import re
from dataclasses import dataclass, field, replace

from engine.lexicon import either
from engine.periods import last_year, part_ahead, part_named, year_named
from engine.text import fold
from engine.values import Kind
from engine.wordlines import table

_CUES = table("cues")
COMING_YEARS = re.compile("(?:未来|今后|后)[五5]年")
# These make a plan of a heading where they stand alone (2025年目标任务) or behind a year (新一届区政府工作及2025年目标任务);
# 医改重点任务落地见效 and 圆满完成2024年目标任务 head a report.
_TAIL = rf"{either(_CUES['headings']['ending'])}(?:{either(_CUES['headings']['ending'])}|{either(_CUES['headings']['around'])})*[:。]?$"
_ENDING = re.compile(
    rf"(?:^[\s一二三四五六七八九十\d、.()第部分]*(?:20\d\d年度?)?|20\d\d年度?)(?:{either(_CUES['headings']['around'])})*{_TAIL}")
_GOVERNED = re.compile(either(_CUES["headings"]["governed"]))
_AHEAD = re.compile(
    r"(?:20\d{2}年|今后|未来|新一届|下一?阶段|下一年|来年|“?十[一二三四五六]五”?)[^,;。]*"
    rf"{either(_CUES['headings']['ending'])}[:。]?$")
# 第一章 发展基础, 2025年工作基础 tell what there is; 夯实水务发展基础 is an effort.
_FOUNDATION = re.compile(r"[\s一二三四五六七八九十\d、.()第章节部分]*(?:20\d\d年度?)?(?:的?主要)?(?:发展|现实|规划|工作|现有)基础")
# 第一部分 stands above 第一章, that above 第一节, and all above 一、.
_DIVISION = re.compile(r"第[一二三四五六七八九十\d]{1,3}(?:(?P<part>部|[编篇])|(?P<chapter>章)|(?P<section>节))")
_ORDER = {"part": 0, "chapter": 1, "section": 2}
_PLANNED, _REPORTED = (re.compile(either(_CUES["headings"][name])) for name in ("planned", "reported"))
# “十五五”时期的主要目标 are those of its last year.
_PLAN_SPAN = re.compile("十([一二三四五六])五”?(?:时期|期间|规划)?的?(?:经济社会)?(?:发展)?(?:主要|总体|预期|规划|发展|奋斗)*(?:目标|指标)")
NEXT_YEAR = re.compile(either(_CUES["sentences"]["next_year"]))
# 计划执行情况, 目标任务完成情况 speak of a plan and report what became of it.
_CARRIED_OUT = re.compile(
    "[^,;、]*(?:计划|规划|目标|任务|预算|安排|部署|要点)(?:任务|目标)?的?(?:执行|完成|落实|实施|推进|实现|进展)(?:情况|进展|进度)?")
# 三、有关要求 goes on with what the part before it plans.
_DEMANDS = re.compile("(?:要求|保障措施|组织领导|组织保障|组织实施|工作保障|督查考核|督导考核)[:。]?$")
# 四、加强政府自身建设 behind 三、2026年重点工作
_EFFORTS = re.compile(f"[一二三四五六七八九十]{{1,3}}、{either(table('nouns')['subjects']['effort'])}")
# 上半年生产经营情况 is told, 任务分解情况 and 工作安排情况 are not.
_STATE = re.compile("(?<!安排)(?<!计划)(?<!部署)(?<!分解)(?<!打算)(?<!思路)情况[:。]?$")
# 展现新成效, 取得更大进展 is wished for in the headings of plans as much as it is told in those of reports; 巩固帮扶成效 is an effort.
_HOPED = re.compile(
    "(?:巩固|提升|拓展|扩大|放大|深化|增强|提高|保持|转化)[^,;。]{0,10}?(?:成效|成果|成绩)"
    "|(?:稳定?|改善|引导|提振)(?:社会|市场|发展)?预期"
    "|问题的?(?:整改|化解|解决|治理|排查|整治|处置|销号)"
    "|(?:取得|展现|实现|见到|迈出|体现|彰显)?(?:新|更大|更多|更好|更高|更实|明显|显著|扎实)的?(?:成效|进展|成绩|亮点|成果|业绩)")


_WHOLE_YEAR = 12
_THIS_YEAR = re.compile("今年[^,;。]{0,10}(?:任务|目标|工作|重点)")


@dataclass(frozen=True, slots=True)
class _Heading:
    """A heading with its depth (see `_depth`), and the kind, year and part of the year that hold below it."""

    depth: tuple[int, int]
    text: str
    kind: Kind
    year: int | None
    months: tuple[int, int] | None


@dataclass
class Frame:
    """What holds while a document is read: its name and text, year, kind, cut-off month and the headings above the place.

    `horizon` is the last of the years to come that it speaks of as 未来五年; `begun` is the last year before a plan of
    several years, which its 发展基础 tells of. A `bulletin` tells how far things have come, part by part, and ends with demands;
    `topic` is the one thing that it is about, '' where it is about many. `reviewed` is the year before its own where a document
    of the first months looks back; `since` is the first month of the quarter that a report is about;
    `demanded` is the year that a meeting makes demands for, where it is not the document's own.
    """

    doc: str
    text: str
    year: int | None = None
    kind: Kind = "target"
    cutoff: int | None = None
    horizon: int | None = None
    begun: int | None = None
    bulletin: bool = False
    topic: str = ""
    reviewed: int | None = None
    since: int | None = None
    demanded: int | None = None
    headings: list[_Heading] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.section: tuple[str, ...] = ()
        self.section_kind, self.section_year = self.kind, self.year
        self.section_months: tuple[int, int] | None = None

    def enter(self, level: int, heading: str) -> None:
        """A heading closes those of its level and below; what it does not say itself it takes from the one above.

        A line without a mark (重点做好五方面工作:) closes all, yet goes on in the year and kind of the part it stands in.
        """
        folded = fold(heading)
        depth = _depth(level, folded)
        goes_on = _DEMANDS.search(folded) or (level == 1 and _EFFORTS.match(folded))
        last = next((each for each in self.headings if each.depth[0] == level), None) if goes_on else None
        part = next((each for each in reversed(self.headings) if each.depth[0] <= 1), None) if not level else None
        while self.headings and self.headings[-1].depth >= depth:
            self.headings.pop()
        above = self.headings[-1] if self.headings else part
        if last and last.kind == "target":
            above = last
        ahead = part_ahead(folded, self.cutoff)
        # (四)重点工作 in a part that reports is a part of what was done.
        told = level > 1 and above and above.kind == "result" and _PART.fullmatch(folded)
        own = (_part_of_bulletin if self.bulletin or told else _heading_kind)(folded) or ("target" if ahead else None)
        if own is None and self.reviewed and _THIS_YEAR.search(folded):  # 三、全面完成今年各项目标任务
            own = "target"
        before = self.begun or self.reviewed if own == "result" else None
        self.section_kind = own or (above.kind if above else self.kind)
        if level and not own and self.section_kind == "result":  # 二、正视差距 of a speech in February
            before = before or self.reviewed
        self.section_year = self._heading_year(folded) or before or self._coming_year(own, above) or (above.year if above else self.year)
        # 四、第四季度工作计划: what it lists is of that quarter; from January on is told by the cut-off.
        named = ahead or (part_named(folded) if level else None)
        self.section_months = named if named and named[0] > 1 else above.months if above and not named else None
        self.headings.append(_Heading(depth, heading, self.section_kind, self.section_year, self.section_months))
        self.section = tuple(each.text for each in self.headings)

    def turn(self) -> None:
        """From here on the part below the last heading tells what is planned for the document's own year."""
        self.section_kind, self.section_year = "target", self.year
        if self.headings:
            self.headings[-1] = replace(self.headings[-1], kind="target", year=self.year)

    @property
    def over(self) -> int | None:
        """The year that a document reports the whole of; None for any other document."""
        return self.year if self.kind == "result" and self.cutoff == _WHOLE_YEAR else None

    def _coming_year(self, own: Kind | None, above: "_Heading | None") -> int | None:
        """三、下一步工作打算 at the end of a report of a whole year plans the year after it."""
        if own != "target" or (above and (above.kind == "target" or above.year != self.year)):
            return None
        return self.over + 1 if self.over else None

    def _heading_year(self, heading: str) -> int | None:
        if year := year_named(heading):
            return year
        if plan := _PLAN_SPAN.search(heading):
            return last_year(plan[1])
        if self.horizon and COMING_YEARS.search(heading):
            return self.horizon
        return self.year + 1 if self.year and NEXT_YEAR.search(heading) else None


def _depth(level: int, heading: str) -> tuple[int, int]:
    """The level of a heading, and among those of level 1 its place in the order 第一部分 · 第一章 · 第一节 · 一、."""
    found = _DIVISION.match(heading) if level == 1 else None
    return level, _ORDER[found.lastgroup or ""] if found else len(_ORDER)


def _heading_kind(heading: str) -> Kind | None:
    """The kind that a heading names; None where it names none, or both."""
    heading = _HOPED.sub("", _CARRIED_OUT.sub("总结", heading))
    heading = _STATE.sub("总结", heading)
    planned = _PLANNED.search(heading) or ((_ENDING.search(heading) or _AHEAD.search(heading)) and not _GOVERNED.search(heading))
    reported = _REPORTED.search(heading) or _FOUNDATION.match(heading)
    if bool(planned) == bool(reported):
        return None
    return "target" if planned else "result"


_PART = re.compile(
    r"[\s一二三四五六七八九十\d、.()]*(?:主要|各项|年度|全[市县区镇乡]|[市县区]级)*(?:重点)?(?:工作|任务|项目|目标|指标)(?:任务)?[:。]?")


def _part_of_bulletin(heading: str) -> Kind | None:
    """The kind of a part of a bulletin: 二、重点工作 is what it tells of, 四、工作要求 what it demands."""
    if _PART.fullmatch(heading):
        return None
    return "target" if _DEMANDS.search(heading) else _heading_kind(heading)
