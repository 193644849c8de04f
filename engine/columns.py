"""What the columns of a table hold, by the words of their heads, also where a head takes several rows.

A column of figures has a side (promised, reached, last year's, expected) and a measure (amount, growth, completion); every other column has
a role (name, unit, lead, due …). What the words of a head leave open, its neighbours and the cells below it tell.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from engine.cells import values
from engine.lexicon import either
from engine.periods import YEAR, year_of
from engine.units import UNIT
from engine.wordlines import table

Side = Literal["", "target", "result", "forecast", "former"]
_WORDS = table("columns")
_ROLES = {role: re.compile(either(entries)) for role, entries in (*_WORDS["roles"].items(), *_WORDS["labels"].items())}
_COMPLETION, _GROWTH, _TOLD = (re.compile(either(_WORDS["measures"][name])) for name in ("completion", "growth", "told"))
_SIDES: dict[Side, re.Pattern[str]] = {
    "former": re.compile(either(_WORDS["sides"]["former"])), "forecast": re.compile(either(_WORDS["sides"]["forecast"])),
    "target": re.compile(either(_WORDS["sides"]["target"])), "result": re.compile(either(_WORDS["sides"]["result"]))}
_OPEN = re.compile(either(_WORDS["sides"]["open"]))
_STRETCH = re.compile(either(_WORDS["sides"]["stretch"]))
_SINGLE, _CUMULATIVE = (re.compile(either(_WORDS["periods"][name])) for name in ("single", "cumulative"))
_ONE_MONTH = re.compile(r"(?<![-—–~至到\d])\d{1,2}月|(?<!前)第?[二三四]季度")
TOTAL = re.compile(either(_WORDS["rows"]["total"]))
_PLACE = re.compile(rf"[一-鿿]{{1,7}}{either(_WORDS['places']['ends'])}")
AMOUNT = re.compile(either(_WORDS["things"]["amounts"]))
# 较上年同期增长 compares with last year and does not give it.
_COMPARED = re.compile("[比较与](?:上年|去年)(?:同期|同月)?")
_UNIT_NAMES = re.compile(r"(?:计量|指标|度量)?单位(?:\(.*\))?")
UNIT_IN_HEAD = re.compile(
    rf"[(\[](?:单位:)?(?P<unit>[十百千万亿]*(?:{UNIT})|[±+-]*%)[)\]]|(?P<percent>[±+]?%)|(?<=[^\d(])/(?P<slash>[十百千万亿]*(?:{UNIT}))$")
_MONTHS = re.compile(
    r"1[-—–~至](?P<last>1[0-2]|[2-9])月|(?P<half>上半年)|前(?P<quarters>[三二])季度"
    r"|(?P<until>1[0-2]|[1-9])月(?:底|末|止|以来)"
    r"|(?P<only>第?一季度)|截至(?P<to>1[0-2]|[1-9])月")
# 目标任务(原文), 年度目标(表述): a remark on how the column is written.
_REMARK = re.compile(r"\((?:原文|原话|表述|内容|要求|具体内容|文字)\)$")
_TASKS = ("任务", "工作", "事项", "内容", "目标")
_RATED = re.compile("率|比例|比重|占|%")
_MOST_ROWS = 3
_LONGEST_ASPECT = 10
LABELS = ("name", "place")
_NARROW = (*LABELS, "number", "unit", "lead", "due")
"""Roles of columns whose head never spans others."""


@dataclass(frozen=True, slots=True)
class Column:
    """What a column holds. `role` is `figure` for figures, `single` for those of one month alone, `aspect` where the cells say for
    their row what its figures are (目标 | 进度 | 完成比例), else a role of the word list or empty.

    `group` is the indicator or the place that the head above names, `thing` what is counted of the row's thing (投资);
    `fraction` marks shares that are written as 0.733.
    """

    role: str
    head: str
    side: Side = ""
    measure: str = ""
    year: int | None = None
    unit: str = ""
    group: str = ""
    thing: str = ""
    month: int | None = None
    stretch: bool = False
    fraction: bool = False

    @property
    def is_place(self) -> bool:
        return _names_place(self.group)

    @property
    def kind(self) -> str:
        """A word for what made a figure, as the rules of a statement name it."""
        return self.measure or self.side or "matrix"


@dataclass(frozen=True, slots=True)
class Head:
    """The columns of a table, how many rows their heads take, and those rows."""

    columns: tuple[Column, ...]
    rows: int
    said: tuple[tuple[str, ...], ...] = ()
    has_rates: bool = False
    """The rows that take turns have one for 完成比例: then 进度 is an amount."""

    @property
    def labels(self) -> list[int]:
        """Columns that name what a row is about, the nearest last; without one what comes next to it does."""
        for roles in (LABELS, ("content",)):
            if found := [place for place, column in enumerate(self.columns) if column.role in roles]:
                return found
        tasks = [place for place, column in enumerate(self.columns) if is_task(column.head) and column.side == "target"]
        return tasks or [place for place, column in enumerate(self.columns) if column.role == "category"]

    @property
    def is_matrix(self) -> bool:
        """True where rows are places and the columns name the indicators."""
        return bool(self.labels) and all(self.columns[place].role == "place" for place in self.labels)

    def aspect_of(self, row: Sequence[str], year: int | None) -> Column | None:
        """What the figures of a row are, in a table whose rows take turns."""
        place = next((place for place, column in enumerate(self.columns) if column.role == "aspect"), None)
        if place is None or not _at(row, place):
            return None
        own = column_of((), row[place], year)
        is_amount = own.measure == "completion" and self.has_rates and not _RATED.search(own.head)
        return replace(own, measure="", side="result") if is_amount else own


# --- where a head is -------------------------------------------------------------------------------------------------------


def is_head(row: Sequence[str]) -> bool:
    """True for a row that names columns: one for labels, and no number in it but years and months."""
    told = [_told(said) for said in row if said]
    roles = [role for role, figure in told if role]
    figures = sum(1 for _, figure in told if figure)
    labelled = any(role in ("name", "place", "content", "category") for role in roles) or (
        any(map(is_task, row)) and bool({"lead", "due", "progress", "number"} & set(roles))) or ("unit" in roles and figures > 1)
    known = len(roles) + figures + sum(1 for said in row if _PLACE.fullmatch(said))
    return labelled and not any(map(_is_number, row)) and (known >= 2 or ("place" in roles and len(told) >= 2))


def is_new_head(row: Sequence[str], known: Head) -> bool:
    """True for a row further down that opens another table: the same head again, or nothing but short heads of columns."""
    if tuple(row) in known.said:
        return True
    filled = [said for said in row if said]
    named = sum(1 for said in filled if len(said) <= 14 and _told(said) != ("", False))
    return len(filled) >= 3 and 3 * named >= 2 * len(filled) and max(map(len, filled)) <= 20 and is_head(row)


def fits(rows: Sequence[Sequence[str]], head: Head) -> bool:
    """True where rows go on with the table above them: numbers where its numbers stood, or its kind of words."""
    if not rows or max(map(len, rows)) > len(head.columns):
        return False
    first = rows[0]
    fitting = [place for place, (said, column) in enumerate(zip(first, head.columns, strict=False)) if said and (
        (column.role in ("figure", "single") and bool(values(said))) or (column.role == "number" and said.isdecimal())
        or (column.role == "unit" and bool(re.fullmatch(rf"[十百千万亿]*(?:{UNIT})|%", said))))]
    return bool(fitting)


def _told(said: str) -> tuple[str, bool]:
    """The role that a head names, and whether it heads figures."""
    column = column_of((), said, None)
    return (column.role, False) if column.role not in ("figure", "single") else ("", True)


def is_task(head: str) -> bool:
    """目标任务, 年度目标: promised in words as often as in figures."""
    return _REMARK.sub("", head).endswith(_TASKS) and side_of(head) == "target"


def _is_number(said: str) -> bool:
    return bool(values(said)) and not YEAR.match(said)


# --- what a head says ------------------------------------------------------------------------------------------------------


def head_of(rows: Sequence[Sequence[str]], first: int, year: int | None) -> Head:
    """The head that begins in row `first`; `year` holds where a column names none."""
    count = 1
    while count < _MOST_ROWS and first + count < len(rows) and _goes_on(rows[first:first + count], rows[first + count]):
        count += 1
    said = rows[first:first + count]
    width = max(map(len, said))
    paths = [_path(said, place) for place in range(width)]
    columns = [column_of(path[:-1], path[-1], year) for path in paths]
    body = rows[first + count:]
    settled = _settled(columns, body)
    aspects = {said for place, each in enumerate(settled) if each.role == "aspect" for row in body if (said := _at(row, place))}
    has_rates = any(_measure(each, "") == "completion" and _RATED.search(each) for each in aspects)
    return Head(tuple(settled), count, tuple(tuple(each) for each in said), has_rates)


def _path(rows: Sequence[Sequence[str]], place: int) -> tuple[str, ...]:
    """The heads above each other at a place, the widest first: a head reaches over what stands below it without a head of its own."""
    own = [_at(row, place) for row in rows]
    lowest = max((number for number, said in enumerate(own) if said), default=0)
    path = [own[number] or _reaching(rows[number], place, rows[number + 1:]) for number in range(lowest)] + [own[lowest]]
    return (*(said for said in path[:-1] if said), path[-1])


def _reaching(row: Sequence[str], place: int, below: Sequence[Sequence[str]]) -> str:
    """The nearest head on the left; one with nothing below it spans but itself."""
    for left in range(min(place, len(row)) - 1, -1, -1):
        if row[left]:
            return row[left] if any(_at(each, left) for each in below) else ""
    return ""


def _at(row: Sequence[str], place: int) -> str:
    return row[place] if place < len(row) else ""


def _goes_on(above: Sequence[Sequence[str]], below: Sequence[str]) -> bool:
    """A further row of a head stands below wide cells only: nothing below a label, no number."""
    filled = {place for place, said in enumerate(below) if said}
    if len(filled) < 2 or any(_is_number(below[place]) for place in filled):
        return False
    known = sum(1 for place in filled if _told(below[place])[1] or _told(below[place])[0] not in ("", *LABELS))
    labels = {place for row in above for place, said in enumerate(row) if said and _told(said)[0] in _NARROW}
    return bool(labels) and not labels & filled and 2 * known >= len(filled)


def column_of(above: Sequence[str], head: str, year: int | None) -> Column:
    """One column from its head and from the wider heads above it."""
    group, whole = "".join(above), "".join(above) + head
    named = YEAR.search(whole)
    own = year_of(named[1]) if named else year
    if role := "" if above and head in ("任务", "任务数") else _role(head):
        return Column(role, whole, year=own)
    measure, side = _measure(head, group), _side(head, group)
    unit, months = UNIT_IN_HEAD.search(head) or UNIT_IN_HEAD.search(group), _MONTHS.search(whole)
    if side == "former" and not named and own:
        own -= 1
    is_open = bool(_OPEN.search(head)) or (bool(named) and not YEAR.sub("", head).strip("()度"))
    role = "single" if is_single(whole) else "figure" if side or measure or is_open else ""
    written = (unit["unit"] or unit["slash"] or "%").lstrip("±+-") if unit else ""
    if measure == "growth" and written not in ("", "%", "‰"):
        measure = "change"
    thing = AMOUNT.search(head)
    return Column(role, whole, side, measure, own, written, _group(above), thing.group() if thing and role == "figure" else "",
                  _last_month(months) if months else None, bool(_STRETCH.search(whole)))


def _role(head: str) -> str:
    """The role that a head names; empty for figures, and for what is not known."""
    if _UNIT_NAMES.fullmatch(head):
        return "unit"
    for role, pattern in _ROLES.items():
        if pattern.search(head):
            if role in ("name", "content", "place") and not head.endswith("名称") and (_measure(head, "") or side_of(head)):
                return ""
            return "" if role == "due" and side_of(head) == "target" and head.endswith("目标") else role
    return ""


def _measure(head: str, group: str) -> str:
    own = "completion" if _COMPLETION.search(head) else "growth" if _GROWTH.search(head) else ""
    if own or not group:
        return own
    if _GROWTH.search(group):
        return "growth"
    return "completion" if _COMPLETION.search(group) and not side_of(head) else ""


def side_of(head: str) -> Side:
    """The side that a head names by itself."""
    plain = _COMPARED.sub("", head)
    return next((side for side, pattern in _SIDES.items() if pattern.search(plain)), "")


def _side(head: str, group: str) -> Side:
    own, wider = side_of(head), side_of(group)
    if _COMPLETION.search(head):
        return "forecast" if "forecast" in (own, wider) else "result"
    if wider in ("former", "forecast") and own in ("", "result"):
        return wider
    return own or ("target" if group and head.endswith("任务") else wider)


def is_single(head: str) -> bool:
    """True for figures of one month or quarter alone."""
    return bool(_SINGLE.search(head) or _ONE_MONTH.search(head)) and not _CUMULATIVE.search(head)


def _group(above: Sequence[str]) -> str:
    """The head above that names an indicator or a place, and no side, no time alone."""
    for said in above:
        bare = re.sub(r"\(.*?\)", "", YEAR.sub("", _MONTHS.sub("", said)))
        left = _SINGLE.sub("", _GROWTH.sub("", _COMPARED.sub("", bare)))
        for pattern in (_COMPLETION, *_SIDES.values()):
            left = pattern.sub("", left)
        if len(re.sub("情况|任务|年度|全年|[月年度数值,、/]", "", left)) > 1:
            return said
    return ""


def _last_month(found: re.Match[str]) -> int:
    if found["half"]:
        return 6
    if found["only"]:
        return 3
    return int(found["last"] or found["until"] or found["to"] or 0) or {"三": 9, "二": 6}[found["quarters"]]


# --- what only the neighbours and the cells of a column tell ----------------------------------------------------------------


def _settled(columns: list[Column], body: Sequence[Sequence[str]]) -> list[Column]:
    for rule in (_units, _numbers_named_tasks, _tasks, _aspects, _amounts_beside_rates, _growth_beside, _stretches, _parts_of_the_year,
                 _places, _matrix, _fractions):
        columns = rule(columns, lambda place: [said for row in body if (said := _at(row, place))])
    return columns


Body = Callable[[int], list[str]]
"""The cells of a column that say something."""


def _share(said: Sequence[str], holds: Callable[[str], object]) -> float:
    return sum(1 for each in said if holds(each)) / len(said) if said else 0.0


def _replaced(columns: list[Column], when: Callable[[int, Column], bool], **changes: object) -> list[Column]:
    return [replace(each, **changes) if when(place, each) else each for place, each in enumerate(columns)]  # type: ignore[arg-type]


def _has(columns: list[Column], *roles: str) -> bool:
    return any(each.role in roles for each in columns)


def _units(columns: list[Column], body: Body) -> list[Column]:
    """单位 over names of offices names the office: the label of a sheet of offices, or who is responsible."""
    role = "lead" if _has(columns, "name", "content") else "place"
    return _replaced(columns, lambda place, each: each.role == "unit" and _share(body(place), _PLACE.fullmatch) > 0.5, role=role)


def _numbers_named_tasks(columns: list[Column], body: Body) -> list[Column]:
    """任务 over numbers is what was promised."""
    return _replaced(columns, lambda place, each: each.role == "name" and "任务" in each.head and _share(body(place), values) > 0.5
                     and sum(1 for other in columns if other.role in LABELS) > 1, role="figure", side="target")


def _tasks(columns: list[Column], body: Body) -> list[Column]:
    """目标任务 names the task where its figure has a column of its own; 目标任务(原文) does wherever another one says what is promised."""
    promised = {place: _share(body(place), values) for place, each in enumerate(columns) if each.role == "figure" and each.side == "target"}

    def has_figures(own: int) -> bool:
        worded = bool(_REMARK.search(columns[own].head))
        return any(place != own and (worded or share > promised[own] or not is_task(columns[place].head))
                   for place, share in promised.items())

    return _replaced(columns, lambda place, each: place in promised and is_task(each.head) and promised[place] < 0.5 and has_figures(place),
                     role="name", side="")


def _aspects(columns: list[Column], body: Body) -> list[Column]:
    """A column whose cells are 目标, 进度, 完成比例 in turn."""
    def takes_turns(place: int, each: Column) -> bool:
        told = [_measure(said, "") or side_of(said) for said in body(place) if len(said) <= _LONGEST_ASPECT]
        return each.role in ("", "name", "category", "content") and len(told) == len(body(place)) and "" not in told and (
            "target" in told and len(set(told)) > 1)

    return _replaced(columns, takes_turns, role="aspect")


def _amounts_beside_rates(columns: list[Column], _: Body) -> list[Column]:
    """进度 beside 完成比例 is an amount."""
    rates = {each.group for each in columns if each.measure == "completion" and _RATED.search(each.head)}
    return _replaced(columns, lambda _, each: each.measure == "completion" and each.group in rates and not _RATED.search(each.head),
                     measure="", side="result")


def _growth_beside(columns: list[Column], _: Body) -> list[Column]:
    """Growth that names no side belongs to the figures on its left."""
    reported = any(each.side == "result" and not each.measure for each in columns)
    settled: list[Column] = []
    for each in columns:
        is_open = each.measure in ("growth", "change") and not each.side and each.role == "figure"
        settled.append(_beside(each, settled, reported=reported) if is_open else each)
    return settled


def _beside(growth: Column, before: list[Column], *, reported: bool) -> Column:
    """A column of growth as the figures on its left have it; what compares with last year is never promised beside results."""
    left = next((each for each in reversed(before) if each.role in ("figure", "single") and each.group == growth.group), None)
    if left is not None and left.role == "single":
        return replace(growth, role="single")
    if left is not None and left.side and not (left.side == "target" and reported and _TOLD.search(growth.head)):
        year = growth.year if YEAR.search(growth.head) else left.year
        return replace(growth, side=left.side, month=growth.month or left.month, year=year)
    return replace(growth, side="result") if reported else growth


def _stretches(columns: list[Column], _: Body) -> list[Column]:
    """奋斗目标 is a second tier only beside a first one."""
    firm = any(each.side == "target" and not each.stretch for each in columns)
    return columns if firm else _replaced(columns, lambda _, each: each.stretch, stretch=False)


def _parts_of_the_year(columns: list[Column], _: Body) -> list[Column]:
    """Targets up to a month stand aside where the year's target has a column of its own."""
    whole = any(each.side == "target" and each.role == "figure" and not each.month and not each.measure for each in columns)
    return _replaced(columns, lambda _, each: whole and each.side == "target" and each.role == "figure" and each.month is not None
                     and each.month < 12, role="single")


def _places(columns: list[Column], body: Body) -> list[Column]:
    """Heads that name places over numbers share a target out, or a result; whose, the figures on the left or the text tell."""
    if not _has(columns, "name", "content"):
        return columns
    side: Side = next((each.side for each in columns if each.role == "figure" and each.side), "")
    named = {place for place, each in enumerate(columns) if each.role in ("", "place") and _names_place(each.head)
             and (_has(columns, "aspect") or _share(body(place), values) > 0.5)}
    return columns if len(named) < 2 else [
        replace(each, role="figure", side=side, group=each.head) if place in named else each for place, each in enumerate(columns)]


def _names_place(head: str) -> bool:
    return bool(_PLACE.fullmatch(head) or TOTAL.fullmatch(head))


def _matrix(columns: list[Column], body: Body) -> list[Column]:
    """Where rows are places, a head that is nothing else names an indicator."""
    head = Head(tuple(columns), 1)
    if not head.is_matrix:
        return columns
    return [replace(each, role="figure", group=each.head) if place not in head.labels and _is_indicator(each)
            and _share(body(place), values) > 0.5 else each for place, each in enumerate(columns)]


def _is_indicator(column: Column) -> bool:
    return column.role in ("", "name", "content") or (column.role == "figure" and not column.group and bool(_group([column.head])))


def _fractions(columns: list[Column], body: Body) -> list[Column]:
    """0.733 under 完成比例: a share that a formula left without its format."""
    def is_fraction(place: int, each: Column) -> bool:
        found = [value for said in body(place) for value in values(said)[:1]]
        return each.measure == "completion" and each.unit == "" and len(found) > 0 and all(
            abs(value.amount) < 3 and not value.unit for value in found) and any(value.amount % 1 for value in found)

    return _replaced(columns, is_fraction, fraction=True)
