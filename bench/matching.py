"""Speed and memory of matching, beside rapidfuzz's plain matrix of the same names in the same run."""

import json
import math
import random
import time
from decimal import Decimal

from rapidfuzz import fuzz, process

import engine
from bench.clock import Row, alone, forget, peak_mb
from engine.values import Kind, Reading, Sentence, Statement

TARGETS, RESULTS, A_TARGET = 1_000, 5_000, 5
GROWTH = (250, 500, 1_000, 2_000)
_PLACES = "东城 西岭 南塘 北山 河湾 松溪 桃源 柳林 金桥 石门 云台 长岗 临江 青田 白沙 马鞍 双井 龙潭 新桥 红星".split()
_KINDS = (
    "规上工业 限上商贸 现代服务业 高标准农田 农村公路 城市绿道 口袋公园 老旧小区 普惠托育 养老服务 污水管网 中小河流 公共停车 充电设施 "
    "数字乡村 科技型").split()
_THINGS = "企业 项目 基地 中心 泊位 学位 床位 站点 示范点 园区 岗位 平台 工程 产值 投资 收入 面积 里程 覆盖率 满意率".split()
_UNITS = {"产值": "亿元", "投资": "亿元", "收入": "亿元", "面积": "万平方米", "里程": "公里", "覆盖率": "%", "满意率": "%"}


def invented(targets: int, results: int) -> tuple[Reading, Reading]:
    """A plan and a report of invented indicators; every target is answered by one result, the others answer none."""
    dice = random.Random(targets)  # noqa: S311 - the same documents in every run
    names = [f"{dice.choice(_PLACES)}{dice.choice(_PLACES)}{dice.choice(_KINDS)}{dice.choice(_THINGS)}" for _ in range(results)]
    plan = _reading("plan", "target", [(name, 10 + place % 90) for place, name in enumerate(names[:targets])])
    return plan, _reading("report", "result", [(name, 8 + place % 95) for place, name in enumerate(names)])


def _reading(doc: str, kind: Kind, told: list[tuple[str, int]]) -> Reading:
    text, statements, sentences = "", [], []
    for name, value in told:
        unit = next((unit for thing, unit in _UNITS.items() if name.endswith(thing)), "个")
        start = len(text) + len(name)
        sentence = f"{name}{value}{unit}。"
        statements.append(Statement(
            doc=doc, start=start, end=start + len(f"{value}{unit}"), figure=f"{value}{unit}", kind=kind,
            indicator=name, measure="ratio" if unit == "%" else "amount", value=Decimal(value), unit=unit, year=2031,
            sentence=(len(text), len(text) + len(sentence)), commitment=len(text), rules=("bench",)))
        sentences.append(Sentence(len(text), len(text) + len(sentence), kind, 2031))
        text += sentence
    return Reading(doc=doc, text=text, year=2031, kind="plan" if kind == "target" else "report",
                   cutoff=None if kind == "target" else (2031, 12), statements=tuple(statements), sentences=tuple(sentences))


def _matched(targets: int, results: int) -> tuple[float, int]:
    plan, report = invented(targets, results)
    forget()
    begun = time.perf_counter()
    outcomes = engine.track(plan, [report])
    return time.perf_counter() - begun, sum(1 for each in outcomes if each.evidence)


def matching_rows(_times: int) -> list[Row]:
    """Lines for the table of `make bench`."""
    plan, report = invented(TARGETS, RESULTS)
    begun = time.perf_counter()
    process.cdist([each.indicator for each in plan.targets], [each.indicator for each in report.results], scorer=fuzz.WRatio, workers=2)
    matrix = time.perf_counter() - begun
    spent, taken = _matched(TARGETS, RESULTS)
    memory = json.loads(alone("from bench.matching import print_peak; print_peak()"))
    spans = {count: _matched(count, A_TARGET * count)[0] for count in GROWTH}
    grown = " · ".join(f"{count}: {1000 * span / count:.2f}" for count, span in spans.items())
    first = spans[GROWTH[0]] / (GROWTH[0] * math.log(GROWTH[0]))
    held = " · ".join(f"{count}: {span / (count * math.log(count)) / first:.2f}" for count, span in spans.items())
    return [
        ("rapidfuzz WRatio matrix", f"{matrix:.2f} s", f"{TARGETS:,} × {RESULTS:,} names, two workers, nothing decided"),
        ("engine.track", f"{spent:.2f} s", f"the same, assigned and judged: {taken} targets with evidence (limit 4 s)"),
        ("its peak memory", f"{memory:.0f} MB", "whole process (limit 300 MB)"),
        ("growth, ms a target", grown, f"{A_TARGET} results a target"),
        ("the same by n·log n", held, "1.00 at every size would be n·log n, less is better"),
    ]


def print_peak() -> None:
    _matched(TARGETS, RESULTS)
    print(json.dumps(peak_mb()))
