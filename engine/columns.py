"""What the columns of a table hold, by the words of their heads, also where a head takes two rows."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.lexicon import either
from engine.periods import YEAR, year_of
from engine.units import UNIT
from engine.wordlines import table

_WORDS = table("columns")
_KINDS = {kind: re.compile(either(entries)) for kind, entries in _WORDS["kinds"].items()}
_SINGLE, _CUMULATIVE = (re.compile(either(_WORDS["periods"][name])) for name in ("single", "cumulative"))
UNIT_IN_HEAD = re.compile(rf"\((?:单位:)?(?P<unit>[十百千万亿]*(?:{UNIT})|%)\)|(?P<percent>[±+]?%)")
_MONTHS = re.compile(r"1[-—–~至](?P<last>1[0-2]|[2-9])月|(?P<half>上半年)|前(?P<quarters>[三二])季度")
_LABELS = ("name", "place")
_TASKS = ("任务", "工作", "事项", "内容", "目标")
FIGURES = ("target", "result", "former", "growth", "completion", "year", "matrix")
"""Kinds of columns whose cells are figures."""


@dataclass(frozen=True, slots=True)
class Column:
    """What a column holds: the kind its head names, with the year, the unit and the last month written there.

    `group` is the head above, where it spans several columns and is no kind itself: the indicator of a matrix sheet.
    """

    kind: str
    head: str
    year: int | None = None
    unit: str = ""
    group: str = ""
    month: int | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """The columns of a table and how many rows their heads take."""

    columns: tuple[Column, ...]
    rows: int

    @property
    def labels(self) -> list[int]:
        """Columns that name what a row is about, the nearest last; without one the tasks in words do (目标任务)."""
        named = [place for place, column in enumerate(self.columns) if column.kind in _LABELS]
        return named or [place for place, column in enumerate(self.columns) if _is_task(column.head)]

    @property
    def is_matrix(self) -> bool:
        """True where rows are places and the columns name the indicators."""
        return bool(self.labels) and all(self.columns[place].kind == "place" for place in self.labels)


def head_of(rows: Sequence[Sequence[str]], first: int, year: int | None) -> Head:
    """The head that begins in row `first`; `year` holds where a column names none."""
    above = list(rows[first])
    below = list(rows[first + 1]) if first + 1 < len(rows) else []
    if not _goes_on(above, below):
        return _settled([column_of("", said, year) for said in above], 1)
    width = max(len(above), len(below))
    above += [""] * (width - len(above))
    below += [""] * (width - len(below))
    columns, group = [], ""
    for upper, lower in zip(above, below, strict=True):
        group = upper or (group if lower else "")
        columns.append(column_of(group if lower else "", lower or upper, year))
    return _settled(columns, 2)


def is_head(row: Sequence[str]) -> bool:
    """True for a row that names columns: one for labels, and no number in it but years."""
    kinds = [kind_of(said) for said in row if said]
    labelled = any(kind in _LABELS for kind in kinds) or (any(map(_is_task, row)) and bool({"lead", "due", "progress"} & set(kinds)))
    return len(kinds) >= 2 and labelled and not any(_is_number(said) for said in row)


def _is_task(head: str) -> bool:
    return kind_of(head) == "target" and head.endswith(_TASKS)


def _is_number(said: str) -> bool:
    return bool(re.match(r"[≥≤><-]?\d", said)) and not YEAR.match(said) and not _MONTHS.match(said)


def _goes_on(above: list[str], below: list[str]) -> bool:
    """The second row of a head stands below wide cells only: nothing below a label, no number."""
    filled = [place for place, said in enumerate(below) if said]
    if len(filled) < 2 or any(_is_number(below[place]) for place in filled):
        return False
    wide = [place for place, said in enumerate(above) if said and kind_of(said) in (*_LABELS, "number", "unit", "lead")]
    known = sum(1 for place in filled if kind_of(below[place]) not in ("", *_LABELS))
    return not set(wide) & set(filled) and 2 * known >= len(filled) and bool(wide)


def column_of(group: str, head: str, year: int | None) -> Column:
    """One column from its head and from the wider head above it."""
    whole = group + head
    kind, wider = kind_of(head), kind_of(group) if group else ""
    if is_single(whole):
        kind = "single"
    elif wider == "former" or not kind or (wider and kind == "result"):
        kind = wider or kind
    named, unit, months = YEAR.search(whole), UNIT_IN_HEAD.search(head) or UNIT_IN_HEAD.search(group), _MONTHS.search(whole)
    own = year_of(named[1]) if named else year
    if kind == "former" and not named and own:
        own -= 1
    return Column(kind, whole, own, (unit["unit"] or "%") if unit else "", group if wider in ("", "result", "name") else "",
                  _last_month(months) if months else None)


def _last_month(found: re.Match[str]) -> int:
    if found["half"]:
        return 6
    return int(found["last"]) if found["last"] else {"三": 9, "二": 6}[found["quarters"]]


def kind_of(head: str) -> str:
    """The kind that a column's head names; a bare year is a column of figures of that year."""
    found = next((kind for kind, pattern in _KINDS.items() if pattern.search(head)), "")
    return "year" if YEAR.match(head) and found in ("", *_LABELS) else found


def is_single(head: str) -> bool:
    return bool(_SINGLE.search(head)) and not _CUMULATIVE.search(head)


def _settled(columns: list[Column], rows: int) -> Head:
    """What only the neighbours of a column tell: 进度 beside 完成比例 is an amount, a bare head in a matrix an indicator."""
    rates = {column.group for column in columns if column.kind == "completion" and re.search("率|比例|比重|%", column.head)}
    settled = [replace(column, kind="result") if column.kind == "completion" and column.group in rates
               and not re.search("率|比例|比重|%|占", column.head) else column for column in columns]
    head = Head(tuple(settled), rows)
    if not head.is_matrix:
        return head
    return Head(tuple(replace(each, kind="matrix", group=each.head) if not each.kind else each for each in settled), rows)
