"""Pictures made on the server: counts by status, and the course of what lags against 序时, as SVG that prints; and the ledger as PDF."""

import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from reports.exports import Selection, Wish
from reports.ledgers import LedgerRow, summary, worst_first, write_ledger
from reports.ledgers.counts import ORDER, RATES, items
from reports.models import Outcome

# Dark enough for a grey print; each bar carries its word and its number.
COLOURS = {"met": "#2e7d46", "on_track": "#6aa67b", "lagging": "#c98a00", "missed": "#b3261e", "unreported": "#8a8f98",
           "unclear": "#a9adb4", "not_due": "#cfd2d6"}
MOST_COURSES = 24
PATIENCE = 90
"""Seconds that LibreOffice may take; it takes two."""
_WIDTH, _LEFT, _STEP = 720, 110, 30
_HIGH, _WIDE = 92, 330


@dataclass(frozen=True, slots=True)
class Course:
    """How one lagging target came along: (month, percent, 序时) for each report."""

    row: LedgerRow
    points: tuple[tuple[int, Decimal, Decimal | None], ...]
    picture: SafeString

    @property
    def words(self) -> str:
        """What stands beside the picture."""
        row = self.row
        gap = "" if row.difference is None else f",差距{row.difference}"
        return f"{row.indicator}({row.cited})\n目标{row.promise},完成{row.achievement}\n{row.word}{gap}\n{row.answerable}"


def page_of(selection: Selection) -> dict[str, Any]:
    """The context of the print page."""
    worst = worst_first(selection.rows)
    return {"head": selection.head, "summary": summary(selection.rows), "counts": status_bars(Counter(items(selection.rows).values())),
            "courses": courses(selection, worst[:MOST_COURSES]), "worst": worst, "more": max(len(worst) - MOST_COURSES, 0)}


def status_bars(counts: Mapping[str, int]) -> SafeString:
    """A bar for each status with its number of 任务项."""
    most = max(counts.values(), default=0) or 1
    bars = format_html_join("", '<text x="{}" y="{}" text-anchor="end" font-size="14" fill="#222">{}</text>'
                            '<rect x="{}" y="{}" width="{}" height="18" fill="{}"/>'
                            '<text x="{}" y="{}" font-size="14" fill="#222">{}</text>', _bars(counts, most))
    high = _STEP * len(ORDER) + 10
    return format_html('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {1}" width="{0}" height="{1}" role="img" '
                       'aria-label="各研判状态的任务项数">{2}</svg>', _WIDTH, high, bars)


def _bars(counts: Mapping[str, int], most: int) -> Iterable[tuple[Any, ...]]:
    room = _WIDTH - _LEFT - 70
    for place, status in enumerate(ORDER):
        top, count = _STEP * place + 6, counts.get(status.value, 0)
        long = round(room * count / most)
        yield (_LEFT - 10, top + 14, status.label, _LEFT, top, long, COLOURS[status.value], _LEFT + long + 8, top + 14, f"{count}项")


def courses(selection: Selection, worst: Sequence[LedgerRow]) -> list[Course]:
    """The course of each row with a 完成率 that may stand on paper (98 % of a ratio misleads); the last point is what the ledger prints."""
    targets = {f"{target.public_id}:{target.version}": target.pk for target in selection.targets}
    stored = dict(Outcome.objects.filter(target__in=targets.values()).values_list("target", "course"))
    return [_course(row, stored.get(targets.get(row.row_id, 0), []))
            for row in worst if row.percent is not None and row.through and row.measure not in RATES]


def _course(row: LedgerRow, stored: Sequence[Mapping[str, Any]]) -> Course:
    assert row.percent is not None and row.through is not None
    year, month = row.through
    earlier = [(int(each["date"][5:7]), Decimal(each["percent"]), Decimal(each["expected"]) if each["expected"] else None)
               for each in stored if each["percent"] and each["date"][:7] < f"{year}-{month:02d}" and each["date"].startswith(str(year))]
    points = (*earlier, (month, row.percent, row.expected))
    return Course(row, points, course_picture(points))


def course_picture(points: Sequence[tuple[int, Decimal, Decimal | None]]) -> SafeString:
    """Twelve months across, percent up; the dashed line is 序时, the full one what was reached."""
    top = max([Decimal(100), *(percent for _, percent, _ in points)])
    reached = [(_x(month), _y(percent, top)) for month, percent, _ in points]
    pace = [(_x(month), _y(expected, top)) for month, _, expected in points if expected is not None]
    last, origin = points[-1], (_x(0), _y(Decimal(0), top))
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {1}" width="{0}" height="{1}" role="img" aria-label="完成率{2}%">'
        '<line x1="24" y1="{3}" x2="{0}" y2="{3}" stroke="#999"/>'
        '<polyline points="{4}" fill="none" stroke="#666" stroke-dasharray="4 3"/>'
        '<polyline points="{5}" fill="none" stroke="#b3261e" stroke-width="2"/>{6}'
        '<text x="{7}" y="{8}" font-size="12" fill="#222">{2}%</text>{9}</svg>',
        _WIDE, _HIGH, last[1], origin[1], _line([origin, *pace]), _line([origin, *reached]),
        format_html_join("", '<circle cx="{}" cy="{}" r="3" fill="#b3261e"/>', reached), min(reached[-1][0] + 6, _WIDE - 44),
        max(reached[-1][1] - 4, 12), format_html_join("", '<text x="{}" y="{}" font-size="10" fill="#555" text-anchor="middle">{}</text>',
                                                     ((_x(month), _HIGH - 4, month) for month in range(1, 13))))


def _x(month: int) -> int:
    return 24 + month * (_WIDE - 50) // 12


def _y(percent: Decimal, top: Decimal) -> int:
    return round(_HIGH - 18 - (_HIGH - 34) * max(percent, Decimal(0)) / top)


def _line(points: Iterable[tuple[int, int]]) -> str:
    return " ".join(f"{across},{up}" for across, up in points)


# --- PDF --------------------------------------------------------------------------------------------------------------------


def office_program() -> str:
    """LibreOffice, where it is found."""
    return shutil.which("soffice") or shutil.which("libreoffice") or ""


def as_pdf(selection: Selection, wish: Wish) -> bytes | None:
    """The ledger as PDF; None where there is no LibreOffice or it gave nothing. The pictures are printed by the browser: LibreOffice
    without its drawing program, as servers have it, cannot read SVG.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.xlsx"
        write_ledger(selection.rows, selection.head, path, wish.options)
        return convert(path)


def convert(path: Path) -> bytes | None:
    """The PDF that LibreOffice makes of a file, with a profile of its own: a second process on the same one writes nothing and says
    nothing.
    """
    program = office_program()
    if not program:
        return None
    try:
        subprocess.run(  # noqa: S603 (our own file, no shell)
            [program, f"-env:UserInstallation=file://{path.parent}/profile", "--headless", "--convert-to", "pdf",
             "--outdir", str(path.parent), str(path)], check=True, capture_output=True, timeout=PATIENCE)
    except (subprocess.SubprocessError, OSError):
        return None
    made = path.with_suffix(".pdf")
    return made.read_bytes() if made.exists() else None
