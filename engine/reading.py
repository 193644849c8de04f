"""file → text → outline → figures → statements: the whole way of one document."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date
from os import PathLike
from pathlib import Path

from engine.departments import departments, stand_alone
from engine.files import load
from engine.headings import COMING_YEARS, Frame
from engine.lexicon import either
from engine.outline import Paragraph, Piece, is_row, paragraphs, pieces
from engine.periods import FIVE_YEARS, YEAR, cutoff_in, last_year, quarter_since, year_named, year_of
from engine.statements import read_paragraph
from engine.text import Text, fold
from engine.titles import topic_of
from engine.values import Department, DocumentKind, Found, Kind, Month, Reading, Statement
from engine.wordlines import table

_CUES = table("cues")
_TITLE, _PLAN_TITLE, _REPORT_TITLE = (re.compile(either(_CUES["titles"][name])) for name in ("any", "planned", "reported"))
_REPORTED, _PLANNED = (re.compile(either(_CUES["openings"][name])) for name in ("reported", "planned"))
# Words weighed where neither title nor opening says what a text is.
_PLAN_WORDS = re.compile(
    r"""(?=[力确要将计争目新年2未今到重不以])
    (?:力争 | 确保(?!了) | (?<![主需重简摘纪])要(?![素点求件闻目情害]) | (?<!即)将(?!军) | (?<![年度成])计划 | 争取 | 目标[是为:]
    | 新的一年 | 年内 | 20\d[05]年[^。;]{0,60}?(?:分别)?达到?(?=[\d.]) | 未来[三五]年 | 今后[一三五]年
    | 今年,?(?:我们|要|将|计划|力争|确保) | 到20\d\d年 | 到“十.五”末 | 重点工作安排 | 不低于 | 不少于
    | (?<=[家个%元人项亩次])以[上内])""", re.VERBOSE)
_REPORT_WORDS = re.compile(
    r"""(?=[完实同已累较比取成截1前上季全\d])
    (?:完成(?:了|目标任务|年度任务|全年任务) | 实现了 | 同比 | 已 | 累计 | 较上年 | 比上年 | 取得 | 成效 | 截至 | 1[-—至月]
    | 前[一二三四五六七八九\d] | 上半年, | 季度, | 全年, | \d年,全)""", re.VERBOSE)
_BULLETIN = re.compile("通报|简报|快报|专报|督查|督办|调度")
_RUN_ON_TITLE = re.compile(
    r"[^,。;:!?]{2,40}?(?:工作)?(?:总结|计划|报告|要点|思路|打算)"
    r"(?:(?:和|及|暨|与|以及)[^,。;:!?]{2,24}?(?:计划|思路|打算|安排|要点|总结))?(?=20\d{2}年|今年|一年来|[一二]、|\()")
# A work report given in the first months of a year looks back on the year before.
_OPENING_YEAR = re.compile(r"20\d{2}年[123]月\d{1,2}日")
_PUBLISHED = re.compile(r"(?<!\d)(?P<year>20\d{2})[-/.](?:0?[1-9]|1[0-2])[-/.](?:[0-3]?\d)(?!\d)", re.ASCII)
_SEVERAL_YEARS = re.compile(r"(20\d{2})年?[-—~至到]+(20\d{2})年")
_YEAR_IN_NAME = re.compile(r"(?<!\d)20[0-4]\d(?!\d)", re.ASCII)
_JOINS = re.compile("[和及暨与、,;]")
OPENING = 400
_FIVE = 5
_Parted = tuple[Paragraph, list[Piece]]


def read(path: str | PathLike[str], *, name: str | None = None, year: int | None = None, written: date | None = None) -> Reading:
    """Reads one file. `year` serves where the text names none, else the one in its name; `written` is the date of the document.

    Raises ReadError.
    """
    own = name or Path(path).name
    return read_text(load(path, name=name), doc=own, year=year or year_in_name(own), written=written)


def year_in_name(name: str) -> int | None:
    """The year that a file's name tells: 2025年重点任务.xlsx."""
    found = _YEAR_IN_NAME.search(fold(name))
    return int(found.group()) if found else None


def read_text(text: Text, *, doc: str, year: int | None = None, written: date | None = None) -> Reading:
    """Reads a decoded text; see `read`."""
    parted = [(paragraph, list(pieces(paragraph))) for paragraph in paragraphs(text)]
    title = _title([each for _, found in parted for each in found])
    opening = "".join(paragraph.string for paragraph, _ in parted[:6])[:OPENING]
    own_year = _year(title, opening) or (written.year if written else None) or year
    kind = _kind(title, opening, text.folded)
    reviewed = _reviewed(title, opening, own_year, kind)
    if reviewed:
        kind = "result"  # what it demands stands in parts of its own
    cutoff = (reviewed, 12) if reviewed else _cutoff(title, opening, own_year, kind, written)
    through = cutoff[1] if cutoff and cutoff[0] == own_year else None
    begun = _begun(title, own_year, kind)
    # 今后五年 of a plan of five years are its own.
    horizon = None if begun else _horizon(text.folded, own_year)
    reported = kind == "result"
    frame = Frame(doc, text.string, own_year, kind, through, horizon, begun, reviewed=reviewed)
    if reported:
        frame.bulletin, frame.topic = bool(_BULLETIN.search(title)), topic_of(fold(title))
        frame.since = quarter_since(title, opening)
    found = (_with_tables if any(is_row(paragraph) for paragraph, _ in parted) else _without_tables)(parted, frame)
    statements, unplaced, sentences = found.statements, found.unplaced, found.sentences
    return Reading(doc=doc, text=text.string, title=title, office=_office(title), year=own_year, kind=_whole_kind(kind, statements, title),
                   cutoff=cutoff, statements=tuple(statements), unplaced=tuple(unplaced), sentences=tuple(sentences))


def _without_tables(parted: Sequence[_Parted], frame: Frame) -> Found:
    found = Found()
    for paragraph, parts in parted:
        _take(found, paragraph, parts, frame)
    return found


def _with_tables(parted: Sequence[_Parted], frame: Frame) -> Found:
    """What stands in the rows of tables and in the paragraphs between them, in order."""
    from engine.tables import Tables  # noqa: PLC0415  an eighth of the time that starting takes, which most documents don't need

    found, tables, rows = Found(), Tables(frame), list[Paragraph]()
    for paragraph, parts in parted:
        if is_row(paragraph):
            rows.append(paragraph)
            continue
        if rows:
            found.take(tables.read(rows))
            rows = []
        tables.passed(paragraph)
        _take(found, paragraph, parts, frame)
    found.take(tables.read(rows))
    return found


def _take(found: Found, paragraph: Paragraph, parts: list[Piece], frame: Frame) -> None:
    found.take(read_paragraph(paragraph, parts, frame))
    if stand_alone(paragraph.string):
        _name_above(found.statements, departments(paragraph.string))


def _name_above(statements: list[Statement], named: tuple[Department, ...]) -> None:
    """责任单位:水利局 on a line of its own answers for the targets above it in the section that nobody answers for yet."""
    section = statements[-1].section if statements else ()
    for place in range(len(statements) - 1, -1, -1):
        each = statements[place]
        if each.section != section or each.departments:
            break
        if each.kind == "target":
            statements[place] = each._replace(departments=named)


def _title(found: list[Piece]) -> str:
    """The first heading lines that name a kind of document; '' where the text begins without a title."""
    lines = [each.written.strip() for each in found[:12] if each.level == 0]
    for line in lines:
        if _TITLE.search(line) and len(line) >= 6:
            return line
    if lines and found and found[0].level == 0:
        return lines[0]
    run_on = _RUN_ON_TITLE.match(found[0].string) if found else None
    return found[0].written[:run_on.end()] if run_on else ""


def _office(title: str) -> str:
    """The issuing office: what stands in the title before the year; '' where nothing does."""
    found = re.match(r"(?:关于)?(?P<office>[一-鿿（）()]{2,30}?)(?:关于)?20\d{2}年", fold(title))
    return found["office"] if found else ""


def _year(title: str, opening: str) -> int | None:
    """The year of a document: named in its title, else in its opening, where it does not lie behind the day of publication."""
    if year := year_named(fold(title)):
        return year
    if plan := FIVE_YEARS.search(fold(title)):
        return last_year(plan[1])
    published = _PUBLISHED.search(opening)
    named = [year_of(found[1]) for found in YEAR.finditer(opening)]
    if published:
        return next((year for year in named if year <= int(published["year"])), int(published["year"]))
    return named[0] if named else None


# 会议总结2025年工作,部署2026年重点任务
_SUMMED_UP = re.compile(r"(?:总结|回顾)(?:了)?(?P<year>20\d{2})年")
_LOOKED_BACK = re.compile("过去的?一年|刚刚过去的一年|一年来")
_FIRST_MONTHS = re.compile(r"(?<!\d)[123]月\d{1,2}日")
_MEETING = re.compile("职代会|工作会议|工作会|全会|大会|部署会|推进会|动员会")


def _reviewed(title: str, opening: str, year: int | None, kind: Kind) -> int | None:
    """The year before its own that a work report, or the news of a meeting of the first months, looks back on; else None."""
    if not year or (kind != "result" and "讲话" not in title):
        return None
    if "工作报告" in title:
        return year - 1 if _OPENING_YEAR.search(opening) else None
    if _MEETING.search(title + opening) and (given := _OPENING_YEAR.search(opening)) and given.group().startswith(str(year)):
        return year - 1 if _LOOKED_BACK.search(opening) or "讲话" in title else None
    if f"{year}年" in title and _MEETING.search(title) and f"{year - 1}年" in opening and _FIRST_MONTHS.search(opening):
        return year - 1
    summed = _SUMMED_UP.search(opening) if _MEETING.search(title + opening) else None
    return year - 1 if summed and int(summed["year"]) == year - 1 else None


def _begun(title: str, year: int | None, kind: Kind) -> int | None:
    """The last year before a plan of several years (“十五五”规划, 三年行动方案(2026—2028年)); None for any other document."""
    folded = fold(title)
    plan = FIVE_YEARS.search(folded) if kind == "target" else None
    if plan and year == last_year(plan[1]):
        return year - _FIVE
    years = _SEVERAL_YEARS.search(folded) if kind == "target" else None
    return int(years[1]) - 1 if years and year == int(years[2]) > int(years[1]) else None


def _horizon(folded: str, year: int | None) -> int | None:
    """The end of 未来五年: the last of those years that the text names, else five years on; None where it does not speak of them."""
    if year is None or not COMING_YEARS.search(folded):
        return None
    named = [coming for found in YEAR.finditer(folded) if year + 3 <= (coming := year_of(found[1])) <= year + _FIVE]
    return max(named, default=year + _FIVE)


def _kind(title: str, opening: str, folded: str) -> Kind:
    """What a sentence is where nothing nearer says it: the title decides, else the words of the opening and the text."""
    if titled := _titled(title):
        return titled[0]
    score = Counter(plan=len(_PLAN_WORDS.findall(folded[:6000])), report=3 * len(_REPORT_WORDS.findall(folded[:6000])))
    if _REPORTED.search(opening):
        return "result"
    if _PLANNED.search(opening):
        return "target"
    return "target" if score["plan"] > score["report"] else "result"


def _titled(title: str) -> list[Kind]:
    """The kinds that a title names, in its order. 目标任务推进情况 is a report: nothing joins the two, the last word says what it is."""
    planned, reported = _PLAN_TITLE.search(title), _REPORT_TITLE.search(title)
    if planned and reported and planned.start() < reported.start() and not _JOINS.search(title, planned.end(), reported.start()):
        planned = None
    found: list[tuple[int, Kind]] = []
    if planned:
        found.append((planned.start(), "target"))
    if reported:
        found.append((reported.start(), "result"))
    return [kind for _, kind in sorted(found)]


def _cutoff(title: str, opening: str, year: int | None, kind: Kind, written: date | None) -> Month | None:
    """The last month covered: named in title or opening, else the month before the document's date."""
    if kind != "result":
        return None
    if found := cutoff_in(fold(title), opening, year):
        return found
    if written:
        return (written.year, written.month - 1) if written.month > 1 else (written.year - 1, 12)
    return None


def _whole_kind(kind: Kind, statements: list[Statement], title: str) -> DocumentKind:
    """`both` where targets and results stand beside each other in weight, `none` where nothing was read."""
    if not statements:
        return "none"
    targets = sum(1 for each in statements if each.kind == "target")
    results = len(statements) - targets
    if len(_titled(title)) > 1 or min(targets, results) * 3 > max(targets, results):
        return "both"
    return "plan" if targets > results else "report"
