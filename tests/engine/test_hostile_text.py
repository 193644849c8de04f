"""Texts made to hurt: whatever they hold, reading ends soon and never raises.

Sizes are such that a reader whose work grows with the length ends in a few seconds, and one whose work grows with its square would
take many minutes. The limit lies far from both and counts the process's own time, so that a slow or busy machine fails nothing.
"""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import pytest

from engine import Reading, read_text
from engine.lexicon import FOLDER, words
from engine.text import Text

LIMIT = 60


class TooSlow(BaseException):
    """Not an Exception, so that nothing on the way swallows it."""


def _stop(number: int, frame: FrameType | None) -> None:
    raise TooSlow("still reading when the time was over")


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    before = signal.signal(signal.SIGVTALRM, _stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def read(string: str) -> Reading:
    with limited(LIMIT):
        try:
            return read_text(Text(string), doc="hostile", year=2025)
        except TooSlow as slow:
            pytest.fail(str(slow), pytrace=False)


def ends(name: str, make: Callable[[], str]) -> Any:
    return pytest.param(make, id=name)


def every_plane() -> str:
    """A character of each row of 64 in all seventeen planes, the surrogates among them."""
    return "".join(map(chr, range(0, sys.maxunicode + 1, 64)))


def many(word: str, times: int = 100_000) -> Callable[[], str]:
    return lambda: word * times


LONG = [
    ends("lone surrogates", many("\ud800\udfff完成5个村", 5_000)),
    ends("every plane", every_plane),
    ends("every plane between figures", lambda: "完成5个村。".join(every_plane()[::2])),
    ends("nested brackets", lambda: "（" * 100_000 + "5个" + "）" * 100_000),
    ends("nested brackets with figures", lambda: "村（5个" * 2_000 + "）" * 2_000),
    ends("one line of sentences", many("新建公园3个，增长5%。", 30_000)),
    ends("one line without a mark", many("风", 1_000_000)),
    ends("only newlines", many("\n", 1_000_000)),
    ends("only carriage returns", many("\r", 1_000_000)),
    ends("only tabs", many("\t", 1_000_000)),
    ends("only spaces", many(" ", 1_000_000)),
    ends("spaces between characters", many("新 建 公 园 ", 100_000)),
    ends("NULs", many("\x00", 1_000_000)),
    ends("NULs in figures", many("5\x00个", 100_000)),
    ends("a table of 100,000 cells", lambda: "指标\t目标\t完成\n" + "粮食产量\t5万吨\t6万吨\n" * 33_000),
    ends("one row of 100,000 cells", lambda: "指标\t目标\n" + "粮食\t" * 50_000 + "5\t" * 50_000),
    ends("a head of 100,000 cells", lambda: "目标\t" * 50_000 + "指标\n" + "5\t" * 50_000),
    ends("50,000 headings", lambda: "".join(f"（{'一二三四五六七八九'[number % 9]}）第几件事\n" for number in range(50_000))),
    ends("50,000 headings in turn deeper", many("一、事\n（一）事\n1.事\n①事\n", 12_500)),
    ends("a long quotation", lambda: "“" + "风" * 500_000 + "”5个"),
    ends("quotations never closed", many("“")),
    ends("book marks never closed", many("《")),
    ends("straight quotation marks", many('"')),
    ends("marks in turn", many("，。；：、！？（）“”")),
    ends("dashes", many("-")),
    ends("points", many(".")),
    ends("numbers with points", many("1.")),
    ends("list marks", many("1、")),
    ends("numbered items on a line", lambda: "".join(f" {number % 90 + 1}.新建公园3个。" for number in range(30_000))),
    ends("years", many("2025年")),
    ends("months", many("1-2月")),
    ends("responsible units", many("（责任单位：村建办）", 20_000)),
    ends("responsible units never closed", many("（责任单位：", 50_000)),
    ends("leading units never closed", many("（村建办牵头", 50_000)),
    ends("responsible units behind targets", lambda: "2025年工作计划\n" + "新建公园3个。（责任单位：园林局）" * 2_000),
    ends("milestones", lambda: "2025年工作计划\n" + "建成新桥小学，" * 30_000),
    ends("milestones in one clause", lambda: "2025年工作计划\n" + "建成新桥小学" * 30_000),
    ends("an effort on each thing", lambda: "2025年工作计划\n" + "对旧桥进行改造，" * 30_000),
    *(
        ends(f"{word} ×100,000", many(word))
        for word in [
            "占",
            "完成",
            "的",
            "达到",
            "同比",
            "为",
            "到",
            "由",
            "从",
            "预计",
            "力争",
            "确保",
            "要",
            "将",
            "计划",
            "比上年",
            "去年",
            "去年，",
            "其中",
            "分别",
            "等",
            "万",
            "年",
            "月",
            "增长",
            "下降",
            "完成率",
            "占比",
            "任务",
            "完成目标",
            "在",
            "对",
            "受",
            "责任单位",
            "百分",
            "项目",
            "签约",
            "省级",
            "以上",
            "余",
        ]
    ),
]


@pytest.mark.parametrize("make", LONG)
def test_reading_ends(make: Callable[[], str]) -> None:
    read(make())


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.txt")))
def test_word_classes_over_and_over(name: str) -> None:
    listed = "".join(words(name))
    read((listed * (100_000 // len(listed) + 1))[:100_000] + "5个。")



MANY_FIGURES = [
    ends("10**6 digits", lambda: "完成" + "1" * 1_000_000 + "个村"),
    ends("an endless enumeration", many("5个村、", 50_000)),
    ends("figures without a mark", many("新建公园5个", 20_000)),
    ends("shares without a mark", many("占5%", 30_000)),
    ends("clauses without a full stop", many("税收5亿元，", 30_000)),
    ends("figures behind 由", many("由5个", 30_000)),
    ends("10**6 digits and a fraction", lambda: "三分之二，" + "1" * 1_000_000 + "个村"),
    ends("10**5 ones in characters", many("一")),
    ends("10**5 plans", many("十四五")),
    ends("figures after semicolons", many("；5个", 30_000)),
    ends("figures of a plan in one sentence", lambda: "2025年工作计划\n" + "市级5个" * 30_000),
    ends("figures and milestones in one sentence", lambda: "2025年工作计划\n" + "建成新桥小学，村5个，" * 10_000),
    ends("figures that close a bracket", many("5个）", 30_000)),
]


@pytest.mark.parametrize("make", MANY_FIGURES)
def test_reading_ends_for_many_numerals(make: Callable[[], str]) -> None:
    read(make())


@pytest.mark.parametrize(
    "string",
    [
        pytest.param(
            "20٣٣年完成5个村。",
            id="a year in digits of another script",
        ),
        pytest.param(
            "完成1分之" + "9" * 32 + "。",
            id="a fraction of 32 digits",
        ),
        pytest.param("收入下降" + "1" * 400 + "%。", id="a fall of 400 digits"),
        pytest.param("٣个村，完成٣٣%，٣月底前建成。", id="digits of another script"),
        pytest.param("指标\t目标\t时限\n收入\t5\t13月\n", id="a month that is none"),
        pytest.param("0分之5，百分之零点零，零分之零。", id="fractions of nothing"),
        pytest.param("百分之十十点五，十百分之千千，翻番番。", id="numerals that are none"),
        pytest.param("5" + "万亿" * 50 + "元，" + "-" * 50 + "5%，5---6个，" + "1,000," * 50, id="scales, signs and marks in a row"),
        pytest.param("\x1c5个\x1d\x1e\x85\u2028\u2029村\x0b\x0c5%", id="rare line ends"),
        pytest.param("一九九九九年5个村，二〇年6个村，9999年7个村。", id="years out of the ordinary"),
    ],
)
def test_odd_numerals_are_no_trap(string: str) -> None:
    read(string)
