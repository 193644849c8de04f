"""Statements: a figure in its sentence and section becomes a target, a result or a forecast, with its year and months."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from engine.departments import BEHIND, departments
from engine.figures import figures as read_figures
from engine.former import BECOMES, LOOKS_BACK, THIS_YEAR, is_former, opens_former, told_until
from engine.headings import NEXT_YEAR, Frame
from engine.indicators import after_list_mark
from engine.kinds import FORECAST, LISTED_PROMISE, PROMISE, REPORTS_AGAIN, is_done, is_expected, is_set, kind_of
from engine.measured import PARTS, Figure
from engine.milestones import milestones
from engine.months import AT_HEAD, STAGES, Months
from engine.outline import Paragraph, Piece
from engine.periods import YEAR, Timeline, describes, due_of, limit_of, part_opened_ahead, time_limits, until_month, year_of
from engine.titles import spelled_out
from engine.tokens import REACH, Reject, Token, clause_before, tokens
from engine.values import Department, Found, Kind, Sentence, Statement, Unplaced
from engine.wordlines import table
from engine.years import Years

# A paragraph of a report that opens so speaks of what is to come, to its end.
_TURN = re.compile(
    r"(?:(?P<year>20\d{2})年|明年|下一步|下半年|四季度|接下来|新的一年|第四季度|下阶段),?.{0,16}?(?:将|要|力争|计划|继续|重点(?=[抓做推开围实打突聚落在培引])|着力)")
# At the end of a report of a whole year these speak of the year after it.
_FROM_NOW = re.compile("下一步|接下来|新的一年|下阶段")
# Who speaks, before what is said: 会议指出,2024年是…
_SPEAKERS = "报告|会议|讲话|通报|总结|负责人|介绍"
_SPEAKER = re.compile(f"{_SPEAKERS}|会上")
_SAID_BY = re.compile(f"(?:[一-鿿]{{0,12}}(?:{_SPEAKERS})[一-鿿]{{0,2}}(?:指出|认为|强调|表示|介绍|显示|提出|说)?|会上),")
# 会议强调,2026年是关键一年,…: what is demanded is to come. 会议指出,过去一年,…: what was done.
_DEMANDED = re.compile(
    "(?:[^,;。\\d]{2,14},)?[一-鿿]{0,10}(?:会议|会上|大会|全会)(?:还|同时)?(?:强调|要求|明确|部署|号召|提出)|[一-鿿]{2,4}(?:强调|要求|号召)[,:]"
    "|[^。\\d]{4,30}?(?:作出|作了|进行了?)(?:全面|具体)?(?:部署|安排)[:,]")
# 今年的目标已经明确:… in a speech that looked back before
_NOW = re.compile("(?:今年|新的一年)(?:的|全[市县区]|我们|[一-鿿]{0,8}?)(?:主要|总体|预期|工作)*(?:目标|任务|要求|重点|要|将)")
_AUTUMN = 10
_PAST_YEAR = re.compile("过去的?一年|一年来|刚刚过去的一年")
# 回顾2024年, 在2025年,
_LOOKS = frozenset("回总展在刚过即")
_LOOKS_AT = re.compile("^(?:回顾|回望|总结|展望|在|刚刚?过去的|过去的|即将过去的)(?=20\\d{2}年)")
# 也要看到,部分指标与计划有差距: what a plan tells of what is wanting is no part of it.
_WANTING = re.compile(
    r"[^,;。\d]{0,12}?(?:看到|认识到|指出|点出|存在)[^。\d]{0,40}(?:短板|不足|差距|困难|问题|薄弱|滞后|压力)")
_GOES_ON = re.compile("与此同时|同时|此外|另外|其中|并且")
_UNTIL_YEAR = re.compile(
    r"到(?:20\d{2}年(?!(?:底|末)?的)|“?十[一二三四五六]五”?)|20\d{2}年(?:底|末)?前(?![一-鿿]{2,4}的)|20\d{2}[-~—至到]20\d{2}年")
_NEAR = 40
# 截至2月底,上述项目已开工31个,完成投资8.3亿元: told in a plan of what has been done.
_SO_FAR = re.compile(r"截至?止?到?(?:目前|现在|(?:20\d{2}年)?\d{1,2}月(?:底|末|份|上旬|中旬|下旬|\d{1,2}日)?),?[^,;。\d]{0,14}已")
# 部分指标(2025年实际值→2030年目标值)
_ARROW_YEARS = re.compile(r"(20\d{2})年[^→]{0,12}→[^→]{0,6}(20\d{2})年")
_EXTENTS = frozenset(table("nouns")["heads"]["extents"])
# What the two patterns that go back to the months of the sentence before, and the one behind a figure, can begin with.
_GOES_BACK, _HINTS = frozenset("其按分从受因由"), frozenset("预有计拟将力确")
# 受订单不足影响,进出口总额同比下降3.5%: of the months told of in the sentence before.
_INFLUENCED = re.compile("(?:受|因|由于)[^,;。]{2,24}(?:影响|拖累|冲击|制约|带动|拉动),")
# 其余3个预计12月底前全部完工, 剩余2项力争年内办结
_TOLD_BEHIND = re.compile(
    r"(?:(?P<expected>预计|有望)|计划|拟于?|将于|力争|确保)[^,;。\d]{0,6}(?:\d{1,2}月)?[^,;。\d]{0,10}"
    + STAGES + "(?![的项])")


def read_paragraph(paragraph: Paragraph, pieces: list[Piece], frame: Frame) -> Found:
    """Statements, unplaced numerals and sentences of a paragraph; its headings move the frame."""
    found = tokens(paragraph.string)
    starts = [each.start for each in found]
    reader = _Reader(paragraph, frame, Timeline.of(paragraph.string, frame.year))
    for piece in pieces:
        held = [each for each in found[bisect_left(starts, piece.start):bisect_left(starts, piece.end)] if isinstance(each, Token)]
        listed = piece.level is not None and piece.level >= LIST_LEVEL
        told = held and (listed or not piece.level or _is_sentence(piece))
        if piece.level is not None and not told and not (listed and reader.promises(piece)):
            frame.enter(piece.level, piece.written.strip(" 。:;：；\r\n"))
        if piece.level is not None and not held:
            reader.title = _OFFICE_END.sub("", after_list_mark(piece.string.strip(" 。:;\r\n")).strip())
        elif piece.level is None and not held and (lagging := _LAGGING.match(piece.string)):
            reader.title = lagging["thing"]
        if piece.level is None or listed or held:
            reader.sentence(piece, held)
    reader.name_departments()
    reader.name_limits()
    return Found(reader.statements, list(_unplaced(paragraph, [*found, *reader.unnamed])), reader.sentences)


def _is_sentence(piece: Piece) -> bool:
    """(六)改厕任务3800座,完成3860座。 is no heading, whatever its mark: a heading has no figures behind its comma."""
    return "," in piece.string and piece.string.endswith(("。", ";"))


def _unplaced(paragraph: Paragraph, found: list[Token | Reject]) -> Iterator[Unplaced]:
    for each in sorted(found, key=lambda each: each.start):
        if isinstance(each, Reject) and each.reason:
            span = paragraph.span(each.start, each.end)
            yield Unplaced(span.start, span.end, paragraph.written[each.start:each.end], each.reason)


LIST_LEVEL = 3
"""Marks from this level on (1. ①) also open list items, which promise something themselves."""


# 计划新增800个,建成430个,欠序时进度29个百分点: what stands against a task was done.
_MEASURED_BY = re.compile(
    "[^,;。\\d]{0,6},(?:完成率|(?:完成|占|为|达)(?:全年|年度|总)?(?:计划|任务|目标)[^,;。\\d]{0,4}的|(?:欠|落后|滞后|低于|高于|超|快于|慢于)序时)")


# 教育提质。年度新增学位1440个,两所幼儿园已竣工: the task of the year, in a bulletin.
_YEARS_TASK = re.compile("(?:年度|全年)(?:新增|新建|改造|建设|实施|安排|改建|整治|培训|发放|建成)")


# (二)农村供水提质(县水利局)
_OFFICE_END = re.compile(r"\([^()]*(?:[局委办部院]|中心|公司|集团|单位:[^()]*)\)$")
# 一是老旧小区改造开工不足。年度任务22个,目前开工9个。
_LAGGING = re.compile(
    "[一二三四五六七八九]是(?P<thing>[一-鿿“”]{3,12}?)(?:开工|推进|建设|进度|进展|工作)?"
    "(?:不足|偏慢|滞后|缓慢|较慢|不快|不力|迟缓|不理想|较差|偏低|偏少|不够快|未达序时)。")


class _Reader:
    """Reads the sentences of one paragraph; a year or a turn to plans named at its beginning holds to its end."""

    def __init__(self, paragraph: Paragraph, frame: Frame, timeline: Timeline) -> None:
        self.paragraph, self.frame, self.timeline = paragraph, frame, timeline
        self.string = paragraph.string
        self.years = Years(self.string, timeline, frame)
        self.months = Months.within(self.string, timeline, frame)
        self.arrows = "→" in self.string
        self.year: int | None = None
        self.promised = False
        self.former, self.former_until = False, 0
        self.turns = self.looks_back = self.lists = self.listed = self.carried = False
        self.last: list[Figure] = []
        # The part of the year that the sentence before opens with, and what 其中 goes on with of it.
        self.opened: tuple[int, tuple[int, int]] | None = None
        self.period: tuple[int, tuple[int, int]] | None = None
        # Where a year ends that only one figure, with no thing of its own, looks ahead to: 工业产值增长6%、到2027年突破360亿元,…
        self.aside: int | None = None
        self.title = ""
        self.statements: list[Statement] = []
        self.unnamed: list[Reject] = []
        self.sentences: list[Sentence] = []

    @property
    def year_here(self) -> int | None:
        looks_back = self.frame.section_kind == "result" and not self.promised and self.frame.section_year == self.frame.year
        return self.year or (self.frame.reviewed if looks_back else None) or self.frame.section_year

    def sentence(self, piece: Piece, held: list[Token]) -> None:
        """Reads one sentence: its figures, and the milestones among its clauses without one."""
        self._open(piece)
        if held:
            self._hint(piece)
        else:
            self.last = []
        kind: Kind = "target" if self.promised or self.carried else self.frame.section_kind
        span = self.paragraph.span(piece.start, piece.end)
        made = list(self._figures(piece, held, kind, (span.start, span.end))) if held else []
        promise = PROMISE.search(self.string, piece.start, piece.end) if kind == "result" else None
        if (piece.level is None or piece.level >= LIST_LEVEL) and ((kind == "target" and not self.former) or promise):
            begin = promise.start() if promise else piece.start
            made += self._milestones(piece, begin, held, (span.start, span.end))
            made.sort(key=lambda each: each.start)
        self.statements += made
        self.sentences.append(Sentence(span.start, span.end, "target" if promise else kind, self.year_here, self.frame.section))

    def _hint(self, piece: Piece) -> None:
        """Looks once a sentence whether it has any word that could turn one of its figures: most have none."""
        where = self.string, piece.start, piece.end
        self.turns = bool(PROMISE.search(*where) or FORECAST.search(*where) or NEXT_YEAR.search(*where))
        self.looks_back = bool(LOOKS_BACK.search(*where))

    def promises(self, piece: Piece) -> bool:
        """True where a list item promises an end of its own, so that it is no heading."""
        kind = "target" if self.promised else self.frame.section_kind
        return kind == "target" and piece.string.endswith(("。", ";")) and any(milestones(self.string, piece.start, piece.end, []))

    def name_departments(self) -> None:
        """（责任单位：…） behind the full stop names who answers for the targets before it in the paragraph."""
        for match in BEHIND.finditer(self.string):
            named, place = departments(match["named"]), self.paragraph.source(match.start() + 1)
            self.statements = [each._replace(departments=named) if each.start < place and each.kind == "target" and not each.departments
                               else each for each in self.statements]

    def name_limits(self) -> None:
        """(完成时限:6月底前) says by when, for the targets before it in the paragraph that name no time themselves."""
        for start, when in time_limits(self.string):
            place = self.paragraph.source(start)
            self.statements = [each._replace(due=limit_of(when, each.year)) if each.start < place and each.kind == "target" and not each.due
                               else each for each in self.statements]

    def _open(self, piece: Piece) -> None:
        """What the first words of a sentence say for it and those behind it."""
        opening = self.string[piece.start:piece.start + 40]
        if piece.first and self.frame.section_kind == "result":
            self._demand(opening)
        if _SPEAKER.search(opening):
            opening = _SAID_BY.sub("", opening, count=1)
        if opening[:1] in _LOOKS:
            opening = _LOOKS_AT.sub("", opening, count=1)
        self.carried = self.listed and bool(_GOES_ON.match(opening))
        if self.carried:
            self.year = self.timeline.year_before(piece.start, 0) or self.year
        colon = self.string.find(":", piece.start, piece.end) >= 0
        self.lists = colon and bool(LISTED_PROMISE.search(self.string, piece.start, piece.end))
        self.listed = self.carried or (self.lists and bool(PROMISE.search(self.string, piece.start, piece.end)))
        if self.frame.section_kind == "result":
            self._look_ahead(opening, piece)
        self._date(opening, piece)
        self._look_back(opening, piece)
        self.period = self.opened if opening[:1] in _GOES_BACK and (PARTS.match(opening) or _INFLUENCED.match(opening)) else None
        self.opened = self.timeline.period_before(piece.start + AT_HEAD, piece.start)

    def _demand(self, opening: str) -> None:
        """会议强调,… and 今年的目标已经明确:… ask for what is to come, in the midst of what was done."""
        if self.frame.reviewed and _NOW.match(opening):
            self.frame.turn()
        elif _DEMANDED.match(opening):
            self.promised = True
            if self.frame.year and NEXT_YEAR.search(opening):
                self.frame.demanded = self.frame.year + 1
            self.year = self.frame.demanded

    def _look_ahead(self, opening: str, piece: Piece) -> None:
        """下一步,… and 下半年,… turn a paragraph of a report to what is planned, behind a whole year for the next one."""
        ahead = self._turns(opening) or part_opened_ahead(opening, self.frame.cutoff)
        if ahead and not REPORTS_AGAIN.search(self.string, piece.start, piece.end):
            self.promised = True
            if self.frame.over and _FROM_NOW.match(opening) and not self.year:
                self.year = self.frame.over + 1

    def _date(self, opening: str, piece: Piece) -> None:
        """The year that the first words of a sentence set for it, and, where they open the paragraph, for those behind it."""
        named = YEAR.match(opening)
        if named and opening[named.end():named.end() + 2] not in ("工作", "总结") and not describes(opening, named, self.frame.year):
            year = year_of(named[1])
            # In the middle of a paragraph a former year is a remark, a later one a turn to what comes.
            if piece.first or year >= (self.year_here or year):
                self.year = year
        elif piece.first and NEXT_YEAR.match(opening) and self.frame.year:
            self.year = self.frame.year + 1
        elif piece.first and self.frame.reviewed and not self.promised and _PAST_YEAR.match(opening):
            self.year = self.frame.reviewed

    def _turns(self, opening: str) -> bool:
        """True for words that turn from what was done to what is to come; 2025年民生实事计划投资7亿元 in a report of 2025 does not."""
        found = _TURN.match(opening)
        return bool(found and (not found["year"] or int(found["year"]) > (self.frame.reviewed or self.frame.section_year or 0)))

    def _look_back(self, opening: str, piece: Piece) -> None:
        """去年, at the head of a sentence holds for it and those behind it, until another time is named.

        In a plan 去年救助1386人次,支出214万元 and 基数:171亿元,增长6.8% tell of that year up to their semicolon.
        """
        planned = self.frame.section_kind == "target"
        self.former_until = told_until(self.string, piece, opening) if planned else 0
        if opens_former(opening, planned=planned) or (planned and piece.first and _WANTING.match(opening)):
            self.former = True
        elif self.former and (YEAR.search(opening) or THIS_YEAR.search(opening)):
            self.former = False

    def _figures(self, piece: Piece, held: list[Token], kind: Kind, sentence: tuple[int, int]) -> Iterator[Statement]:
        figures = read_figures(self.string, held, piece.start, piece.end, self.last)
        self.last = figures
        named = departments(self.string[piece.start:piece.end])
        commitment = piece.start
        last: Statement | None = None
        self.aside = None
        for number, figure in enumerate(spelled_out(self.string, figures, self.title, self.statements, self.frame.topic)):
            if not figure.indicator and figure.measure != "completion":
                self.unnamed.append(Reject(figure.token.start, figure.token.end, "没有写明是什么"))
                continue
            if figure.own and not figure.stretch and not (number and self._is_part(figures[number - 1], figure)):
                commitment = figure.head
            made = self._statement(_Place(piece, figure, kind, sentence, self.paragraph.source(commitment), named))
            if last and last.rules[-1] == "former-year" and self._same_year(figures[number - 1].token.end, figure):
                made = made._replace(kind=last.kind, year=last.year, months=last.months, rules=(*made.rules[:-1], "former-year"))
            if number and last and _sums_up(figures[number - 1], figure) and last.kind == made.kind == "target" and not made.months:
                made = made._replace(months=last.months, due=made.due or last.due)
            if number and made.kind == "target" and not figure.own and (made.year or 0) > (self.year_here or 0):
                self.aside = self.timeline.last_named(figure.token.start, figures[number - 1].token.end)
            last = made
            yield made

    def _same_year(self, since: int, figure: Figure) -> bool:
        """上年为197件375人, 去年新增教师2名、骨干37名: the second figure is of the year of the first."""
        between = self.string[since:figure.token.start]
        listed = between[:1] == "、" and len(between) <= _NEAR
        return not between or (listed and not BECOMES.search(between) and not THIS_YEAR.search(between))

    def _is_part(self, before: Figure, figure: Figure) -> bool:
        """其中 and brackets break one commitment down; they do not open another."""
        between = self.string[before.token.end:figure.token.start]
        return "其中" in between or "(" in between

    def _statement(self, place: "_Place") -> Statement:
        piece, figure, token = place.piece, place.figure, place.figure.token
        kind, rule, year = self._said(place)
        promised = kind == "target"
        span = self.paragraph.span(token.start, token.end)
        return Statement(
            doc=self.frame.doc, start=span.start, end=span.end, figure=self.frame.text[span.start:span.end], kind=kind,
            indicator=self._as_written(figure.indicator, figure.head), measure=figure.measure, comparator=figure.comparator,
            value=figure.value, high=token.high, unit=token.unit, year=year,
            months=self.months.of(piece, figure, kind, year, rule, self.period),
            stretch=figure.stretch and promised, ambition=promised and not figure.stretch and "力争" in figure.words,
            due=due_of(clause_before(self.string, piece.start, token.start), year) if promised else None, section=self.frame.section,
            sentence=place.sentence, commitment=place.commitment, departments=place.departments if promised else (),
            rules=(*figure.rules, rule))

    def _said(self, place: "_Place") -> tuple[Kind, str, int | None]:
        """Kind, the rule for it, and year of a figure: its own words come before those of section and document."""
        start, words = place.figure.token.start, place.figure.words
        before = self.string[max(place.piece.start, start - REACH):start]
        if self.arrows and (arrow := self._arrowed(place.figure)):
            return arrow
        running = self.frame.kind == "result" and self.year_here == self.frame.year
        kind, rule = self._kind_told(place, before, running=running)
        named = self._year_told(place)
        if rule == "section-plan" and self._told_as_done(place, before):
            return "result", "present-state", named or self.year_here
        if rule == "promise" and place.figure.measure == "completion" and not PROMISE.search(words):
            kind, rule = "result", "reached-share"  # 计划开工9个,完成投资2亿元,完成年度计划的36%
        former = self.former or (start < self.former_until and not (self.turns and PROMISE.search(before)))
        if former and not named and self.frame.section_year and rule.startswith("section") and not THIS_YEAR.search(before):
            return "result", "former-year", self.frame.section_year - 1
        if "stood-at" in place.figure.rules or (self.looks_back and is_former(self.string, place.figure, before)):
            return "result", "former-year", self.years.former(place.figure, before, named, self.year_here, place.kind, running=running)
        behind = named and (self.frame.section_year or 0) > named and named <= (self.frame.begun or named)
        if behind and self.years.in_passing(start, place.piece):
            behind, named = False, None
        # (2025年为9.4%) behind 到2027年降至8.5%
        if kind == "target" and rule == "section-plan" and behind and not _UNTIL_YEAR.search(words if YEAR.match(words) else before):
            return "forecast" if self.turns and is_expected(before) else "result", "former-year-in-plan", named
        if kind == "target" and not named and self.frame.year and self.turns and NEXT_YEAR.search(before):
            return kind, rule, self.frame.year + 1
        if kind == "target" and rule == "section-plan" and not named and self._opened_before():
            if THIS_YEAR.search(before) or (self.turns and PROMISE.search(before)):
                return kind, rule, self.frame.section_year
            return "forecast" if self.turns and is_expected(before) else "result", "former-year-in-plan", self.year
        if kind == "target":
            return kind, rule, named or self.years.due(place.figure) or self.year or self.frame.section_year
        return kind, rule, named or self.year_here

    def _kind_told(self, place: "_Place", before: str, *, running: bool) -> tuple[Kind, str]:
        """The kind from the words before a figure, unless those right behind it, or what it was set for, say another."""
        kind, rule = kind_of(before, place.kind, turns=self.turns, lists=self.lists, running=running)
        hinted = kind != "target" and self.string[place.figure.token.end:place.figure.token.end + 1] in _HINTS
        if hinted and (behind := _TOLD_BEHIND.match(self.string, place.figure.token.end)):
            kind, rule = ("forecast", "expected-behind") if behind["expected"] else ("target", "promised-behind")
        if kind == "result" and (self._due_ahead(place) or self._of_rest_of_year(place)):
            return "target", "due-ahead"
        if rule == "promise" and place.kind == "result" and _MEASURED_BY.match(self.string, place.figure.token.end):
            return "result", "measured-by-task"
        if kind == "result" and self.frame.bulletin and _YEARS_TASK.match(place.figure.words):
            return "target", "set-beside"
        return ("target", "set-beside") if kind != "target" and is_set(self.string, place.figure) else (kind, rule)

    def _of_rest_of_year(self, place: "_Place") -> bool:
        """True for what a report up to some month tells of the whole year with a limit: 年内新增企业8户以上 in July."""
        cutoff, figure = self.frame.cutoff, place.figure
        limited = figure.comparator in (">=", "<=") and figure.measure == "amount" and self.year_here == self.frame.year
        return bool(cutoff and cutoff <= _AUTUMN and limited and figure.words.startswith(("年内", "全年", "到年底")))

    def _due_ahead(self, place: "_Place") -> bool:
        """True for what a report up to some month tells of a later one: 11月底前开工率达到100% in a bulletin of September."""
        cutoff = self.frame.cutoff
        if not cutoff or not self.months.dated or place.figure.measure == "change":
            return False
        ahead = self.timeline.period_before(place.figure.token.start, place.figure.head)
        if ahead and ahead[1][0] > cutoff and "以来" not in place.figure.words and self.year_here == self.frame.year:  # 四季度至少再报4个
            return True
        until = until_month(clause_before(self.string, place.piece.start, place.figure.token.start), "")
        return bool(until and until > cutoff and self.year_here == self.frame.year)

    def _year_told(self, place: "_Place") -> int | None:
        """The year named before a figure, unless it was told of another one alone: 产值增长6%、到2027年突破360亿元,投资完成47亿元."""
        start = place.figure.token.start
        if self.aside and place.figure.own and self.timeline.last_named(start, place.piece.start) == self.aside:
            return None
        return self.years.named(start, place.piece, self.year, lists=self.lists)

    def _told_as_done(self, place: "_Place", before: str) -> bool:
        """True for what a plan tells of as done: 已入库7家; 截至2月底,项目已开工31个,完成投资8亿元."""
        so_far = _SO_FAR.match(self.string, place.piece.start) and not (self.turns and PROMISE.search(before))
        return bool(so_far) or is_done(place.figure.words)

    def _opened_before(self) -> bool:
        """True in a paragraph of a plan that opens with a year gone by: 2025年,各项工作有序推进。生产总值286亿元、增长5.6%。"""
        return bool(self.year and self.frame.section_year and self.year < self.frame.section_year)

    def _arrowed(self, figure: Figure) -> tuple[Kind, str, int | None] | None:
        """常住人口城镇化率:54.3%→60%: what there is, and what it shall become, of the years that the heading gives to both."""
        from_it, to_it = self.string.startswith("→", figure.token.end), figure.words.startswith("→")
        if not (from_it or to_it):
            return None
        years = next((found for each in reversed(self.frame.section) if (found := _ARROW_YEARS.search(each))), None)
        if to_it:
            return "target", "arrow", int(years[2]) if years else self.year_here
        return "result", "arrow", int(years[1]) if years else self.year_here and self.year_here - 1

    def _milestones(self, piece: Piece, begin: int, held: list[Token], sentence: tuple[int, int]) -> Iterator[Statement]:
        """Promised ends among the clauses that hold no figure; a count that only names (启动四个村建设) is none."""
        taken = [(each.start, each.end) for each in held
                 if each.rule != "numeral-in-characters" or self.string[each.end:each.end + 1] in ",。;"]
        named = departments(self.string[piece.start:piece.end])
        for found in milestones(self.string, begin, piece.end, taken):
            span = self.paragraph.span(found.start, found.end)
            year = self.timeline.year_before(found.end, piece.start) or self.year_here
            yield Statement(
                doc=self.frame.doc, start=span.start, end=span.end, figure=self.frame.text[span.start:span.end], kind="target",
                measure="milestone", state=found.state, vague=found.vague, indicator=self._as_written(found.thing, found.start), year=year,
                due=due_of(clause_before(self.string, piece.start, found.start, found.end), year),
                section=self.frame.section, sentence=sentence, commitment=span.start, departments=named, rules=("milestone",))

    def _as_written(self, phrase: str, near: int) -> str:
        """A phrase with the marks of the text, where it stands in one piece."""
        place = self.string.find(phrase, near, near + 120)
        return self.paragraph.written[place:place + len(phrase)] if place >= 0 else phrase


def _sums_up(before: Figure, figure: Figure) -> bool:
    """6月底前储备项目40个,总投资60亿元: how large the things counted right before are is promised for the same day."""
    told_of = figure.indicator.startswith(before.indicator) and "elided" in figure.rules
    return told_of and figure.indicator.removeprefix(before.indicator) in _EXTENTS


class _Place(NamedTuple):
    """A figure with the sentence, the commitment and the units it belongs to."""

    piece: Piece
    figure: Figure
    kind: Kind
    sentence: tuple[int, int]
    commitment: int
    departments: tuple[Department, ...]
