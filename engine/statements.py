"""Statements: a figure in its sentence and section becomes a target, a result or a forecast, with its year and months."""

import re
from bisect import bisect_left
from dataclasses import dataclass, field, replace

from engine.figures import Figure
from engine.figures import figures as read_figures
from engine.milestones import Milestone, milestones
from engine.outline import Paragraph, Piece
from engine.periods import YEAR, Timeline, due_of, year_of
from engine.text import fold
from engine.tokens import Reject, Token, tokens
from engine.values import Department, Kind, Sentence, Statement, Unplaced

_PLANNED = re.compile(r"思路|计划|打算|安排|目标|任务|重点|展望|举措|下一步|下步|明年|部署|要求|规划|谋划|预期|措施|愿景|行动方案|实施方案|工作要点")
_REPORTED = re.compile(r"总结|回顾|完成情况|进展|成效|工作情况|主要做法|落实情况|问题|取得|过去一?年|过去五年|一年来|运行情况|开展情况|亮点|成绩|不足")
_PROMISE = re.compile(r"力争|(?<!共)争取(?!到|了|上级|中央|省级|各级|各类|专项|国家|资金|政策|补助|预算|债券|地方)|确保(?!了)|力求|(?<!不)拟(?!定|制|上市|建立)|将(?=在|全|继|进|坚|以|实|把|达|新|完|力|重|深|着|大|加|突|推|紧|聚|认|持|围|按|牢|努|抓|引|培|建|组|开|扎|积|统|再|做|有|超|切|严|对|投|于)|(?:(?<=[,;。:、年拟还也已并上])|(?<=今年|年内)|^)计划(?=全年|实|新|完|在|到|于|年|引|建|投|开|培|总投资|安排|出清|动态|招|组|拆|改|整|发|创|争|盘|\d)|下一步|接下来|到20[2-9]\d年|努力(?=实现|达到|争创|使|把|完成|突破)|年底前|奋力实现|目标(?=是|为|:)|预期目标|要(?=实现|完成|达到|力争|确保|新增|突破|在|把|全面|以|继续|加快|着力|坚持)|必须(?=完成|确保|实现|达到)|务必|再(?=新增|签约|入库|引进|建成|完成|开工|培育|新建|增加)|我们将|有望于")
_REACHED = re.compile(r"(?:已|已经|累计|共|现已|目前|截至|截止|今年以来|一年来|完成了|实现了|达到了|新增了|同比|较上年|比上年|较去年|比去年)")
_FORECAST = re.compile(r"预计|有望|预测|可望|预估|初步预计|估计|预期(?!目标|寿命|性)(?=全年|实现|完成|达到|增长|可|年底|将)")
_BEFORE_YEAR = re.compile(r"(?P<compared>(?:较|比|与|同|相比)(?:于)?)?(?:去年|上年|上一年|前一年|上年度|去年度)(?:同期|全年|末|底)?(?P<to>的|为|是|完成|实现|仅|达到?|有|共|新增|末|底|:|约|仅为|只有)*")
_BASIS = re.compile(r"在(?:去年|上年|上一年|上年度|20\d{2}年)[^,;。]*$")
_FROM = re.compile(r"[由从](?:去年|上年|上年同期|去年同期|年初|原来|上年末)?(?:的|底的|末的|底|末)?$")
_FROM_YEAR = re.compile(r"[由从]20\d{2}年(?:底|末)?的?$")
_BECOMES = re.compile(r"(?:以上|左右)?(?:大幅|稳步|逐步|进一步|快速|提前)?(?:增加|增长|提高|提升|上升|下降|降低|减少|缩短|压缩|压减|扩大|增|降|升|发展|跃升|攀升|回升|回落|扩容|升级|拓展|调整|变为)?(?:到|至|为)")
_NEXT_YEAR = re.compile(r"明年|次年|来年|下一年度?")
_VAGUE = ((re.compile(r"排名前列|走在前列|位居前列|保持前列|前列"), "排名前列没有名次"),)
_SUBSECTION = re.compile(r"[,。;:]")
_RESPONSIBLE = re.compile(r"[((](?P<role>责任(?:单位|部门|领导|科室)|牵头(?:单位|部门|科室)?|配合(?:单位|部门)?|主办单位|承办单位|协办单位)[::]?(?P<names>[^))]{2,80})[))]")


@dataclass
class Frame:
    """What holds while a document is read: its name, year, kind, cut-off month and the headings above the place."""

    doc: str
    year: int | None = None
    kind: Kind = "target"
    cutoff: int | None = None
    headings: list[tuple[int, str]] = field(default_factory=list)
    title_level: bool = True

    @property
    def section(self) -> tuple[str, ...]:
        return tuple(text for _, text in self.headings)

    def enter(self, level: int, heading: str) -> None:
        """A heading closes those of its level and below."""
        while self.headings and self.headings[-1][0] >= level:
            self.headings.pop()
        self.headings.append((level, heading))

    def section_kind(self) -> Kind:
        """The nearest heading that says plan or report decides, else the kind of the document."""
        for heading in map(fold, reversed(self.section)):
            planned, reported = _PLANNED.search(heading), _REPORTED.search(heading)
            if planned and not reported:
                return "target"
            if reported and not planned:
                return "result"
        return self.kind

    def section_year(self) -> int | None:
        for heading in map(fold, reversed(self.section)):
            if found := YEAR.search(heading):
                return year_of(found[1])
            if self.year and _NEXT_YEAR.search(heading):
                return self.year + 1
        return self.year


@dataclass
class _Run:
    """What the sentences of one paragraph hand on: a year, months and a turn to plans named at its beginning."""

    year: int | None = None
    months: tuple[int, int] | None = None
    promised: bool = False


@dataclass(frozen=True)
class Read:
    """What one paragraph gave."""

    statements: tuple[Statement, ...]
    unplaced: tuple[Unplaced, ...]
    sentences: tuple[Sentence, ...]


def read_paragraph(paragraph: Paragraph, pieces: list[Piece], frame: Frame) -> Read:
    """Statements, unplaced numerals and sentences of a paragraph; its headings move the frame."""
    found = tokens(paragraph.string)
    starts = [each.start for each in found]
    timeline = Timeline.of(paragraph.string)
    run = _Run()
    statements: list[Statement] = []
    sentences: list[Sentence] = []
    for piece in pieces:
        held = [each for each in found[bisect_left(starts, piece.start):bisect_left(starts, piece.end)] if isinstance(each, Token)]
        if piece.level is not None:
            frame.enter(piece.level, piece.written.strip(" 。:;：；\r\n"))
            if not held:
                continue
        kind, made = _sentence(paragraph, piece, held, timeline, frame, run)
        statements += made
        span = paragraph.span(piece.start, piece.end)
        sentences.append(Sentence(span.start, span.end, kind, run.year or frame.section_year(), frame.section))
    return Read(tuple(statements), tuple(_listed(paragraph, found)), tuple(sentences))


def _listed(paragraph: Paragraph, found: list[Token | Reject]) -> list[Unplaced]:
    return [Unplaced(span.start, span.end, paragraph.string[each.start:each.end], each.reason)
            for each in found if isinstance(each, Reject) and each.reason
            for span in (paragraph.span(each.start, each.end),)]


def _sentence(paragraph: Paragraph, piece: Piece, held: list[Token], timeline: Timeline, frame: Frame, run: _Run) -> tuple[Kind, list[Statement]]:
    string = paragraph.string
    base = frame.section_kind()
    opening = string[piece.start:piece.start + 30]
    if base == "result" and re.match(r"(?:20\d{2}年|明年|下一步|下半年|四季度|接下来|新的一年|第四季度|下阶段)[,,]?.{0,16}?(?:将|要|力争|计划|继续|重点|着力)", opening):
        run.promised = True
    if piece.first or YEAR.match(opening):
        if (named := YEAR.match(opening)) and not _inside_title(opening, named.end()):
            run.year = year_of(named[1])
        elif _NEXT_YEAR.match(opening) and frame.year:
            run.year = frame.year + 1
    figures = read_figures(string, held, piece.start, piece.end)
    kind: Kind = "target" if run.promised else base
    made: list[Statement] = []
    commitment = piece.start
    for number, figure in enumerate(figures):
        if not figure.indicator and figure.measure != "completion":
            continue
        if figure.own and not figure.stretch and not (number and _continues(string, figures[number - 1], figure)):
            commitment = figure.head
        made.append(_statement(paragraph, piece, figure, kind, commitment, timeline, frame, run))
    whole = _sentence_kind(string[piece.start:piece.end], kind)
    if whole == "target" and piece.level is None:
        made += _milestones(paragraph, piece, held, kind, timeline, frame, run)
    return whole, sorted(made, key=lambda each: each.start)


def _milestones(paragraph: Paragraph, piece: Piece, held: list[Token], kind: Kind, timeline: Timeline, frame: Frame, run: _Run) -> list[Statement]:
    """Promised ends; in a report only after the word that turns the sentence to the future."""
    string = paragraph.string
    begin = piece.start
    if kind == "result":
        promise = _PROMISE.search(string, piece.start, piece.end)
        begin = promise.start() if promise else piece.end
    taken = [(each.start, each.end) for each in held if each.rule != "numeral-in-characters" or string[each.end:each.end + 1] in ",。;"]
    return [_milestone(paragraph, piece, each, timeline, frame, run) for each in milestones(string, begin, piece.end, taken)]


def _milestone(paragraph: Paragraph, piece: Piece, found: Milestone, timeline: Timeline, frame: Frame, run: _Run) -> Statement:
    span, sentence = paragraph.span(found.start, found.end), paragraph.span(piece.start, piece.end)
    clause = paragraph.string[max(paragraph.string.rfind(stop, piece.start, found.start) for stop in ",;。:") + 1:found.end]
    year = timeline.year_before(found.end, piece.start) or run.year or frame.section_year()
    return Statement(
        doc=frame.doc, start=span.start, end=span.end, figure="", kind="target", indicator=_as_written(paragraph, found.thing, found.start), measure="milestone", state=found.state,
        year=year, due=due_of(clause, year), section=frame.section, sentence=(sentence.start, sentence.end), commitment=span.start,
        departments=departments(paragraph.string[piece.start:piece.end]), rules=("milestone",))


def _inside_title(opening: str, position: int) -> bool:
    return opening[position:position + 2] in ("工作", "总结")


def _continues(string: str, before: Figure, figure: Figure) -> bool:
    """其中 and brackets break one commitment down; they do not open another."""
    between = string[before.token.end:figure.token.start]
    return "其中" in between or "(" in between


def _sentence_kind(sentence: str, kind: Kind) -> Kind:
    if kind == "result" and _PROMISE.search(sentence):
        return "target"
    return kind


def _statement(paragraph: Paragraph, piece: Piece, figure: Figure, base: Kind, commitment: int, timeline: Timeline, frame: Frame, run: _Run) -> Statement:
    string, token = paragraph.string, figure.token
    before = string[piece.start:token.start]
    kind, rule = _kind(before, base)
    year = run.year or frame.section_year()
    named = timeline.year_before(token.start, piece.start)
    year = named or year
    shift = _year_shift(string, piece, figure, before)
    if _NEXT_YEAR.search(before) and frame.year and not named and kind == "target":
        year = frame.year + 1
    if kind == "target" and rule == "section-plan" and named and (frame.section_year() or 0) > named:
        kind, rule = "result", "former-year-in-plan"
    if shift:
        kind, rule = "result", "former-year"
        if not (named and "年" in figure.words and named < (run.year or frame.section_year() or 9999)):
            year = (run.year or frame.section_year() or 0) - 1 if (run.year or frame.section_year()) else None
    months = _months(string, piece, token, timeline, frame, run, kind, rule)
    span, sentence = paragraph.span(token.start, token.end), paragraph.span(piece.start, piece.end)
    return Statement(
        doc=frame.doc, start=span.start, end=span.end, figure="", kind=kind, indicator=_as_written(paragraph, figure.indicator, figure.head), measure=figure.measure,
        comparator=figure.comparator, value=figure.value, high=token.high, unit=token.unit, year=year, months=months,
        stretch=figure.stretch and kind == "target", ambition=kind == "target" and not figure.stretch and "力争" in figure.words,
        due=due_of(_clause(string, piece, token), year) if kind == "target" else None,
        section=frame.section, sentence=(sentence.start, sentence.end), commitment=paragraph.source(commitment),
        departments=departments(string[piece.start:piece.end]) if kind == "target" else (), rules=(*figure.rules, rule))


def _as_written(paragraph: Paragraph, phrase: str, near: int) -> str:
    """A phrase with the marks of the text, where it stands in one piece."""
    place = paragraph.string.find(phrase, near)
    return paragraph.written[place:place + len(phrase)] if place >= 0 else phrase


def _clause(string: str, piece: Piece, token: Token) -> str:
    begin = max(string.rfind(stop, piece.start, token.start) for stop in ",;。:")
    return string[max(begin + 1, piece.start):token.start]


def _kind(before: str, base: Kind) -> tuple[Kind, str]:
    """预计 at the head of a sentence holds to its full stop, in the middle to its semicolon; 力争 turns a report into a plan."""
    group = before[before.rfind(";") + 1:]
    promised = _last(_PROMISE, group)
    expected = _last(_FORECAST, group)
    if expected < 0 and _FORECAST.match(re.sub(r"^[^,;]{0,12}?(?=预计|有望)", "", before)):
        expected = 0
    if base == "target":
        if expected >= 0 and promised < expected and re.search(r"(?:今年|本年|目前).{0,6}预计", group):
            return "forecast", "forecast"
        return "target", "section-plan"
    if promised > expected and not _done_after(group, promised):
        return "target", "promise"
    if expected >= 0 and not _done_after(group, expected) and _holds(group, expected):
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
    begins = not re.search(r"\d", group[:place]) and "," not in group[:place]
    return stop < 0 or begins or bool(re.search(r"\d", group[place:stop]))


def _done_after(group: str, place: int) -> bool:
    """A later clause that says 已 or 累计 reports again what an earlier one promised."""
    return bool(re.search(r",(?:目前|现已|已|截至)", group[place:]))


def _year_shift(string: str, piece: Piece, figure: Figure, before: str) -> bool:
    """True where the figure is last year's: 上年为78起, 由68家增加到79家, 在上年完成3.98亿元的基础上."""
    words, token = figure.words, figure.token
    if _FROM_YEAR.search(words):
        return False
    if _FROM.search(words) and (_BECOMES.match(string, token.end) or string[token.end:token.end + 8].find("增") >= 0):
        return True
    if _FROM.search(words) and _BECOMES.match(string, token.end):
        return True
    if _BASIS.search(before[-30:]) and re.match(r"[^,;。]{0,8}(?:基础上|基数上)", string[token.end:token.end + 14]):
        return True
    if re.match(r"(?:去年|上年|上一年)(?:全年|度)?,", before[before.rfind(";") + 1:]) and "今年" not in before:
        return True
    for found in _BEFORE_YEAR.finditer(words):
        if found["compared"]:
            continue
        rest = words[found.end():]
        if found.end() == len(words) or len(rest) <= 12 and not re.search("增长|提高|下降|增加|减少|上升", rest):
            return True
    return False


def _months(string: str, piece: Piece, token: Token, timeline: Timeline, frame: Frame, run: _Run, kind: Kind, rule: str) -> tuple[int, int] | None:
    since = max(string.rfind(";", piece.start, token.start), piece.start)
    opened = string.rfind("(", piece.start, token.start)
    inside = opened >= 0 and ")" not in string[opened:token.start]
    named = timeline.period_before(token.start, since)
    if named and not inside and _in_closed_bracket(string, named[0], token.start):
        named = None
    if named and "全年" not in string[named[0]:token.start]:
        return _yearless(named[1])
    if kind == "result" and frame.cutoff and frame.cutoff < 12:
        return 1, frame.cutoff
    return None


def _in_closed_bracket(string: str, place: int, position: int) -> bool:
    opened = string.rfind("(", max(0, place - 20), place)
    return opened >= 0 and ")" not in string[opened:place] and ")" in string[place:position]


def _yearless(months: tuple[int, int]) -> tuple[int, int] | None:
    return None if months == (1, 12) else months


def departments(sentence: str) -> tuple[Department, ...]:
    """The units that a sentence names as responsible: the first one leads, the others support."""
    found: list[Department] = []
    for match in _RESPONSIBLE.finditer(sentence):
        supporting = match["role"].startswith(("配合", "协办"))
        names = [name for name in re.split(r"[、,;\s]+|及|和", re.sub(r"(?:牵头|配合)(?:单位|部门)?[::]", "、", match["names"])) if name]
        for number, name in enumerate(names):
            found.append(Department(name, "support" if supporting or number or found else "lead"))
    return tuple(found)


def with_text(statement: Statement, text: str) -> Statement:
    """The statement with its figure cut from the text as decoded."""
    return replace(statement, figure=text[statement.start:statement.end])
