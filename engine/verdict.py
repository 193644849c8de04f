"""One pure rule: a target and the facts that were found → status, percent, gap, and the sentence that decided.

No clock, no database, no text: `Facts` says what the evidence is worth, already in the target's unit. Values are judged unrounded and
rounded once, half up, for print.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType
from typing import Any, Literal

from engine.values import Light, Rules, Statement, Status, Verdict

Basis = Literal["actual", "claim", "forecast", "stage", "words", "doubt", "silent", "later", "waits"]
Direction = Literal["higher", "lower"]
YEAR_END = 12
HUNDRED = Decimal(100)
_ONE = Decimal(1)
_TENTH = Decimal("0.1")
_RATES = frozenset({"growth", "change"})
_SHARES = frozenset({"ratio", "completion"})
_CEILING = frozenset({"<=", "<"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known about a target at a cut-off.

    `basis` says what kind of evidence there is: a figure (`actual`), only the report's own completion rate (`claim`, `actual` is that
    rate), only a `forecast`, a milestone's `stage`, only `words`, a `doubt` that a person must settle, nothing (`silent`), a target of a
    `later` year, or one whose figures are not out yet (`waits`). `actual` is in the target's unit, rates are signed.
    `last` is the last month of the target's year that the evidence covers, None where nobody knows. `counts`: the unit counts
    whole pieces, of which one is `piece` (0.0001 for 万只). `stock` with `base`: a total, and what it was at the end of last year.
    `firm` is the firm figure of a stretch row, to which a completion rate refers. `stage` and `promised` are ranks of a milestone's
    stages. `why` is what a person has to know.
    """

    basis: Basis = "silent"
    actual: Decimal | None = None
    last: int | None = YEAR_END
    direction: Direction = "higher"
    counts: bool = False
    piece: Decimal = Decimal(1)
    stock: bool = False
    base: Decimal | None = None
    firm: Decimal | None = None
    stage: int | None = None
    promised: int | None = None
    why: str = ""


def judge(target: Statement, facts: Facts, rules: Rules | None = None) -> Verdict:
    """The verdict on one target. Its `basis` is what it was judged from, for `judge_again` under other rules."""
    return replace(_judged(target, facts, rules or Rules()), basis=_basis(target, facts))


def judge_again(basis: str, rules: Rules) -> Verdict:
    """The verdict that `judge` gives on what `basis` keeps, under these rules; without a basis of its own."""
    kept = json.loads(basis)
    target = {name: _kept(name, value) for name, value in kept["target"].items()}
    facts = {name: _kept(name, value) for name, value in kept["facts"].items()}
    return _judged(Statement(**{**_NOWHERE, **target}), Facts(**facts), rules)


_NOWHERE = {"doc": "", "start": 0, "end": 0, "figure": "", "kind": "target", "indicator": ""}
_JUDGED = {"measure": None, "comparator": "=", "value": None, "high": None, "months": None, "due": None, "year": None, "stretch": False,
           "vague": None}
"""What of a target a verdict depends on, with what stands there where nothing is said."""
_NUMBERS = frozenset({"value", "high", "actual", "piece", "base", "firm"})


def _basis(target: Statement, facts: Facts) -> str:
    """As text, so that equal ones can be told by comparing; numbers keep their decimals."""
    said = {name: value for name, plain in _JUDGED.items() if (value := getattr(target, name)) != plain}
    known = {each.name: value for each in fields(facts) if (value := getattr(facts, each.name)) != each.default}
    return json.dumps({"target": said, "facts": known}, ensure_ascii=False, separators=(",", ":"), default=str)


def _kept(name: str, value: Any) -> Any:
    if name in _NUMBERS:
        return Decimal(value)
    return tuple(value) if name == "months" else value


def _judged(target: Statement, facts: Facts, rules: Rules) -> Verdict:
    """The whole table of design section 5 in one place."""
    plain = _without_figures(facts)
    if plain is not None:
        return plain
    if facts.basis == "stage":
        return _milestone(target, facts)
    if target.value is None or facts.actual is None:
        return _ask(facts.why or "目标未量化或需参照值,由人工认定")
    if facts.last is None and not _settled(target, facts):
        return _ask("总结未注明截止时间,请先确认截至月份")
    if facts.basis == "forecast":
        return _forecast(target, facts)
    if facts.basis == "claim":
        return _claim(target, facts, rules)
    return _SHAPES[shape(target, facts.direction)](target, facts, rules)


def shape(target: Statement, direction: Direction) -> str:
    """Which line of the table a numeric target is judged by."""
    ceiling = _is_ceiling(target, direction)
    if target.measure in _RATES:
        return "rate"
    if target.value == 0 and target.measure == "amount" and ceiling:
        return "zero"
    if ceiling:
        return "limit"
    return "share" if target.measure in _SHARES else "amount"


def share_elapsed(target: Statement, last: int | None, rules: Rules) -> Decimal | None:
    """The part of the target's time that has passed at the end of month `last`, in %; None where the month is not known.

    Twelfths, or the office's curve; with a due month or months of its own the share runs over those.
    """
    if last is None:
        return None
    first, end = _own_time(target)
    if (first, end) == (1, YEAR_END) and len(rules.curve) == YEAR_END and last >= 1:
        return rules.curve[min(last, YEAR_END) - 1]
    done = min(max(last - first + 1, 0), end - first + 1)
    return HUNDRED * done / (end - first + 1)


# — what has no figure —

def _without_figures(facts: Facts) -> Verdict | None:
    if facts.basis == "silent":
        return Verdict(status="unreported", word="总结未提及", light="grey", rule=facts.why or "总结中没有这项目标的完成情况")
    if facts.basis == "later":
        return Verdict(status="not_due", word="未到期", light="grey", rule=facts.why or "总结早于目标年度,尚未到期")
    if facts.basis == "waits":
        return Verdict(status="not_due", word="待统计", light="grey", rule=facts.why or "该指标尚未到统计发布时间")
    if facts.basis == "words":
        return _ask(facts.why or "总结只有文字表述,没有可比的数值")
    return _ask(facts.why or "需人工核实") if facts.basis == "doubt" else None


def _ask(rule: str) -> Verdict:
    return Verdict(status="unclear", word="待核实", light="grey", rule=rule)


def _milestone(target: Statement, facts: Facts) -> Verdict:
    if target.vague:
        return _ask(target.vague)
    if facts.stage is None or facts.promised is None:
        return _ask(facts.why or "总结提到此事,但看不出进展阶段")
    if facts.stage >= facts.promised:
        return Verdict(status="met", word="已完成", light="green", rule=facts.why or "总结表述已达到承诺的阶段")
    if facts.last is None:
        return _ask("总结未注明截止时间,请先确认截至月份")
    if not _over(target, facts.last):
        return Verdict(status="on_track", word="推进中", light="green", rule=facts.why or "尚未到期,总结表述正在推进")
    return Verdict(status="missed", word="逾期未完成", light=_bad(target), rule=facts.why or "已到期,总结表述尚未达到承诺的阶段")


# — time —

def _own_time(target: Statement) -> tuple[int, int]:
    first, end = target.months or (1, YEAR_END)
    if target.due and target.year and target.due[:4] == str(target.year):
        month = int(target.due[5:7])
        if first <= month < end:
            end = month
    return first, end


def _over(target: Statement, last: int | None) -> bool:
    return last is not None and last >= _own_time(target)[1]


def _settled(target: Statement, facts: Facts) -> bool:
    """True where the verdict is the same at any cut-off: an amount already reached, a count already broken."""
    kind = shape(target, facts.direction)
    if facts.basis != "actual" or facts.actual is None:
        return facts.basis == "forecast"
    if kind == "amount":
        return holds(target, facts.actual, facts.direction)
    broken = not holds(target, facts.actual, facts.direction)
    return broken and (kind == "zero" or (kind == "limit" and facts.counts))


def _clock(target: Statement, facts: Facts, rules: Rules) -> tuple[bool, Decimal | None, str]:
    """Is the target's time over; the elapsed share in %; and the rule in words."""
    share = share_elapsed(target, facts.last, rules)
    over = _over(target, facts.last)
    if share is None:
        return over, None, ""
    first, end = _own_time(target)
    if len(rules.curve) == YEAR_END and (first, end) == (1, YEAR_END):
        return over, share, f"序时按单位设定={_tenth(share)}%"
    return over, share, f"序时={facts.last if first == 1 else (facts.last or 0) - first + 1}/{end - first + 1}={_tenth(share)}%"


# — does the comparator hold —

def _is_ceiling(target: Statement, direction: Direction) -> bool:
    """A plain figure, 左右 and 保持在 are a floor where higher is better and a ceiling where lower is better; a plain nought is one."""
    if target.comparator in _CEILING:
        return True
    nought = target.value == 0 and target.measure == "amount"
    return (direction == "lower" or nought) and target.comparator in {"=", "~"}


def _falls(target: Statement) -> bool:
    """A decrease holds when the fall is at least as large, however it was compared (下降3%以上)."""
    return target.measure in _RATES and target.value is not None and target.value < 0


def bound(target: Statement, direction: Direction) -> Decimal:
    """The end of a range that counts: the lower one, for a ceiling the upper one."""
    value = target.value if target.value is not None else Decimal(0)
    if target.high is None:
        return value
    return max(value, target.high) if _is_ceiling(target, direction) or _falls(target) else min(value, target.high)


def holds(target: Statement, actual: Decimal, direction: Direction) -> bool:
    """True where the actual figure keeps the target's word."""
    limit = bound(target, direction)
    strict = target.comparator in {">", "<"}
    if _falls(target) or _is_ceiling(target, direction):
        return actual < limit if strict else actual <= limit
    return actual > limit if strict else actual >= limit


def _about(target: Statement, actual: Decimal, direction: Direction, rules: Rules) -> bool:
    """True where 左右 is missed by so little that a person decides."""
    limit = bound(target, direction)
    away = abs(actual - limit)
    if target.comparator != "~":
        return False
    return away <= rules.about_points if target.measure in _RATES | _SHARES else away * HUNDRED <= abs(limit) * rules.about_percent


# — the lines of the table —

def _rate(target: Statement, facts: Facts, rules: Rules) -> Verdict:
    """Growth and change are compared, never divided, and never held against the elapsed share."""
    actual = facts.actual or Decimal(0)
    limit = bound(target, facts.direction)
    over, share, _ = _clock(target, facts, rules)
    kept = holds(target, actual, facts.direction)
    floor = not _is_ceiling(target, facts.direction) or _falls(target)
    word = ("达到目标" if floor else "控制在目标内") if kept else ("低于目标" if floor else "超控制目标")
    rule = f"实际{_show(actual)}对目标{_show(limit)},{'达到' if kept else '未达到'}"
    return _kept_or_not(target, facts, rules, kept=kept, over=over, word=word, rule=rule, gap=actual - limit, expected=share)


def _share(target: Statement, facts: Facts, rules: Rules) -> Verdict:
    """A share is held against the target's value, never against the elapsed share."""
    actual = facts.actual or Decimal(0)
    limit = bound(target, facts.direction)
    over, share, _ = _clock(target, facts, rules)
    kept = holds(target, actual, facts.direction)
    rule = f"实际{_show(actual)}%对目标{_show(limit)}%,{'达到' if kept else '未达到'}"
    word = "达到目标" if kept else "低于目标"
    return _kept_or_not(target, facts, rules, kept=kept, over=over, word=word, rule=rule, gap=actual - limit, expected=share,
                        percent=_percent(actual, limit, kept=kept))


def _limit(target: Statement, facts: Facts, rules: Rules) -> Verdict:
    """Kept or exceeded. What was counted cannot be made good, an average can."""
    actual = facts.actual or Decimal(0)
    limit = bound(target, facts.direction)
    over, share, _ = _clock(target, facts, rules)
    kept = holds(target, actual, facts.direction)
    counted = facts.counts and target.measure == "amount"
    word = "控制在目标内" if kept else ("突破控制目标" if counted else "超控制目标")
    rule = f"实际{_show(actual)}对控制目标{_show(limit)},{'未超出' if kept else '已超出'}"
    gap = actual - limit if target.measure in _SHARES else None
    if not kept and counted:
        return Verdict(status="missed", word=word, light=_bad(target), rule=rule, expected=_printed(share), gap=gap)
    return _kept_or_not(target, facts, rules, kept=kept, over=over, word=word, rule=rule, gap=gap, expected=share)


def _zero(target: Statement, facts: Facts, rules: Rules) -> Verdict:
    kept = facts.actual == 0
    over, share, _ = _clock(target, facts, rules)
    status: Status = ("met" if over else "on_track") if kept else "missed"
    return Verdict(
        status=status, word="保持零发生" if kept else "未实现零目标", light="green" if kept else _bad(target),
        percent=HUNDRED.quantize(_TENTH) if kept else Decimal("0.0"), expected=_printed(share),
        rule="目标为零,总结为零" if kept else f"目标为零,实际发生{_show(facts.actual or Decimal(0))}")


def _amount(target: Statement, facts: Facts, rules: Rules) -> Verdict:
    """Actual ÷ target, against the elapsed share while the time runs."""
    actual = facts.actual or Decimal(0)
    limit = bound(target, facts.direction)
    over, share, clock = _clock(target, facts, rules)
    reached = holds(target, actual, facts.direction)
    percent = _percent(actual, limit, kept=reached)
    rule = f"实际{_show(actual)}÷目标{_show(limit)}={percent}%" if percent is not None else f"实际{_show(actual)}对目标{_show(limit)}"
    if reached:
        word = _reached_word(facts, over=over, beyond=actual > limit)
        return Verdict(status="met", word=word, light="green", rule=rule, percent=percent, expected=_printed(share),
                       behind=_behind(percent, share, over=over))
    if over:
        return _not_reached(target, facts, rules, percent=percent, share=share, rule=rule)
    return _running(target, facts, rules, actual=actual, limit=limit, share=share or Decimal(0), rule=f"{rule},{clock}")


def _running(target: Statement, facts: Facts, rules: Rules, *, actual: Decimal, limit: Decimal, share: Decimal, rule: str) -> Verdict:
    progress, known_base = _progress(facts, actual, limit)
    short_of = share * limit / HUNDRED - actual
    nearly = facts.counts and not known_base and (short_of < facts.piece or limit == facts.piece)
    percent = _percent(actual, limit, kept=False)
    expected = _printed(share)
    if known_base:
        rule += f",按年初基数{_show(facts.base or Decimal(0))}计算增量完成{_tenth(progress)}%"
    if progress >= share or nearly:
        if progress < share:
            rule += ",差距不足一个单位"
        return Verdict(status="on_track", word="达进度", light="green", rule=rule, percent=percent, expected=expected,
                       behind=_behind(percent, share, over=False))
    if percent is not None and expected is not None and percent >= expected and not known_base:
        percent = expected - _TENTH
    behind = _behind(percent, share, over=False)
    red = share - progress > rules.red_points_behind and not target.stretch
    return Verdict(status="lagging", word="欠进度", light="red" if red else "yellow", rule=rule, percent=percent, expected=expected,
                   behind=behind)


def _progress(facts: Facts, actual: Decimal, limit: Decimal) -> tuple[Decimal, bool]:
    """How much is reached, in %: a stock on its increase where the base is known, all else plainly."""
    if facts.stock and facts.base is not None and limit > facts.base:
        return HUNDRED * (actual - facts.base) / (limit - facts.base), True
    return (HUNDRED * actual / limit if limit else Decimal(0)), False


def _not_reached(target: Statement, facts: Facts, rules: Rules, *, percent: Decimal | None, share: Decimal | None, rule: str) -> Verdict:
    if facts.actual is not None and _about(target, facts.actual, facts.direction, rules):
        return Verdict(status="unclear", word="待核实", light="grey", rule=f"{rule},“左右”相差不大,由领导认定", percent=percent,
                       expected=_printed(share))
    late = "逾期未完成" if _own_time(target)[1] < YEAR_END else "未完成"
    return Verdict(status="missed", word=late, light=_bad(target), rule=rule, percent=percent, expected=_printed(share))


def _reached_word(facts: Facts, *, over: bool, beyond: bool) -> str:
    """A stock can fall back, so it is never early."""
    if not over and facts.last is not None and not facts.stock:
        return "提前完成"
    return "超额完成" if over and beyond and not facts.stock else "已完成"


def _forecast(target: Statement, facts: Facts) -> Verdict:
    actual = facts.actual or Decimal(0)
    limit = bound(target, facts.direction)
    kind = shape(target, facts.direction)
    kept = holds(target, actual, facts.direction)
    percent = None
    if kind in {"amount", "share"}:
        percent = _percent(actual, limit, kept=kept)
    elif kind == "zero":
        percent = HUNDRED.quantize(_TENTH) if kept else Decimal("0.0")
    gap = actual - limit if target.measure in _RATES | _SHARES else None
    return Verdict(status="on_track" if kept else "lagging", word="预计可完成" if kept else "预计难完成",
                   light="green" if kept else "yellow", rule=f"只有预计数{_show(actual)}对目标{_show(limit)}", percent=percent, gap=gap)


def _claim(target: Statement, facts: Facts, rules: Rules) -> Verdict:
    """Only the report's own completion rate: it refers to the firm figure of a pair."""
    claimed = facts.actual or Decimal(0)
    limit = bound(target, facts.direction)
    if _is_ceiling(target, facts.direction) or target.value == 0:
        return _ask("控制类目标不能按自报完成率研判")
    if facts.firm is not None and limit:
        claimed = claimed * facts.firm / limit
    over, share, clock = _clock(target, facts, rules)
    reached = claimed >= HUNDRED
    percent = _percent(claimed, HUNDRED, kept=reached)
    rule = f"总结自报完成率{_show(facts.actual or Decimal(0))}%,未给出数值"
    if reached:
        return Verdict(status="met", word=_reached_word(facts, over=over, beyond=claimed > HUNDRED), light="green", rule=rule,
                       percent=percent, expected=_printed(share), behind=_behind(percent, share, over=over))
    if over:
        return Verdict(status="missed", word="未完成", light=_bad(target), rule=rule, percent=percent, expected=_printed(share))
    plain = Facts(basis="actual", actual=claimed, last=facts.last)
    return _running(target, plain, rules, actual=claimed, limit=HUNDRED, share=share or Decimal(0), rule=f"{rule},{clock}")


_SHAPES: Mapping[str, Callable[[Statement, Facts, Rules], Verdict]] = MappingProxyType(
    {"rate": _rate, "share": _share, "limit": _limit, "zero": _zero, "amount": _amount})


def _kept_or_not(target: Statement, facts: Facts, rules: Rules, *, kept: bool, over: bool, word: str, rule: str,
                 gap: Decimal | None, expected: Decimal | None, percent: Decimal | None = None) -> Verdict:
    """The common end of rates, shares and average limits."""
    due = _printed(expected)
    if kept:
        return Verdict(status="met" if over else "on_track", word=word, light="green", rule=rule, percent=percent, gap=gap, expected=due)
    actual = facts.actual or Decimal(0)
    if over and _about(target, actual, facts.direction, rules):
        return Verdict(status="unclear", word="待核实", light="grey", rule=f"{rule},“左右”相差不大,由领导认定", percent=percent,
                       gap=gap, expected=due)
    if over:
        return Verdict(status="missed", word=word, light=_bad(target), rule=rule, percent=percent, gap=gap, expected=due)
    limit = bound(target, facts.direction)
    far = abs(actual - limit) > rules.red_rate_points and word != "超控制目标"
    reversed_sign = target.measure in _RATES and actual * limit < 0
    light: Light = "red" if (far or reversed_sign) and not target.stretch else "yellow"
    return Verdict(status="lagging", word=word, light=light, rule=rule, percent=percent, gap=gap, expected=due)


def _bad(target: Statement) -> Light:
    """奋斗目标 is never red."""
    return "yellow" if target.stretch else "red"


# — print —

def _tenth(value: Decimal) -> Decimal:
    return value.quantize(_TENTH, rounding=ROUND_HALF_UP)


def _printed(value: Decimal | None) -> Decimal | None:
    return None if value is None else _tenth(value)


def _percent(actual: Decimal, limit: Decimal, *, kept: bool) -> Decimal | None:
    """Actual ÷ target in %, one decimal, not capped; a target not reached never prints 100.0, one reached never less."""
    if limit <= 0:
        return None
    printed = _tenth(HUNDRED * actual / limit)
    if not kept and printed == HUNDRED:
        return printed - _TENTH
    return printed


def _behind(percent: Decimal | None, share: Decimal | None, *, over: bool) -> Decimal | None:
    """Printed percent − printed share, only while the time runs."""
    return None if over or percent is None or share is None else percent - _tenth(share)


def _show(value: Decimal) -> str:
    # A converted value may have no end: 320亩 are 21.3333 公顷.
    text = f"{round(value, 4):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
