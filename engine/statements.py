"""Statements: a figure in its sentence and section becomes a target, a result or a forecast, with its year and months."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from engine.departments import BEHIND, departments
from engine.figures import figures as read_figures
from engine.headings import NEXT_YEAR, Frame
from engine.indicators import after_list_mark, is_bare_verb, is_office, is_stage, names_thing
from engine.lexicon import either, words
from engine.measured import Figure
from engine.milestones import milestones
from engine.outline import Paragraph, Piece
from engine.periods import YEAR, Timeline, describes, due_of, last_year, limit_of, time_limits, until_month, year_of
from engine.tokens import UP_TO_CLAUSE, Reject, Token, tokens
from engine.values import Department, Kind, Sentence, Statement, Unplaced
from engine.wordlines import table

_CUES, _NOUNS = table("cues"), table("nouns")
_FORECAST = re.compile(
    rf"{either(_CUES['sentences']['forecast'])}(?!数)|预期(?!目标|寿命|性)(?=全年|实现|完成|达到|增长|可|年底|将)")
# Each arm begins with a plain character, so that the search skips quickly over everything else; hence the look-behinds at the end.
_PROMISE = re.compile(
    r"""力争 | 力求 | 务必 | 下一步 | 接下来 | 年底前 | 奋力实现 | 我们将 | 有望于
    | 争取(?<!共争取)(?<!多争取)(?![,;。:、]|到|了|上级|中央|省级|各级|各类|专项|国家|资金|政策|补助|预算|债券|地方)
      (?![^,;。:、\d]{0,14}(?:资金|国债|补助|债券|贷款)\d)
    | 确保(?!了) | 拟(?<!不拟)(?!定|制|上市|建立) | 到20[2-9]\d年(?!(?:\d{1,2}月)?[份底末]?的)
    | 目标(?=是|为|:) | 预期目标(?<![出于过成现达了与和同较比离距]预期目标)
    | 将(?=全(?:[面力速域年]|部完|方位)|[在继进坚以实把达新完力重深着大加突推紧聚认持围按牢努抓引培建组开扎积统再做有超切严对投于])
    | 计划(?![新拟]?(?:开工|投产|竣工|建成|完工|投用)的?项目(?:\d|$))
      (?<!占年计划)(?<!占计划)(?<![^,;。:、年拟还也已并上内]计划)(?=[全实新完在到于年引建投开培安动招组拆改整发创争盘出\d])(?!开工率)
    | 努力(?=实现|达到|争创|使|把|完成|突破)
    | 要(?=实现|完成|达到|力争|确保|新增|突破|在|把|全面|以|继续|加快|着力|坚持)
    | 必须(?=完成|确保|实现|达到) | 再(?=新增|签约|入库|引进|建成|完成|开工|培育|新建|增加)""", re.VERBOSE)
# A paragraph of a report that opens so speaks of what is to come, to its end.
_TURN = re.compile(
    r"(?:20\d{2}年|明年|下一步|下半年|四季度|接下来|新的一年|第四季度|下阶段),?.{0,16}?(?:将|要|力争|计划|继续|重点(?=[抓做推开围实打突聚落在培引])|着力)")
_BEFORE_YEAR = re.compile(
    rf"(?P<compared>(?:较|比|与|同|相比|是|为|占|相当于)于?)?{either(_CUES['sentences']['last_year'])}(?:同期|全年|末|底)?"
    r"(?:的|为|是|完成|实现|仅|达到?|有|共|新增|末|底|:|约|仅为|只有)*")
_FORMER = re.compile(f"{either(_CUES['sentences']['last_year'])}|由|从|基础上|基数上")
_LAST_YEAR_GROUP = re.compile(rf"{either(_CUES['sentences']['last_year'])}(?:全年|度)?,")
_BASIS = re.compile(r"在(?:去年|上年|上一年|上年度|20\d{2}年)[^,;。]*$")
_BASIS_AFTER = re.compile(r"[^,;。]{0,8}(?:基础上|基数上)")
_FROM = re.compile(
    r"[由从](?:今年|去年|上年|上年同期|去年同期|年初|原来|上年末|原先|原有|过去|此前|之前|期初|“?十[一二三四]五”?(?:末|时期)?|(?P<now>目前|当前|现在|现有|现阶段|如今))?"
    r"(?:的|底的|末的|底|末)?(?:每[人户亩年月季天日次]){0,2}(?:不足|近|约|不到|超)?$")
_FROM_YEAR = re.compile(r"[由从]20\d{2}年(?:底|末)?的?$")
_BECOMES = re.compile(
    r"(?:以上|左右)?(?:大幅|稳步|逐步|进一步|快速|提前)?(?:增加|增长|提高|提升|上升|下降|降低|减少|缩短|缩小|收窄|压缩|压减|扩大|增|降|升|发展"
    r"|达|跃|增至|增|压降|压|控制|跃升|攀升|回升|回落|扩容|升级|拓展|调整|变为)?(?:到|至|为)")
_CHANGED = re.compile("增长|提高|下降|增加|减少|上升|压缩|压减|缩短|降低|精简|再|基础上")
# Who speaks, before what is said: 会议指出,2024年是…
_SPEAKERS = "报告|会议|讲话|通报|总结|负责人|介绍"
_SPEAKER = re.compile(f"{_SPEAKERS}|会上")
_SAID_BY = re.compile(f"(?:[一-鿿]{{0,12}}(?:{_SPEAKERS})[一-鿿]{{0,2}}(?:指出|认为|强调|表示|介绍|显示|提出|说)?|会上),")
# Last year as the time of a whole sentence, and of those behind it: 去年,全县建成道路5条。
_LOOKING_BACK = re.compile(
    rf"(?:(?:20\d\d年)?回顾|过去的?)?(?:{either(_CUES['sentences']['last_year'])})(?:以来|全年|一年)?,")
# In a report the past years are what it reports; in a plan they are what came before.
_PAST_YEARS = re.compile("(?:回顾)?过去的?[一二三四五两]年,")
_THIS_YEAR = re.compile(rf"今年|本年|当年|新的一年|未来|今后|{either(_CUES['sentences']['next_year'])}|下一步|接下来")
# What a place is, told in a plan: no promise.
_PRESENT = re.compile("(?:下辖|现辖|现有)[^,]{0,12}$|(?:户籍人口|常住人口|总人口|辖区面积|区域面积)(?:约|近|为|达到?|有|共)*$")
# 目前,全区有学校146所、在校学生8万人: told of the day the plan was written, to the full stop.
_NOW_THERE = re.compile(r"(?:截至)?(?:目前|现阶段|当前),?[^,;。\d]{0,12}?(?:共?有|拥有|共计|现有)[^;]*$")
_NOW_EXPECTED = re.compile(r"(?:今年|本年|目前).{0,6}预计|初步预计|预计,?[一-鿿]{0,6}?20\d{2}年全年")
# 目标: and what is listed behind it, up to the full stop.
_LISTED_PROMISE = re.compile(r"(?:目标|任务|指标)(?:任务)?(?:是|为|如下)?:")
_GOES_ON = re.compile("与此同时|同时|此外|另外|其中|并且")
_WHOLE_YEAR = re.compile(r"年内|(?:全年|年底|到年末)(?!度?的?总?(?:目标|任务|计划|预算|指标|任务数|预期|投资计划|额度))")
_PLAN_SPAN = re.compile(r"(?<![是比较为])(?<![是比较为]“)“?十([一二三四五六])五”?(?:时期|期间|以来)")
# 过去五年,…城镇化率由45%提高到53%: from where it was five years ago.
_FIVE_YEARS_ON = re.compile("五年来|过去五年|五年间|这五年|近五年")
_UNTIL_YEAR = re.compile(
    r"到(?:20\d{2}年(?!(?:底|末)?的)|“?十[一二三四五六]五”?)|20\d{2}年(?:底|末)?前(?![一-鿿]{2,4}的)|20\d{2}[-~—至到]20\d{2}年")
_DIGIT = re.compile(r"\d")
# 预计全年增长6%;1-11月,投资增长3%: from here on the sentence tells what was counted.
_COUNTED_SO_FAR = re.compile(r";(?:\d{1,2}[-—~至到]\d{1,2}月|截至|截止|前[一二三]个?季度|上半年)")
# 68场(全年任务120场): what was set, told beside what was done.
_SET_BESIDE = re.compile("(?:全年|年度|年初|原|本年)?(?:计划|任务|目标)(?:数|为|是|完成)*")
# 前三季度已入库7家, 截至2月底已完成62%: told in a plan of what has been done.
_ALREADY = re.compile(
    "(?:^|[底月年日度]|目前|现|前)已经?(?:累计|全部|顺利)*"
    f"{either([*words('stages'), *words('bare_verbs'), *_NOUNS['verbs']['bare']])}{{1,2}}"
    "(?:了|出|投资|总?工程量的)?$")
# 完成全年目标(4500人)的58%, 占年度计划54亿元的71%
_SET_OPENS = re.compile("(?:全年|年度|年初|当年|本年)(?:计划|任务|目标|预算|目标任务)[数值量]?\\($")
_SET_BEFORE = re.compile("(?:全年|年度|年初|当年|本年)(?:投资|招商|建设|工作)?(?:计划|任务|目标|预算|目标任务)[数值量]?(?:为)?$")
_OF_IT = re.compile("(?:左右|以上)?的")
# 去年实施救助1386人次,支出214万元
_FORMER_SENTENCE = re.compile(rf"{either(_CUES['sentences']['last_year'])}(?!同期|的|基础|水平|末|底)(?:全年)?[一-鿿]{{0,14}}\d")
# 较上年(79.4%)提高2.6个百分点
_FORMER_OPENS = re.compile(rf"{either(_CUES['sentences']['last_year'])}(?:同期|末|底|水平)?\($")
# 基数:171亿元,增长6.8%。 where a plan lists its tasks with what they set out from.
_BASE_LABEL = re.compile(rf"(?:{either(_CUES['sentences']['last_year'])}|20\d\d年)?的?(?:基数|基期|基准)[值数]?(?::|(?:分别)?为)")
# 进度达86%,预计年底完工: a figure before 预计, which does not open the sentence then.
_REACHED_FIRST = re.compile(r"\d(?![\d年月日.—~-])")
_POINTERS = frozenset("该此")
_POINTED = re.compile("[该此](?:项目|工程)")
_PROJECT = re.compile("(?<![一-鿿])(?![该此])[一-鿿“”A-Za-z]{3,24}?(?:项目|工程)(?=[:,(位总建占])")
# How far back of a figure its sentence is asked for what turns it, and how near a word must stand: very long sentences end somewhere.
_REACH, _NEAR = 400, 40
_BRACKET, _MOST_BRACKETS = 80, 8
_AT_HEAD = 12
# 面对复杂形势,全市上下迎难而上,预计全年增长6%;…: what the year is expected to end with is told to the full stop, behind a preamble too.
_YEAR_EXPECTED = re.compile(r"预计(?:今年|全年|到?年底|\d{4}年)|(?:全年|今年|年底)(?:预计|可)")
_OPENING, _PREAMBLE = 16, 60
_TITLE_LENGTH = 12
# (二)政府性基金预算。收入6亿元,支出5亿元: the sides of an account, and the titles that name it.
_ACCOUNTS, _ACCOUNT_TITLES = ("收入", "支出", "总收入", "总支出", "结余", "当年结余", "滚存结余"), ("预算", "基金", "资金")
_PART_OF_YEAR = ("期", "季", "节", "阶段", "时段")
_REPORTS_AGAIN = re.compile(
    r",(?:\d{1,2}[-—~至到]\d{1,2}月份?,?(?:已|累计|实际|共|完成|实现)|目前|现已|已|截至|实际完成|年度完成|全年实际)")


class Read(NamedTuple):
    """What one paragraph gave."""

    statements: tuple[Statement, ...]
    unplaced: tuple[Unplaced, ...]
    sentences: tuple[Sentence, ...]


def read_paragraph(paragraph: Paragraph, pieces: list[Piece], frame: Frame) -> Read:
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
            reader.title = after_list_mark(piece.string.strip(" 。:;\r\n")).strip()
        if piece.level is None or listed or held:
            reader.sentence(piece, held)
    reader.name_departments()
    reader.name_limits()
    return Read(tuple(reader.statements), tuple(_unplaced(paragraph, [*found, *reader.unnamed])), tuple(reader.sentences))


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


class _Reader:
    """Reads the sentences of one paragraph; a year or a turn to plans named at its beginning holds to its end."""

    def __init__(self, paragraph: Paragraph, frame: Frame, timeline: Timeline) -> None:
        self.paragraph, self.frame, self.timeline = paragraph, frame, timeline
        self.string = paragraph.string
        self.year: int | None = None
        self.promised = False
        self.former, self.former_until = False, 0
        self.turns = self.looks_back = self.lists = self.listed = self.carried = False
        self.last: Figure | None = None
        # The part of the year that the sentence before opens with, and what 其中 goes on with of it.
        self.opened: tuple[int, tuple[int, int]] | None = None
        self.period: tuple[int, tuple[int, int]] | None = None
        self.title = ""
        self.statements: list[Statement] = []
        self.unnamed: list[Reject] = []
        self.sentences: list[Sentence] = []

    @property
    def year_here(self) -> int | None:
        return self.year or self.frame.section_year

    def sentence(self, piece: Piece, held: list[Token]) -> None:
        """Reads one sentence: its figures, and the milestones among its clauses without one."""
        self._open(piece)
        if held:
            self._hint(piece)
        else:
            self.last = None
        kind: Kind = "target" if self.promised or self.carried else self.frame.section_kind
        span = self.paragraph.span(piece.start, piece.end)
        made = list(self._figures(piece, held, kind, (span.start, span.end))) if held else []
        promise = _PROMISE.search(self.string, piece.start, piece.end) if kind == "result" else None
        if (piece.level is None or piece.level >= LIST_LEVEL) and ((kind == "target" and not self.former) or promise):
            begin = promise.start() if promise else piece.start
            made += self._milestones(piece, begin, held, (span.start, span.end))
            made.sort(key=lambda each: each.start)
        self.statements += made
        self.sentences.append(Sentence(span.start, span.end, "target" if promise else kind, self.year_here, self.frame.section))

    def _hint(self, piece: Piece) -> None:
        """Looks once a sentence whether it has any word that could turn one of its figures: most have none."""
        where = self.string, piece.start, piece.end
        self.turns = bool(_PROMISE.search(*where) or _FORECAST.search(*where) or NEXT_YEAR.search(*where))
        self.looks_back = bool(_FORMER.search(*where))

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
        if _SPEAKER.search(opening):
            opening = _SAID_BY.sub("", opening, count=1)
        self.carried = self.listed and bool(_GOES_ON.match(opening))
        if self.carried:
            self.year = self.timeline.year_before(piece.start, 0) or self.year
        colon = self.string.find(":", piece.start, piece.end) >= 0
        self.lists = colon and bool(_LISTED_PROMISE.search(self.string, piece.start, piece.end))
        self.listed = self.carried or (self.lists and bool(_PROMISE.search(self.string, piece.start, piece.end)))
        if self.frame.section_kind == "result" and _TURN.match(opening) and not _REPORTS_AGAIN.search(self.string, piece.start, piece.end):
            self.promised = True
        named = YEAR.match(opening)
        if named and opening[named.end():named.end() + 2] not in ("工作", "总结") and not describes(opening, named, self.frame.year):
            year = year_of(named[1])
            # In the middle of a paragraph a former year is a remark, a later one a turn to what comes.
            if piece.first or year >= (self.year_here or year):
                self.year = year
        elif piece.first and NEXT_YEAR.match(opening) and self.frame.year:
            self.year = self.frame.year + 1
        self._look_back(opening, piece)
        self.period = self.opened if opening.startswith("其中") else None
        self.opened = self.timeline.period_before(piece.start + _AT_HEAD, piece.start)

    def _look_back(self, opening: str, piece: Piece) -> None:
        """去年, at the head of a sentence holds for it and those behind it, until another time is named.

        In a plan 去年救助1386人次,支出214万元 and 基数:171亿元,增长6.8% tell of that year up to their semicolon.
        """
        planned = self.frame.section_kind == "target"
        self.former_until = self._told_until(piece, opening) if planned else 0
        if _LOOKING_BACK.match(opening) or (planned and _PAST_YEARS.match(opening)):
            self.former = True
        elif self.former and (YEAR.search(opening) or _THIS_YEAR.search(opening)):
            self.former = False

    def _told_until(self, piece: Piece, opening: str) -> int:
        """Where a sentence of a plan ends to tell of the year before; 0 where it does not begin so."""
        if _BASE_LABEL.match(opening):
            return piece.end
        stop = self.string.find(";", piece.start, piece.end) if _FORMER_SENTENCE.match(opening) else 0
        return stop if stop >= 0 else piece.end

    def _figures(self, piece: Piece, held: list[Token], kind: Kind, sentence: tuple[int, int]) -> Iterator[Statement]:
        figures = read_figures(self.string, held, piece.start, piece.end, self.last)
        self.last = figures[-1]
        named = departments(self.string[piece.start:piece.end])
        commitment = piece.start
        last: Statement | None = None
        for number, figure in enumerate(figures):
            figure = self._titled(figure)  # noqa: PLW2901 (the same figure, spelled out)
            if not figure.indicator and figure.measure != "completion":
                self.unnamed.append(Reject(figure.token.start, figure.token.end, "没有写明是什么"))
                continue
            if figure.indicator[:1] in _POINTERS:
                figure = figure._replace(indicator=self._pointed_at(figure))  # noqa: PLW2901 (the same figure, spelled out)
            if figure.own and not figure.stretch and not (number and self._is_part(figures[number - 1], figure)):
                commitment = figure.head
            made = self._statement(_Place(piece, figure, kind, sentence, self.paragraph.source(commitment), named))
            if last and last.rules[-1] == "former-year" and self._same_year(figures[number - 1].token.end, figure):
                made = made._replace(kind=last.kind, year=last.year, months=last.months, rules=(*made.rules[:-1], "former-year"))
            last = made
            yield made

    def _is_set(self, figure: Figure) -> bool:
        """True for what was set, told beside what was done: 68场(全年任务120场), 占年度计划105亿元的46%, 下达的92亿元年度目标."""
        opened = self.string[figure.head - 1:figure.head] == "("
        if "set" in figure.rules or (opened and (_SET_BESIDE.fullmatch(figure.words) or (
                not figure.words and _SET_OPENS.search(self.string, max(0, figure.head - _NEAR), figure.head)))):
            return True
        return bool(_SET_BEFORE.search(figure.words) and _OF_IT.match(self.string, figure.token.end))

    def _same_year(self, since: int, figure: Figure) -> bool:
        """上年为197件375人, 去年新增教师2名、骨干37名: the second figure is of the year of the first."""
        between = self.string[since:figure.token.start]
        listed = between[:1] == "、" and len(between) <= _NEAR
        return not between or (listed and not _BECOMES.search(between) and not _THIS_YEAR.search(between))

    def _titled(self, figure: Figure) -> Figure:
        """The figure with what the title of its item names, where its own words leave that open.

        7.加装电梯。开工20部 · (一)固定资产投资。全市完成620亿元,南岭区增长0.6% · (二)政府性基金预算。收入6亿元,支出5亿元.
        """
        own = figure.indicator
        if not self.title or len(self.title) > _TITLE_LENGTH:
            return figure
        if is_stage(own):
            return figure._replace(indicator=own + self.title)
        if own in _ACCOUNTS and self.title.endswith(_ACCOUNT_TITLES):
            return figure._replace(indicator=self.title + own, rules=(*figure.rules, "title"))
        open_ended = not own or is_bare_verb(own)
        if (open_ended or is_office(own)) and names_thing(self.title):
            return figure._replace(indicator=self.title if open_ended else own + self.title, rules=(*figure.rules, "title"))
        return figure

    def _pointed_at(self, figure: Figure) -> str:
        """该项目总投资300万元 behind 蔬菜保鲜库项目:…: the project named last in the paragraph, in place of the word that points to it."""
        pointer = _POINTED.match(figure.indicator)
        named = pointer and _PROJECT.findall(self.string, 0, figure.head)
        return named[-1] + figure.indicator[pointer.end():] if pointer and named else figure.indicator

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
            value=figure.value, high=token.high, unit=token.unit, year=year, months=self._months(piece, token, kind, year),
            stretch=figure.stretch and promised, ambition=promised and not figure.stretch and "力争" in figure.words,
            due=due_of(self._clause(piece, token.start, token.start), year) if promised else None, section=self.frame.section,
            sentence=place.sentence, commitment=place.commitment, departments=place.departments if promised else (),
            rules=(*figure.rules, rule))

    def _said(self, place: "_Place") -> tuple[Kind, str, int | None]:
        """Kind, the rule for it, and year of a figure: its own words come before those of section and document."""
        start, words = place.figure.token.start, place.figure.words
        before = self.string[max(place.piece.start, start - _REACH):start]
        running = self.frame.kind == "result" and self.year_here == self.frame.year
        kind, rule = _kind(before, place.kind, turns=self.turns, lists=self.lists, running=running)
        if kind == "result" and self._is_set(place.figure):
            kind, rule = "target", "set-beside"
        if kind == "target" and rule == "section-plan" and _ALREADY.search(words):
            return "result", "present-state", self._year_named(start, place.piece) or self.year_here
        if rule == "promise" and place.figure.measure == "completion" and not _PROMISE.search(words):
            kind, rule = "result", "reached-share"  # 计划开工9个,完成投资2亿元,完成年度计划的36%
        named = self._year_named(start, place.piece)
        former = self.former or (start < self.former_until and not (self.turns and _PROMISE.search(before)))
        if former and not named and self.frame.section_year and rule.startswith("section") and not _THIS_YEAR.search(before):
            return "result", "former-year", self.frame.section_year - 1
        if self.looks_back and self._is_former_year(place.figure, before):
            return "result", "former-year", self._former_year(place, before, named, running=running)
        behind = named and (self.frame.section_year or 0) > named and named <= (self.frame.begun or named)
        own_year = YEAR.match(words)  # (2025年为9.4%) behind 到2027年降至8.5%
        if kind == "target" and rule == "section-plan" and behind and not _UNTIL_YEAR.search(words if own_year else before):
            return "forecast" if self.turns and _FORECAST.search(before) else "result", "former-year-in-plan", named
        if kind == "target" and not named and self.frame.year and self.turns and NEXT_YEAR.search(before):
            return kind, rule, self.frame.year + 1
        return kind, rule, named or self.year_here

    def _former_year(self, place: "_Place", before: str, named: int | None, *, running: bool) -> int | None:
        """Which of the years before a figure of a former year speaks of."""
        start, words = place.figure.token.start, place.figure.words
        if named and _names_former_year(words, named, self.year_here):
            return named
        far = self.frame.horizon and self.year_here == self.frame.horizon
        found = _FROM.search(words)
        if far or (found and found["now"]):
            return self.frame.year
        if plan := _PLAN_SPAN.search(before, before.rfind(";") + 1):
            return last_year(plan[1]) - 5
        if running and place.kind == "target" and found:  # 由5.2天压减至4天 in what is left of the year
            return self.year_here
        if self.year_here and _FIVE_YEARS_ON.search(self.string, 0, start):
            return self.year_here - 5
        return self.year_here and self.year_here - 1

    def _year_named(self, start: int, piece: Piece) -> int | None:
        """The year named last before a figure; one further ahead (到2035年底达到70%) holds no longer than to the next semicolon."""
        place = self._over_brackets(start, piece.start)
        named = self.timeline.year_before(place, piece.start) if place is not None else None
        if named and self._set_out(start, piece.start):
            return None
        since = max(piece.start, start - _REACH)
        if named and self.string.rfind("今年", since, start) > self.string.rfind("20", since, start):
            return None  # 继2023年增设300个之后,今年又增设200个
        opening = self.timeline.year_before(piece.start + _AT_HEAD, piece.start)
        if named and opening != named and named > (self.frame.section_year or named) and not self.lists:
            return self.timeline.year_before(start, max(self.string.rfind(";", piece.start, start), piece.start))
        return named

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
        return end is not None and self.string[max(0, end - 6):end - 5] in ("由", "从") and bool(_DIGIT.search(self.string, end, start))

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
                due=due_of(self._clause(piece, found.start, found.end), year),
                section=self.frame.section, sentence=sentence, commitment=span.start, departments=named, rules=("milestone",))

    def _as_written(self, phrase: str, near: int) -> str:
        """A phrase with the marks of the text, where it stands in one piece."""
        place = self.string.find(phrase, near, near + 120)
        return self.paragraph.written[place:place + len(phrase)] if place >= 0 else phrase

    def _clause(self, piece: Piece, start: int, end: int) -> str:
        """The clause around `start`, up to `end`."""
        since = max(piece.start, start - _REACH)
        marked = UP_TO_CLAUSE.match(self.string, since, start)
        return self.string[marked.end() if marked else since:end]

    def _is_former_year(self, figure: Figure, before: str) -> bool:
        """True where the figure is last year's: 上年为78起, 由68家增加到79家, 在上年完成3.98亿元的基础上."""
        words, end = figure.words, figure.token.end
        if _FROM_YEAR.search(words):
            return False
        if not words and _FORMER_OPENS.search(before[-_TITLE_LENGTH:]):
            return True
        if _FROM.search(words) and (_BECOMES.match(self.string, end) or "增" in self.string[end:end + 8]):
            return True
        if _BASIS.search(before[-30:]) and _BASIS_AFTER.match(self.string, end):
            return True
        if _LAST_YEAR_GROUP.match(before, before.rfind(";") + 1) and "今年" not in before:
            return True
        return any(not found["compared"] and (found.end() == len(words) or (
            len(rest) <= 12 and (found.group().endswith(("为", "是")) or not _CHANGED.search(rest))))
                   for found in _BEFORE_YEAR.finditer(words) for rest in (words[found.end():],))

    def _months(self, piece: Piece, token: Token, kind: Kind, year: int | None) -> tuple[int, int] | None:
        """The part of the year named before the figure in its own part of the sentence, else the report's cut-off."""
        since = max(self.string.rfind(";", piece.start, token.start), piece.start)
        named = self.timeline.period_before(token.start, since)
        if not named and since > piece.start and kind != "target":
            named = self._opening_period(piece, since)
        if not named and kind == "target" and (until := until_month(self._clause(piece, token.start, token.start))):
            return 1, until
        if not named and kind == "result":
            named = self.period
        if named and not _WHOLE_YEAR.search(self.string, named[0], token.start) and not self._in_closed_bracket(named[0], token.start):
            return None if named[1] == (1, 12) else named[1]
        cutoff = self.frame.cutoff
        former = (year or 0) < (self.frame.year or 0) and self._opens_with(piece, year)  # 2023年…148万亩 in a report of half of 2024
        return (1, cutoff) if kind == "result" and cutoff and cutoff < 12 and not former else None

    def _opens_with(self, piece: Piece, year: int | None) -> bool:
        opening = self.string[piece.start:min(piece.end, piece.start + _REACH)]
        return year is not None and f"{year}年" in opening and "同期" not in opening

    def _opening_period(self, piece: Piece, since: int) -> tuple[int, tuple[int, int]] | None:
        """1-10月 at the head of a sentence holds over its semicolons; a single month or quarter, or one further in, does not."""
        named = self.timeline.period_before(since, piece.start)
        return named if named and named[0] - piece.start <= _AT_HEAD else None

    def _in_closed_bracket(self, place: int, position: int) -> bool:
        opened = self.string.rfind("(", max(0, place - 20), place)
        named = opened > 0 and self.string.endswith(_PART_OF_YEAR, 0, opened)  # 臭氧攻坚期(5-9月)开展监测40次
        return opened >= 0 and not named and ")" not in self.string[opened:place] and ")" in self.string[place:position]


class _Place(NamedTuple):
    """A figure with the sentence, the commitment and the units it belongs to."""

    piece: Piece
    figure: Figure
    kind: Kind
    sentence: tuple[int, int]
    commitment: int
    departments: tuple[Department, ...]


def _kind(before: str, base: Kind, *, turns: bool, lists: bool, running: bool) -> tuple[Kind, str]:
    """预计 at the head of a sentence holds to its full stop, in the middle to its semicolon; 力争 turns a report into a plan.

    `turns` is False for a sentence without any such word, `lists` is True for one that lists targets behind a colon, `running` for
    one of a report about its own year: what the plan in it expects of that year (预计全年完成) is a forecast.
    """
    group = before[before.rfind(";") + 1:]
    if lists and (listed := _LISTED_PROMISE.search(before)):
        group = before[listed.start():]
    if not turns and base == "result":
        return "result", "section-report"
    promised, expected = (_last(_PROMISE, group), _last(_FORECAST, group)) if turns else (-1, -1)
    if turns and expected < 0 and (opened := _FORECAST.search(before[:_OPENING]) or _YEAR_EXPECTED.search(before[:_PREAMBLE])) and not (
            _REACHED_FIRST.search(before, 0, opened.start()) or _COUNTED_SO_FAR.search(before)):
        expected = 0
    if base == "target":
        if promised < 0 and (_NOW_THERE.match(before) or _PRESENT.search(group, max(group.rfind(",") + 1, len(group) - _NEAR))):
            return "result", "present-state"
        now = expected > promised and (_NOW_EXPECTED.search(group) or (running and _YEAR_EXPECTED.search(group)))
        return ("forecast", "forecast") if now else ("target", "section-plan")
    if promised > expected and not _REPORTS_AGAIN.search(group, promised):
        return "target", "promise"
    if expected >= 0 and not _REPORTS_AGAIN.search(group, expected) and _holds(group, expected):
        return "forecast", "forecast"
    return "result", "section-report"


def _last(pattern: re.Pattern[str], string: str) -> int:
    place = -1
    for found in pattern.finditer(string):
        place = found.start()
    return place


def _holds(group: str, place: int) -> bool:
    """预计 in the middle of a sentence, in a clause without a figure, holds for that clause alone."""
    stop = group.find(",", place)
    opens = "," not in group[:place] and not _DIGIT.search(group, 0, place)
    return stop < 0 or opens or bool(_DIGIT.search(group, place, stop))


def _names_former_year(words: str, named: int, current: int | None) -> bool:
    return "年" in words and named < (current or 9999)
