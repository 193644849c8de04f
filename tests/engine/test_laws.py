"""Laws that hold for every text: spans, repeated reading, glued texts, ways of writing, texts without numerals, rows there and back."""

import json
import re
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from engine import Reading, Statement, read_text
from engine.lexicon import FOLDER, words
from engine.text import Text, fold

law = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])

SUBJECTS = ["全镇", "我局", "各村", "青禾公司", "园区", ""]
TIMES = ["全年", "上半年", "1-9月", "截至10月底", "2025年", "今年", "三季度", ""]
CUES = ["力争", "确保", "预计", "计划", "累计", ""]
VERBS = ["完成", "新增", "建成", "培育", "实现", "改造", "招引", ""]
THINGS = ["规上企业", "税收收入", "老旧管网", "养老床位", "粮食播种面积", "就业岗位", "固定资产投资", "省级绿色工厂", "GDP"]
RATES = ["城镇化率", "群众满意度", "垃圾分类覆盖率", "失业率"]
BEFORE = ["", "不少于", "不低于", "超过", "突破", "约", "近", "不超过", "控制在", "达到"]
AFTER = ["", "以上", "左右", "以内", "及以上"]
UNITS = ["家", "个", "亿元", "万元", "亩", "万亩", "公里", "人次", "张", "万吨", "平方米"]
CHANGES = ["增长", "下降", "同比增长", "同比下降", "提高", "较上年增长"]
LINKS = ["，", "；", "、", "，其中", "，力争"]
HEADINGS = ["榆树镇2025年工作计划", "榆树镇2024年工作总结", "白沙县2026年重点工作安排", "白沙县2025年工作总结"]
NUMERALS = re.compile(r"[\d零〇一二三四五六七八九十百千万亿两俩半几多番]|清零|减半")


@st.composite
def numbers(draw: st.DrawFn) -> str:
    """12, 3.5, 1,280 and 3-5."""
    whole = draw(st.integers(1, 9999))
    shape = draw(st.sampled_from(["plain", "plain", "decimal", "thousands", "range"]))
    if shape == "decimal":
        return f"{whole}.{draw(st.integers(1, 99))}"
    if shape == "range":
        return f"{whole}-{whole + draw(st.integers(1, 99))}"
    return f"{whole:,}" if shape == "thousands" else str(whole)


@st.composite
def clauses(draw: st.DrawFn) -> str:
    kind = draw(st.sampled_from(["amount", "amount", "share", "growth", "points"]))
    opening = draw(st.sampled_from(TIMES)) + draw(st.sampled_from(SUBJECTS)) + draw(st.sampled_from(CUES))
    number, after = draw(numbers()), draw(st.sampled_from(AFTER))
    if kind == "amount":
        thing = draw(st.sampled_from(VERBS)) + draw(st.sampled_from(THINGS)) + draw(st.sampled_from(BEFORE))
        return f"{opening}{thing}{number}{draw(st.sampled_from(UNITS))}{after}"
    if kind == "share":
        return f"{opening}{draw(st.sampled_from(RATES))}{draw(st.sampled_from(BEFORE))}{number}%{after}"
    unit = "%" if kind == "growth" else "个百分点"
    return f"{opening}{draw(st.sampled_from(THINGS + RATES))}{draw(st.sampled_from(CHANGES))}{number}{unit}{after}"


@st.composite
def sentences(draw: st.DrawFn) -> str:
    parts = draw(st.lists(clauses(), min_size=1, max_size=4))
    return "".join(part + draw(st.sampled_from(LINKS)) for part in parts[:-1]) + parts[-1] + "。"


@st.composite
def documents(draw: st.DrawFn) -> str:
    """A heading that names year and kind, and paragraphs."""
    body = draw(st.lists(st.lists(sentences(), min_size=1, max_size=2).map("".join), min_size=1, max_size=3))
    return "\n".join([draw(st.sampled_from(HEADINGS)), *body]) + "\n"


NOISE = [
    "占",
    "完成",
    "达到",
    "的",
    "（",
    "）",
    "“",
    "”",
    "\n",
    "\t",
    " ",
    "　",
    "5",
    "5%",
    "3.",
    "一、",
    "（一）",
    "1.",
    "①",
    "年",
    "月",
    "-",
    "至",
    "由",
    "百分之",
    "分之",
    "十",
    "万",
    "亿",
    "翻番",
    "清零",
    "零发生",
    "\ud800",
    "\U0001f600",
    "\x00",
    "\x85",
    "/",
    ",",
    "，",
    "。",
    "；",
    "2025年",
    "其中",
    "责任单位：",
    "牵头",
    "指标\t目标\n",
    *THINGS,
    *UNITS,
    *BEFORE,
    *CHANGES,
]
noisy = st.lists(st.sampled_from(NOISE), max_size=40).map("".join)
anything = st.text(alphabet=st.characters(exclude_categories=[]), max_size=120)
texts = st.one_of(documents(), sentences(), noisy, anything)


def read(string: str) -> Reading:
    return read_text(Text(string), doc="a", year=2025)


def said(reading: Reading) -> list[tuple[object, ...]]:
    """What each figure is, without its place."""
    return [(each.value, each.high, each.unit, each.measure, each.comparator) for each in reading.statements if each.measure != "milestone"]


def whole(each: Statement, by: int = 0) -> tuple[object, ...]:
    return (
        each.start - by,
        each.end - by,
        each.figure,
        each.value,
        each.high,
        each.unit,
        each.comparator,
        each.measure,
        each.indicator,
        each.kind,
        each.year,
    )


@law
@given(string=texts)
def test_spans_lie_inside_the_text_and_figures_are_cut_from_it(string: str) -> None:
    reading = read(string)
    for numeral in reading.unplaced:
        assert 0 <= numeral.start < numeral.end <= len(string)
    for each in reading.statements:
        assert 0 <= each.start < each.end <= len(string)
        assert each.figure == string[each.start : each.end]
        assert 0 <= each.sentence[0] <= each.sentence[1] <= len(string)
    for sentence in reading.sentences:
        assert 0 <= sentence.start <= sentence.end <= len(string)


@law
@given(string=texts)
def test_no_place_is_read_twice(string: str) -> None:
    spans = sorted((each.start, each.end) for each in read(string).statements if each.measure != "milestone")
    assert all(first[1] <= second[0] for first, second in pairwise(spans))


@law
@given(string=texts)
def test_reading_twice_gives_the_same(string: str) -> None:
    assert read(string) == read(string)


@law
@given(string=texts)
def test_every_statement_names_its_rules(string: str) -> None:
    for each in read(string).statements:
        assert each.rules and all(each.rules)


@law
@given(string=texts)
def test_rows_there_and_back(string: str) -> None:
    reading = read(string)
    row = json.loads(json.dumps(reading.row()))
    assert Reading.from_row(row, string) == reading
    for each in reading.statements:
        assert Statement.from_row(json.loads(json.dumps(each.row()))) == each


@law
@given(first=documents(), second=documents())
def test_a_text_behind_another_reads_the_same(first: str, second: str) -> None:
    glued = [whole(each, len(first)) for each in read(first + second).statements if each.start >= len(first)]
    assert glued == [whole(each) for each in read(second).statements]


@law
@given(first=documents(), second=documents())
def test_a_text_before_another_keeps_its_figures(first: str, second: str) -> None:
    glued = [whole(each) for each in read(first + second).statements if each.start < len(first)]
    assert glued == [whole(each) for each in read(first).statements]


FULL = {code: code + 0xFEE0 for code in map(ord, "0123456789%,.-()~")}


@law
@given(string=documents())
def test_full_width_and_half_width_say_the_same(string: str) -> None:
    half, full = read(fold(string)), read(string.translate(FULL))
    assert said(half) == said(full) == said(read(string))
    assert [fold(each.indicator) for each in half.statements] == [fold(each.indicator) for each in full.statements]


def spaced(string: str, places: list[bool]) -> str:
    """A space wherever a Chinese character stands beside another one or beside a number."""
    pieces = [string[:1]]
    for number, (left, right) in enumerate(pairwise(string)):
        joined = left.isalnum() and right.isalnum() and not (left.isascii() and right.isascii())
        pieces.append((" " if joined and places[number % len(places)] else "") + right)
    return "".join(pieces)


@law
@given(string=documents(), places=st.lists(st.booleans(), min_size=5, max_size=40))
def test_wrapped_spaces_change_nothing(string: str, places: list[bool]) -> None:
    assert said(read(spaced(string, places))) == said(read(string))


@law
@given(string=documents())
def test_a_space_between_any_two_chinese_characters_changes_nothing(string: str) -> None:
    assert said(read(spaced(string, [True]))) == said(read(string))


def wrapped(paragraph: str, width: int) -> str:
    """Lines of one printed width (a Chinese character is two columns wide), as a page breaks them.

    Never inside a number or a Latin word, never behind a mark that ends a clause.
    """
    lines, begin = [], 0
    while columns(paragraph[begin:]) > 2 * width:
        full = next(place for place in range(len(paragraph), begin, -1) if columns(paragraph[begin:place]) <= 2 * width)
        end = next(place for place in range(full, begin, -1) if _breakable(paragraph[place - 1], paragraph[place]))
        lines.append(paragraph[begin:end])
        begin = end
    return "\n".join([*lines, paragraph[begin:]])


def columns(string: str) -> int:
    return sum(1 if char.isascii() else 2 for char in string)


def _breakable(left: str, right: str) -> bool:
    return not (left + right).isascii() and left not in "；：。，、-.," and right not in "；：。，、-.,%"


@law
@given(heading=st.sampled_from(HEADINGS), body=st.lists(sentences(), min_size=5, max_size=9).map("".join), width=st.integers(26, 40))
def test_newlines_at_a_fixed_width_change_nothing(heading: str, body: str, width: int) -> None:
    lines = wrapped(body, width).splitlines()
    assume(len(lines) > 2 and all(columns(line) > 2 * width - 12 for line in lines[:-1]))
    assert said(read("\n".join([heading, *lines, ""]))) == said(read(f"{heading}\n{body}\n"))


def _without_numerals(word: str) -> bool:
    return not NUMERALS.search(fold(word)) and not any(char.isdecimal() for char in word)


PLAIN = sorted({word for path in FOLDER.glob("*.txt") for word in words(path.stem) if _without_numerals(word)})
MARKS = ["，", "。", "；", "、", "\n", "（", "）", "“", "”", "\t", "-", "%"]
wordy = st.lists(st.sampled_from(PLAIN + MARKS * 20), max_size=40).map("".join).filter(_without_numerals)


@law
@given(string=st.one_of(wordy, anything.filter(_without_numerals)))
def test_a_text_without_numerals_holds_no_figure(string: str) -> None:
    assert [each for each in read(string).statements if each.measure != "milestone"] == []


@law
@given(
    value=st.integers(1, 99999),
    places=st.integers(0, 4),
    unit=st.sampled_from(["亿元", "家", "公里", "%", "万亩"]),
    thing=st.sampled_from(THINGS),
)
def test_the_number_written_is_the_number_read(value: int, places: int, unit: str, thing: str) -> None:
    number = Decimal(value).scaleb(-places)
    [found] = read(f"全年{thing}达到{number:f}{unit}。").statements
    assert (found.value, found.unit, found.figure) == (number, unit, f"{number:f}{unit}")


@law
@given(
    number=st.integers(1, 999),
    words_before=st.sampled_from(["不少于", "不低于", "超过", "约", "不超过"]),
    unit=st.sampled_from(["家", "亿元", "亩"]),
)
def test_a_comparator_never_changes_value_or_unit(number: int, words_before: str, unit: str) -> None:
    [bare], [compared] = (read(f"新建湿地公园{words}{number}{unit}。").statements for words in ("", words_before))
    assert (bare.value, bare.unit, bare.indicator) == (compared.value, compared.unit, compared.indicator)
    assert bare.comparator == "=" != compared.comparator


@pytest.mark.parametrize("string", ["", " ", "\n\n\t", "。", "（", "\ufeff"])
def test_nothing_is_read_from_nothing(string: str) -> None:
    assert read(string).statements == ()
