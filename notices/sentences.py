"""House sentences: what a notice says of one target. Numbers are those of the ledger, printed as it prints them, never reckoned anew."""

import re
from decimal import Decimal

from reports.ledgers import LedgerRow
from reports.ledgers.rows import BAD, GOOD, plain

_COUNTED = re.compile(r"^[万千百十]*(?:起|件|人|批次|批|例|次|宗|家|个|处|户|名|人次)$")
_CLAIM = re.compile(r"自报完成率(?P<rate>\d+(?:\.\d+)?)%")
_POINTS = ("%", "‰", "个百分点", "百分点")


_FULL = str.maketrans(",:;!?", "，：；！？")
_MARK = re.compile(r"(?<![A-Za-z0-9])[,:;!?]|[,:;!?](?![A-Za-z0-9])")
_BRACKETS = re.compile(r"(?P<before>[^\x00-\x7f])?\((?P<inside>[^()]*)\)(?P<after>[^\x00-\x7f])?")


def official(text: str) -> str:
    """With the marks of an official letter: full-width ones beside Chinese, while 1,200, 12:30 and f(x) stay as they are.

    >>> official("实际利用外资(第7项):完成3.73亿美元,比例为1:3")
    '实际利用外资（第7项）：完成3.73亿美元，比例为1:3'
    """
    if text.isascii():
        return text
    return _BRACKETS.sub(_brackets, _MARK.sub(lambda mark: mark[0].translate(_FULL), text))


def _brackets(found: re.Match[str]) -> str:
    chinese = found["before"] or found["after"] or not found["inside"].isascii()
    left, right = "（）" if chinese else "()"
    return f"{found['before'] or ''}{left}{found['inside']}{right}{found['after'] or ''}"


def sentence(row: LedgerRow) -> str:
    """E.g. “规上工业企业(第3项):完成3家,完成年度目标的60.0%,低于序时进度23.3个百分点。”"""
    return f"{row.indicator}({row.cited}):{told(row)}。"


def told(row: LedgerRow) -> str:
    """The part behind the colon, by the kind of the target."""
    if row.measure == "milestone":
        return _milestone(row)
    if row.actual is None and row.percent is None:
        return row.word
    if row.forecast:
        return f"预计全年{_reached(row)},{row.word}"
    if row.value is not None and not row.value and row.limit:
        return _nought(row)
    if row.unit in ("位", "名") and row.limit:
        return f"第{_reached(row)},{'达到' if row.status in GOOD else '未达到'}目标(前{plain(row.value)}{row.unit})"
    if row.limit:
        return _limit(row)
    return _rate(row) if row.measure in ("growth", "change", "ratio") else _amount(row)


def _reached(row: LedgerRow) -> str:
    return row.achievement.removesuffix("(预计)")


def _milestone(row: LedgerRow) -> str:
    when = f"{row.due.month}月底前" if row.due else f"{row.year}年底前" if row.year else ""
    what = row.state or row.figure or "完成"
    return f"应{when and f'于{when}'}{what},{row.word}" if row.status in BAD else f"目标为{what},{row.word}"


def _nought(row: LedgerRow) -> str:
    named = row.figure if row.figure and not any(map(str.isdecimal, row.figure)) else "零"
    named = named if named.startswith(("零", "无")) else "零"
    return f"发生{_reached(row)},未实现{named}目标" if row.actual else "未发生,保持零发生"


def _limit(row: LedgerRow) -> str:
    """Counted limits are broken, averages are exceeded."""
    counted = _COUNTED.match(row.unit) is not None
    verb = "发生" if counted else "为" if row.measure == "amount" else ""
    if row.status not in BAD:
        return f"{verb}{_reached(row)},控制在目标({row.promise})内"
    over = _distance(row)
    return f"{verb}{_reached(row)},{'突破' if counted else '超出'}控制目标{over}"


def _rate(row: LedgerRow) -> str:
    said, far = _reached(row), _distance(row)
    if row.status in BAD:
        if row.measure == "growth" and row.value is not None and row.value < 0 and (row.actual or 0) < 0:
            return f"{said},降幅比目标少{far}"
        return f"{said},低于目标({row.promise}){far}"
    if row.status in GOOD:
        return f"{said},高于目标({row.promise}){far}" if row.difference and row.value is not None and row.value > 0 else (
            f"{said},达到目标({row.promise})")
    return f"{said},目标为{row.promise},{row.word}"


def _amount(row: LedgerRow) -> str:
    done = f"完成{_reached(row)}," if row.actual is not None else ""
    if row.percent is None:
        return f"{done}{row.word}"
    part = f"{done}完成年度目标的{row.percent}%"
    if row.difference is None:
        return f"{part},{row.word}"
    if row.status in BAD:
        return f"{part},低于序时进度{abs(row.difference)}个百分点"
    return f"{part},高于序时进度{row.difference}个百分点" if row.difference > 0 else f"{part},{row.word}"


def _distance(row: LedgerRow) -> str:
    """How far from the target, with its unit: points for what is counted in %."""
    gap = row.difference
    if gap is None and row.actual is not None and row.value is not None:
        gap = row.actual - row.value
    far = "" if gap is None else f"{abs(gap):f}"
    return f"{far}{'个百分点' if row.unit in _POINTS else row.unit}" if far else ""


def flips(row: LedgerRow) -> bool:
    """Whether the verdict would be another by the unit's own completion rate: such a row stands under 待核实."""
    claimed = _CLAIM.search(row.contradicted)
    if claimed is None or row.percent is None:
        return False
    due = row.expected if row.expected is not None else Decimal(100)
    return (Decimal(claimed["rate"]) >= due) != (row.percent >= due)
