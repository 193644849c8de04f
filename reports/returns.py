"""The way back: an exported sheet that people wrote into is compared with what it said when it went out, looked at, and taken as one step.

Every cell of a row left a mark in the hidden column (`reports.ledgers.marks`), so that what was edited is known without guessing. An
edited cell either becomes a change of its target or is refused with row and reason; nothing is passed over in silence.
"""

import datetime
import re
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from io import BytesIO
from itertools import product
from typing import Any
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from engine.values import Month
from offices.models import Department, User
from offices.permissions import EDITORS, may
from reports.ledgers.columns import STRETCH, Quoted, Spread, duty_columns, meeting_columns, working_columns
from reports.ledgers.marks import mark_of, marks_in, number_text, plain
from reports.ledgers.rows import UNASSIGNED, LedgerHead
from reports.ledgers.sheets import ID_HEAD, Column
from targets.models import Target, month_end

MOST_UNPACKED = 200 * 1024 * 1024
MOST_ROWS = 50_000
DEEPEST_HEAD = 10
"""The heads of a table stand above this row, or the sheet is none of ours."""
_ID = re.compile(r"(?P<id>[0-9a-f-]{36}):(?P<version>\d+) (?P<place>\d+)/(?P<count>\d+) (?P<marks>(?:[0-9a-f]{8})+)")
_REACHED = re.compile(r"截至(?P<month>\d{1,2})月完成|全年完成|完成情况")
_EMPTY = frozenset({"", "—", "-", "无"})
_MONTH = re.compile(r"(?P<year>20\d\d)[年./-](?P<month>\d{1,2})(?:[月./-](?P<day>\d{1,2})日?|月?)底?")
_YEAR_END = re.compile(r"(?P<year>20\d\d)年(?:年?底|年末|全年)?")
UNSOLVED = "#FORMULA!"
_ERRORS = frozenset({UNSOLVED, "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"})
LONGEST = {"leader": 60, "name": 100}


class Refused(Exception):
    """The file is not taken in at all; `str(refused)` is a Chinese sentence that says what to do next."""


class _Wrong(Exception):
    """One value is not taken; `str(wrong)` is the reason."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One changed field of a target: what it says now and what it will say."""

    field: str
    label: str
    old: str
    new: str
    value: Any


@dataclass(frozen=True, slots=True)
class Change:
    """What one row of a sheet changes about its target; `month` is the one up to which a corrected figure counts."""

    sheet: str
    line: int
    target: Target
    edits: tuple[Edit, ...]
    month: Month | None = None

    @property
    def actual(self) -> Edit | None:
        return next((edit for edit in self.edits if edit.field == "actual"), None)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something in the file that is not taken: where it stands, which target it speaks of, and why not."""

    sheet: str
    line: int
    name: str
    reason: str

    def __str__(self) -> str:
        return f"{self.sheet}第{self.line}行{f'“{self.name}”' if self.name else ''}:{self.reason}"


@dataclass(slots=True)
class Preview:
    """Everything a file would change, and everything in it that is refused."""

    changes: list[Change] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    rows: int = 0

    @property
    def needs_source(self) -> bool:
        return any(change.actual for change in self.changes)


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of the file as it stands: its cells by head, and the cells that were edited since it went out."""

    sheet: str
    line: int
    public_id: uuid.UUID
    version: int
    name: str
    edited: Mapping[str, Any]


# --- reading the file -------------------------------------------------------------------------------------------------------


def preview(data: bytes, user: User) -> Preview:
    """What the file would change for this person. Raises `Refused` for a file that is no exported ledger."""
    found = Preview()
    rows = list(_rows(data, found))
    if not found.rows and not found.refusals:
        raise Refused("文件里没有“行标识”列,不是本系统导出的台账;请先导出,在导出的表上修改后再导入。")
    targets = Target.objects.visible_to(user).select_related("office", "lead", "document", "commitment").prefetch_related("support")
    known = {target.public_id: target for target in targets.filter(public_id__in={row.public_id for row in rows})}
    _add_changes([row for row in rows if row.edited], known, user, found)
    found.refusals.sort(key=lambda refusal: (refusal.sheet, refusal.line))
    return found


def _rows(data: bytes, found: Preview) -> Iterator[_Row]:
    book = _opened(data)
    unsolved = _unsolved(data)
    try:
        for sheet in book.worksheets:
            # WPS writes a dimension that may be wrong: all cells there are count, not those it announces.
            sheet.reset_dimensions()
            yield from _sheet_rows(sheet, unsolved, found)
    finally:
        book.close()


def _unsolved(data: bytes) -> frozenset[tuple[str, int, int]]:
    """Where formulas stand: one that no program has reckoned yet looks like an empty cell otherwise."""
    with ZipFile(BytesIO(data)) as packed:
        sheets = [name for name in packed.namelist() if name.startswith("xl/worksheets/")]
        if not any(mark in packed.read(name) for name in sheets for mark in (b"<f>", b"<f ", b"<f/>")):
            return frozenset()
    book = load_workbook(BytesIO(data), read_only=True)
    try:
        return frozenset((sheet.title, cell.row, cell.column - 1) for sheet in book.worksheets for line in _whole(sheet) for cell in line
                         if cell.value is not None and cell.data_type == "f")
    finally:
        book.close()


def _whole(sheet: Any) -> Iterator[Any]:
    sheet.reset_dimensions()
    return iter(sheet.iter_rows())


def _opened(data: bytes) -> Any:
    try:
        with ZipFile(BytesIO(data)) as packed:
            if sum(each.file_size for each in packed.infolist()) > MOST_UNPACKED:
                raise Refused("文件解开后太大,请只保留需要导入的表。")
        return load_workbook(BytesIO(data), read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, ValueError, OSError, SyntaxError) as error:
        raise Refused("这不是 .xlsx 文件或文件已损坏;如果是 .et、.xls、.ods,请另存为 .xlsx 后再导入。") from error


def _sheet_rows(sheet: Any, unsolved: frozenset[tuple[str, int, int]], found: Preview) -> Iterator[_Row]:
    """The rows of a sheet of targets; other sheets have none. Rows without their id, and rows that are gone, are refused by name."""
    lines = _lines(sheet, unsolved)
    first, heads = next(((number, heads) for number, cells in lines if (heads := _heads(cells)) or number >= DEEPEST_HEAD), (0, None))
    if heads is None:
        return
    expected, seen, lost = 0, set(), set()
    for number, cells in lines:
        said = _ID.fullmatch(plain(cells[heads[ID_HEAD]]) if heads[ID_HEAD] < len(cells) else "")
        if said is not None:
            expected = int(said["count"])
            seen.add(int(said["place"]))
            found.rows += 1
            yield _row(sheet.title, number, cells, heads, said, found)
        elif _own(cells) != "(无)":
            lost.add(number)
            found.refusals.append(Refusal(sheet.title, number, _own(cells), "行标识缺失或被改动,不是本系统导出的行,未导入"))
    gone = (place for place in range(1, expected + 1) if place not in seen and first + place not in lost)
    for place in gone:
        found.refusals.append(Refusal(sheet.title, first + place, "", "导出时的这一行已从表中删去;目标未作改动,要撤销目标请在系统里操作"))


def _lines(sheet: Any, unsolved: frozenset[tuple[str, int, int]]) -> Iterator[tuple[int, Sequence[Any]]]:
    """Rows that say anything, with their numbers; a formula without a result says so."""
    for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
        if number > MOST_ROWS:
            raise Refused(f"表“{sheet.title}”超过{MOST_ROWS}行,请删去空行后再导入。")
        said = [UNSOLVED if cell is None and (sheet.title, number, place) in unsolved else cell for place, cell in enumerate(cells)]
        if any(cell not in (None, "") for cell in said):
            yield number, said


def _own(cells: Sequence[Any]) -> str:
    return next((plain(cell)[:40] for cell in cells if plain(cell)), "")


def _heads(cells: Sequence[Any]) -> dict[str, int] | None:
    """The place of each column by its head, where the row is that of the heads."""
    heads = {plain(cell).replace("\n", ""): place for place, cell in enumerate(cells) if plain(cell)}
    return heads if ID_HEAD in heads else None


def _forms() -> Iterator[list[Column[Any]]]:
    """Every kind of sheet of targets that we write."""
    for said in product((False, True), repeat=3):
        spread = Spread(*said)
        yield meeting_columns(LedgerHead(), Quoted({}), spread)
        yield working_columns(LedgerHead(), Quoted({}), spread)
        yield duty_columns(Quoted({}), spread)


FORMS = tuple(_forms())
EXPORTED = [tuple(column.head.replace("\n", "") for column in columns if not column.hidden) for columns in FORMS]
FIELDS = {column.head: column.field for columns in FORMS for column in columns if column.field}
ELSEWHERE = {"进展、问题及措施": "这一列由几项合成,不能从表格修改;请在工作版的“存在问题”“下一步措施”栏填写"}
REACHED = "完成情况"
"""What the column of figures is called where no month is known; with one it is 截至10月完成."""


def _written_heads(count: int, heads: Set[str]) -> tuple[str, ...]:
    """The heads as they went out: those of that many marks that fit best, for a person may have taken a column away."""
    return max((each for each in EXPORTED if len(each) == count), key=lambda each: len(heads & set(each)), default=())


def _row(sheet: str, line: int, cells: Sequence[Any], heads: Mapping[str, int], said: re.Match[str], found: Preview) -> _Row:
    marks = marks_in(said["marks"])
    reached = next((head for head in heads if _REACHED.fullmatch(head)), REACHED)
    known = _written_heads(len(marks), {REACHED if head == reached else head for head in heads})
    edited: dict[str, Any] = {}
    name = ""
    for head, mark in zip(known, marks, strict=False):
        place = heads.get(reached if head == REACHED else head)
        if place is None:
            continue
        value = cells[place] if place < len(cells) else None
        name = name or (plain(value)[:40] if head in ("目标任务", "指标(任务)", "指标名称") else "")
        if mark_of([value]) != mark:
            edited[reached if head == REACHED else head] = value
    if not known:
        found.refusals.append(Refusal(sheet, line, name, "这一行的校验内容被改动,无法核对,未导入"))
    return _Row(sheet, line, uuid.UUID(said["id"]), int(said["version"]), name, edited)


# --- from edited cells to changes -------------------------------------------------------------------------------------------


def _add_changes(rows: Iterable[_Row], known: Mapping[uuid.UUID, Target], user: User, found: Preview) -> None:
    wishes: dict[uuid.UUID, list[tuple[_Row, Edit]]] = defaultdict(list)
    months: dict[uuid.UUID, Month | None] = {}
    for row in rows:
        target = known.get(row.public_id)
        reason = _kept_from(target, row, user)
        if target is None or reason:
            found.refusals.append(Refusal(row.sheet, row.line, row.name, reason))
            continue
        for head, value in row.edited.items():
            try:
                edit, month = _edit(target, head, value)
            except _Wrong as wrong:
                found.refusals.append(Refusal(row.sheet, row.line, row.name, f"“{head}”未导入,{wrong}"))
                continue
            if edit is not None:
                wishes[target.public_id].append((row, edit))
                months[target.public_id] = month or months.get(target.public_id)
    for public_id, said in wishes.items():
        _add_change(known[public_id], said, months.get(public_id), found)


def _kept_from(target: Target | None, row: _Row, user: User) -> str:
    """Why nothing of a row can be taken; empty where it can."""
    if target is None:
        return "系统里没有这一行,或不属于您的单位,未导入"
    if not may(user, EDITORS, target.office):
        return f"您不能修改{target.office}的目标,未导入"
    if target.withdrawn:
        return "这个目标已经撤销,未导入"
    if target.version != row.version:
        return "导出之后系统里已有人改过这个目标,请重新导出后再填"
    return ""


def _add_change(target: Target, wishes: Sequence[tuple[_Row, Edit]], month: Month | None, found: Preview) -> None:
    """One target may stand on several sheets; what they say differently about one field is refused on each."""
    fields: dict[str, list[tuple[_Row, Edit]]] = defaultdict(list)
    for row, edit in wishes:
        fields[edit.field].append((row, edit))
    kept = []
    for same in fields.values():
        if len({each.new for _, each in same}) > 1:
            found.refusals += [Refusal(row.sheet, row.line, row.name, f"“{edit.label}”在几处填得不一样,未导入") for row, edit in same]
        else:
            kept.append(same[0])
    if kept:
        first = kept[0][0]
        found.changes.append(Change(first.sheet, first.line, target, tuple(edit for _, edit in kept), month))


def _edit(target: Target, head: str, value: Any) -> tuple[Edit | None, Month | None]:
    """The change that an edited cell asks for; None where it says what the target says anyway. Raises `_Wrong`."""
    field_name = "actual" if _REACHED.fullmatch(head) else FIELDS.get(head, "")
    if not field_name:
        raise _Wrong(ELSEWHERE.get(head, "这一列由系统生成,不能从表格修改;目标和数字请在目标页更正"))
    if isinstance(value, bool) or (isinstance(value, str) and value.strip() in _ERRORS):
        raise _Wrong("单元格里是错误值、逻辑值或没有结果的公式")
    if field_name == "actual":
        return _actual_edit(target, head, value)
    taken = _TAKERS[field_name](target, value)
    old, new = _said(target, field_name), _in_words(taken)
    return (None if old == new else Edit(field_name, head, old, new, taken)), None


def _text(value: Any, longest: int = 10_000) -> str:
    if isinstance(value, datetime.date | datetime.time | datetime.timedelta):
        raise _Wrong("应填文字,表里是日期或时间")
    text = plain(value)
    if len(text) > longest:
        raise _Wrong(f"超过{longest}字")
    return "" if text in _EMPTY else text


def _name(value: Any) -> str:
    text = _text(value, LONGEST["name"])
    if text and not re.search(r"[^\d\s.,:;!?+*/=#@%()\[\]-]", text):
        raise _Wrong("应填单位名称,不能只有数字或符号")
    return "" if text == UNASSIGNED else text


def _names(value: Any) -> list[str]:
    return list(dict.fromkeys(_name(part) for part in re.split(r"[、,,;；\n]", _text(value)) if part.strip()))


def _remark(target: Target, value: Any) -> str:
    text = _text(value)
    if target.stretch:
        return text.removeprefix(STRETCH).removeprefix("、")
    return text


def _due(target: Target, value: Any) -> datetime.date | None:
    """A date stays as it is; a month counts to its last day; 2031年底 is the end of the target's own year, which needs no date."""
    if isinstance(value, datetime.datetime):
        return _sensible(target, value.date())
    if isinstance(value, datetime.date):
        return _sensible(target, value)
    text = _text(value)
    if not text:
        return None
    if (found := _YEAR_END.fullmatch(text)) is not None:
        year = int(found["year"])
        return None if year == target.year else _sensible(target, datetime.date(year, 12, 31))
    return _sensible(target, _date_in(text))


def _date_in(text: str) -> datetime.date:
    found = _MONTH.fullmatch(text)
    if found is None:
        raise _Wrong("不是日期,请写成 2031年11月 或 2031-11-30")
    try:
        if found["day"]:
            return datetime.date(int(found["year"]), int(found["month"]), int(found["day"]))
        return month_end(f"{found['year']}-{found['month']}")
    except ValueError as error:
        raise _Wrong("没有这个日期") from error


def _sensible(target: Target, date: datetime.date) -> datetime.date:
    if target.year and not target.year <= date.year <= target.year + 10:
        raise _Wrong(f"{date:%Y-%m-%d}不在目标年度{target.year}年之内或之后十年")
    return date


_TAKERS: Mapping[str, Callable[[Target, Any], Any]] = {
    "lead": lambda _, value: _name(value),
    "support": lambda _, value: _names(value),
    "leader": lambda _, value: _text(value, LONGEST["leader"]),
    "problems": lambda _, value: _text(value),
    "measures_next": lambda _, value: _text(value),
    "remark": _remark,
    "due": _due,
}


def _said(target: Target, name: str) -> str:
    """What a field says now, in the words in which a cell says it."""
    if name == "support":
        return _in_words(sorted(each.name for each in target.support.all()))
    return _in_words(getattr(target, name))


def _in_words(value: Any) -> str:
    if isinstance(value, list):
        return "、".join(sorted(value))
    return plain(value) if not isinstance(value, Department) else value.name


def _actual_edit(target: Target, head: str, value: Any) -> tuple[Edit, Month]:
    """A corrected figure in the target's unit, up to the month that the head of its column names."""
    if target.is_milestone or target.value is None:
        raise _Wrong("节点任务没有完成数,请写在进展里或在核对页处理")
    month = _month(target, head)
    try:
        number = Decimal(number_text(value) if isinstance(value, int | float | Decimal) else plain(value).removesuffix(target.unit).strip())
    except (InvalidOperation, ValueError) as error:
        raise _Wrong(f"不是数字;请只填以{target.unit or '个'}计的数") from error
    if not number.is_finite() or abs(number) >= Decimal(10) ** 15:
        raise _Wrong("数字太大")
    number = number.quantize(Decimal("0.000001")).normalize()
    old = "—" if target.actual is None else f"{target.actual.normalize():f}{target.unit}"
    return Edit("actual", head, old, f"{number:f}{target.unit}(截至{month[0]}年{month[1]}月)", number), month


def _month(target: Target, head: str) -> Month:
    found = _REACHED.fullmatch(head)
    date = target.evidence_date
    if found is not None and target.year is not None and head != REACHED:
        return target.year, int(found["month"]) if found["month"] else 12
    if date is None:
        raise _Wrong("表头没有写明截至哪个月,无法认定")
    return date.year, date.month
