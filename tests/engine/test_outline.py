"""Paragraphs, sentences, headings and list marks, and the way back to the text as written."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.outline import Paragraph, Piece, clauses, mark, paragraphs, pieces
from engine.text import Text


def cut(string: str) -> list[Piece]:
    return [piece for paragraph in paragraphs(Text(string)) for piece in pieces(paragraph)]


def headings(string: str) -> list[tuple[str, int]]:
    return [(piece.string, piece.level) for piece in cut(string) if piece.level is not None]


@pytest.mark.parametrize(
    ("string", "level"),
    [
        ("一、总体思路", 1),
        ("十二、附则", 1),
        ("第三章 保障", 1),
        ("（四）水利", 2),
        ("(二)、水利", 2),
        ("3.水利", 3),
        ("12、水利", 3),
        ("（5）水利", 4),
        ("③水利", 4),
        ("6)水利", 4),
    ],
)
def test_marks(string: str, level: int) -> None:
    [paragraph] = paragraphs(Text(string))
    found = mark(paragraph.string)
    assert found is not None
    assert found[0] == level


@pytest.mark.parametrize("string", ["3.5亿元", "一是水利", "水利一、二", "2031年", "(水利)", "百、千"])
def test_what_is_no_mark(string: str) -> None:
    assert mark(string) is None


def test_headings_have_levels_and_sentences_none() -> None:
    string = "沙枣县工作计划\n一、总体要求\n（一）兴水利\n新挖水渠3条。修复水坝2座。\n1.种树木\n"
    assert headings(string) == [("沙枣县工作计划", 0), ("一、总体要求", 1), ("(一)兴水利", 2), ("1.种树木", 3)]
    assert [piece.string for piece in cut(string) if piece.level is None] == ["新挖水渠3条。", "修复水坝2座。"]


def test_a_heading_may_stand_before_its_text() -> None:
    assert [(piece.string, piece.level) for piece in cut("（一）兴修水利。新挖水渠3条，修复水坝2座。")] == [
        ("(一)兴修水利。", 2),
        ("新挖水渠3条,修复水坝2座。", None),
    ]


def test_a_sentence_goes_over_semicolons() -> None:
    assert [piece.string for piece in cut("新挖水渠3条；修复水坝2座。植树5亩！")] == ["新挖水渠3条;修复水坝2座。", "植树5亩!"]


def test_a_decimal_point_ends_no_sentence() -> None:
    assert [piece.string for piece in cut("新挖水渠3.5公里，修复水坝2座。")] == ["新挖水渠3.5公里,修复水坝2座。"]


@pytest.mark.parametrize("line", ["2031-05-06", "2031年5月6日", "来源：沙枣县农业局", "发布时间：昨天", "浏览次数：88", "第 3 页", "- 4 -"])
def test_furniture_is_no_heading(line: str) -> None:
    assert headings(line) == []


@pytest.mark.parametrize("line", ["2031年工作计划", "2031年工作打算", "2031年主要工作回顾", "2031年重点任务安排"])
def test_a_heading_may_open_with_its_year(line: str) -> None:
    assert headings(line) == [(line, 0)]


def test_layout_spaces_go_and_places_stay() -> None:
    string = "  新 挖 水 渠 3 条， SEMI China 展位 5 个 。"
    [paragraph] = paragraphs(Text(string))
    assert paragraph.string == "新挖水渠3条,SEMI China展位5个。"
    begin = paragraph.string.index("5个")
    span = paragraph.span(begin, begin + 2)
    assert string[span.start : span.end] == "5 个"


def test_full_width_becomes_half_width_and_the_text_stays_as_written() -> None:
    [paragraph] = paragraphs(Text("新挖水渠３．５公里（村级）"))
    assert paragraph.string == "新挖水渠3.5公里(村级)"
    assert paragraph.written == "新挖水渠３．５公里（村级）"


def test_lines_that_a_page_broke_are_joined() -> None:
    lines = [
        "沙枣县今年新挖水渠并且修复了所有的老旧水坝还要在",
        "河边种上成片的柳树和杨树让两岸的风光更加好看起来",
        "同时把村里的小路也一并修好方便群众出行和运送粮食",
        "最后把水利设施交给村里管护。",
    ]
    assert [paragraph.string for paragraph in paragraphs(Text("\n".join(lines)))] == ["".join(lines)]


def test_a_heading_mark_is_never_joined_to_the_line_before() -> None:
    lines = [
        "沙枣县今年新挖水渠并且修复了所有的老旧水坝还要在",
        "（一）边种上成片的柳树和杨树让两岸的风光更加好看起",
        "同时把村里的小路也一并修好方便群众出行和运送粮食",
        "最后把水利设施交给村里管护。",
    ]
    assert [paragraph.string[:3] for paragraph in paragraphs(Text("\n".join(lines)))] == ["沙枣县", "(一)"]


def test_lines_with_digits_are_joined_too() -> None:
    lines = [
        "沙枣县今年新挖水渠并且修复了所有的老旧水坝还要在",
        "河边种树1,234.5亩和5,678.9亩以及12,345.67亩的果木",
        "同时把村里的小路也一并修好方便群众出行和运送粮食",
        "并把水利设施交给各个村里的党员和群众代表管护起来",
        "最后验收。",
    ]
    assert len(list(paragraphs(Text("\n".join(lines))))) == 1


def test_a_line_may_be_short_before_a_long_number() -> None:
    lines = [
        "沙枣县今年新挖水渠并且修复了所有的",
        "1,234,567.89公里老旧管网还要在河边种上成片柳树",
        "同时把村里的小路也一并修好方便群众出行和运送粮食",
        "最后验收。",
    ]
    assert len(list(paragraphs(Text("\n".join(lines))))) == 1


@pytest.mark.xfail(strict=True, reason="a full line that ends with a semicolon is taken for the end of its paragraph")
def test_a_broken_line_may_end_with_a_semicolon() -> None:
    lines = [
        "沙枣县今年新挖水渠并且修复了所有的老旧的水坝工程；",
        "河边种上成片的柳树和杨树让两岸的风光更加好看起来",
        "同时把村里的小路也一并修好方便群众出行和运送粮食",
        "最后验收。",
    ]
    assert len(list(paragraphs(Text("\n".join(lines))))) == 1


def test_list_items_inside_a_sentence() -> None:
    string = "一是挖水渠,二是修水坝,第三,种树"
    assert clauses(string) == [string.index("一是"), string.index("二是"), string.index("第三")]


@given(string=st.text("水 渠\t3．\n。A（", max_size=40))
@settings(max_examples=100, deadline=None)
def test_every_character_leads_back_to_its_place(string: str) -> None:
    text = Text(string)
    for paragraph in paragraphs(text):
        places = [paragraph.source(index) for index in range(len(paragraph.string))]
        assert "".join(text.folded[place] for place in places) == paragraph.string
        assert "".join(string[place] for place in places) == paragraph.written
        assert places == sorted(set(places))


@given(string=st.text("水渠3.、。；（一）\n：", max_size=40))
@settings(max_examples=100, deadline=None)
def test_pieces_lie_end_to_end(string: str) -> None:
    for paragraph in paragraphs(Text(string)):
        found = list(pieces(paragraph))
        assert [piece.start for piece in found] == [0, *(piece.end for piece in found[:-1])]
        assert found[-1].end == len(paragraph.string)


def test_a_paragraph_knows_where_the_text_had_spaces() -> None:
    [paragraph] = paragraphs(Text("水渠 修好"))
    assert isinstance(paragraph, Paragraph)
    assert [paragraph.cut_at(index) for index in range(4)] == [False, False, True, False]
