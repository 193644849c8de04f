"""`manage.py read FILE…`: what is read from files, for people or programs; needs no database."""

from typing import Any

from django.core.management.base import CommandParser
from rich.table import Table

from documents.console import ReadingCommand, cell, console, names, progress, step, year
from engine import read
from engine.errors import ReadError
from engine.files import load
from engine.values import Reading, Statement, Unplaced

_KINDS = {"target": ("目标", "cyan"), "result": ("完成", "green"), "forecast": ("预计", "yellow")}
_MEASURES = {"amount": "总量", "growth": "增速", "change": "增减", "ratio": "比率", "completion": "完成率", "milestone": "节点"}
_COMPARATORS = {"=": "", ">=": "≥", ">": ">", "<=": "≤", "<": "<", "~": "约"}
_DOCUMENTS = {"plan": "计划", "report": "总结", "both": "总结与计划", "none": "未识别"}


class Command(ReadingCommand):
    help = "读取计划、总结文件,列出其中的目标、完成数和预计数(不需要数据库)。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", help=".txt 或 .docx 文件")
        parser.add_argument("--year", type=year, help="文中没有写明年份时使用的年份")
        parser.add_argument("--format", choices=("table", "jsonl"), default="table", help="table 供人阅读(默认),jsonl 供程序使用")
        parser.add_argument("--text", action="store_true", help="只输出解码后的文字,各处位置均以此为准")
        parser.add_argument("--unplaced", action="store_true", help="同时列出未能归位的数字")
        parser.add_argument("--explain", action="store_true", help="同时列出原句和所用的识读规则")

    def handle(self, *args: Any, **options: Any) -> None:
        called = names(options["files"])
        with progress(len(called), "读取") as bar:
            for path, name in called.items():
                try:
                    self._show(path, name, options)
                except ReadError as error:
                    self.refuse(path, error)
                step(bar)
        self.end()

    def _show(self, path: str, name: str, options: dict[str, Any]) -> None:
        if options["text"]:
            self.stdout.write(load(path).string, ending="")
            return
        reading = read(path, name=name, year=options["year"])
        if options["format"] == "jsonl":
            self._print_rows(reading, unplaced=options["unplaced"])
        else:
            self._print_table(reading, unplaced=options["unplaced"], explain=options["explain"])
        self.remark(path, _counted(reading))

    def _print_rows(self, reading: Reading, *, unplaced: bool) -> None:
        for each in _in_order(reading, unplaced=unplaced):
            self.print_object(each.row() if isinstance(each, Statement) else _unplaced_row(reading.doc, each))

    def _print_table(self, reading: Reading, *, unplaced: bool, explain: bool) -> None:
        table = Table(title=cell(_heading(reading)), title_justify="left", show_lines=explain, expand=False)
        for head in ("位置", "类别", "指标", "数值", "计量", "年度", "章节", "责任单位", *(("原句", "规则") if explain else ())):
            table.add_column(head, overflow="fold", no_wrap=head in ("位置", "类别", "计量"))
        for each in _in_order(reading, unplaced=unplaced):
            said = _cells(reading, each)
            style = _KINDS[each.kind][1] if isinstance(each, Statement) else "dim"
            table.add_row(*(cell(text, style if place == 1 else "") for place, text in enumerate(said)),
                          *(cell(text) for text in (_reasons(reading, each) if explain else ())))
        console(self.stdout).print(table)


def _in_order(reading: Reading, *, unplaced: bool) -> list[Statement | Unplaced]:
    found: list[Statement | Unplaced] = [*reading.statements, *(reading.unplaced if unplaced else ())]
    return sorted(found, key=lambda each: (each.start, each.end))


def _unplaced_row(doc: str, found: Unplaced) -> dict[str, Any]:
    return {"doc": doc, "start": found.start, "end": found.end, "figure": found.figure, "kind": "unplaced", "reason": found.reason}


def _counted(reading: Reading) -> str:
    if not reading.statements:
        return f"没有读到任何目标或完成数,未能归位的数字{len(reading.unplaced)}个"
    counts = "、".join(f"{word}{count}个" for kind, (word, _) in _KINDS.items()
                      if (count := sum(each.kind == kind for each in reading.statements)))
    return f"读到{counts},未能归位的数字{len(reading.unplaced)}个"


def _heading(reading: Reading) -> str:
    through = f"截至{reading.cutoff[0]}年{reading.cutoff[1]}月" if reading.cutoff else ""
    year_ = f"{reading.year}年" if reading.year else "年份不详"
    return "  ".join(filter(None, (reading.doc, reading.title, _DOCUMENTS[reading.kind], year_, through)))


def _cells(reading: Reading, said: Statement | Unplaced) -> tuple[str, ...]:
    if isinstance(said, Unplaced):
        return str(said.start), "未归位", said.reason, said.figure, "", "", "", ""
    above = [heading for heading in said.section if heading != reading.title]
    tier = "(力争)" if said.stretch or said.ambition else ""
    return (str(said.start), _KINDS[said.kind][0], said.indicator, _value(said) + tier, _MEASURES[said.measure], _period(said),
            " › ".join(above), "、".join(each.name + ("(配合)" if each.role == "support" else "") for each in said.departments))


def _value(said: Statement) -> str:
    if said.value is None:
        return said.state or said.figure
    upper = f"-{said.high:f}" if said.high is not None else ""
    return f"{_COMPARATORS[said.comparator]}{said.value:f}{upper}{said.unit}"


def _period(said: Statement) -> str:
    months = f" {said.months[0]}-{said.months[1]}月" if said.months else ""
    due = f" 限{said.due}" if said.due else ""
    return f"{said.year or ''}{months}{due}"


def _reasons(reading: Reading, each: Statement | Unplaced) -> tuple[str, str]:
    if isinstance(each, Unplaced):
        return reading.text[max(each.start - 12, 0):each.end + 12], ""
    return reading.text[slice(*each.sentence)].strip(), " ".join(each.rules) + (f" 不可量化:{each.vague}" if each.vague else "")
