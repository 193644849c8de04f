"""Pages made here glyph by glyph: columns, running heads, paragraphs over lines and pages, tables from ruled lines."""

from engine.files import aligned, ruling
from engine.files.layout import compose
from engine.files.pages import Cell, Glyph, Page

SIZE = 10.0
A4 = (600.0, 840.0)


def put(page: Page, string: str, x: float, top: float, *, size: float = SIZE) -> None:
    page.glyphs += [Glyph(character, x + size * place, top, x + size * (place + 1), top + size) for place, character in enumerate(string)]


def page(number: int, *lines: tuple[str, float, float]) -> Page:
    made = Page(number, *A4)
    for string, x, top in lines:
        put(made, string, x, top)
    return made


def text(*pages: Page) -> list[str]:
    return compose(pages, "pdf").string.splitlines()


FULL = "全年新增规上工业企业五家以上完成一般公共预算收入"


def test_a_paragraph_goes_on_over_lines_and_pages() -> None:
    first = page(1, (FULL[:22], 120, 100), (FULL, 100, 120))
    second = page(2, (FULL, 100, 100), ("二点四亿元。", 100, 120), (FULL[:22], 120, 140), ("收尾。", 100, 160))
    assert text(first, second) == [FULL[:22] + FULL + FULL + "二点四亿元。", FULL[:22] + "收尾。"]


def test_a_piece_of_a_paragraph_knows_its_page_and_line() -> None:
    found = compose([page(1, (FULL[:22], 120, 100), (FULL, 100, 120))], "pdf")
    assert [(each.page, found.string[each.span.start:each.span.end]) for each in found.places] == [(1, FULL[:22]), (1, FULL)]
    assert found.places[1].box == (round(100 / 600, 4), round(120 / 840, 4), round(340 / 600, 4), round(130 / 840, 4))


def test_running_heads_and_page_numbers_are_left_out() -> None:
    pages = [page(number, ("某县文件汇编第七期", 100, 30), (f"第{'一二三'[number - 1]}段话说到这里。", 100, 200), (f"—{number}—", 280, 800))
             for number in (1, 2, 3)]
    assert text(*pages) == ["第一段话说到这里。", "第二段话说到这里。", "第三段话说到这里。"]


def test_two_columns_are_read_one_after_the_other() -> None:
    left = [(FULL[:20], 60.0, 100.0 + 20 * row) for row in range(8)]
    right = [(FULL[2:22], 320.0, 107.0 + 20 * row) for row in range(8)]
    assert text(page(1, ("某县计划", 260, 60), *left, *right)) == ["某县计划", FULL[:20] * 8 + FULL[2:22] * 8]


def test_figures_side_by_side_are_no_columns() -> None:
    rows = [(said, x, 100.0 + 20 * row) for said, x in (("绿道", 60.0), ("五公里", 400.0)) for row in range(8)]
    assert text(page(1, *rows))[0] == "绿道 五公里"


def test_cells_from_ruled_lines() -> None:
    made = page(1, ("前文。", 100, 50), ("后文。", 100, 200),
                ("指标", 110, 105), ("目标", 210, 105), ("绿道", 110, 125), ("五公里", 210, 125))
    across = [(100.0, y, 300.0, y) for y in (100.0, 120.0, 140.0)]
    down = [(x, 100.0, x, 140.0) for x in (100.0, 200.0, 300.0)]
    ruling.take_tables(made, [*across, *down])
    assert [cell.string for _, cells in made.tables for cell in cells] == ["指标", "目标", "绿道", "五公里"]
    assert text(made) == ["前文。", "指标\t目标", "绿道\t五公里", "后文。"]


def test_what_is_printed_twice_for_weight_is_written_once() -> None:
    made = page(1, ("重点", 100, 100))
    put(made, "重点", 100.4, 100)
    assert text(made) == ["重点"]


def test_a_cell_that_spans_columns_stands_in_its_first() -> None:
    made = page(1)
    made.tables.append((10.0, [Cell(1, 1, "指标", (0, 0, 1, 1)), Cell(1, 3, "目标", (0, 0, 1, 1)), Cell(2, 2, "五", (0, 0, 1, 1))]))
    assert text(made) == ["指标\t\t目标", "\t五"]


def table(number: int, *rows: tuple[str, ...], lefts: tuple[float, ...] = (100, 140, 300)) -> Page:
    """A page with nothing but a table; an empty string is a cell without words."""
    made = page(number)
    cells = [Cell(row, column, string, (lefts[column - 1], 100 + 20 * row, lefts[column - 1] + 40, 120 + 20 * row))
             for row, strings in enumerate(rows, start=1) for column, string in enumerate(strings, start=1) if string]
    made.tables.append((100.0, cells))
    return made


def test_a_table_goes_on_over_pages_without_its_repeated_head() -> None:
    head = ("序号", "任务", "目标")
    found = compose([table(1, head, ("1", "绿道", "五公里")), table(2, head, ("2", "公园", "三个"))], "pdf")
    assert found.string.splitlines() == ["序号\t任务\t目标", "1\t绿道\t五公里", "2\t公园\t三个"]
    assert [(each.page, each.table, each.row) for each in found.places][-1] == (2, 1, 3)


def test_a_row_that_a_page_cut_in_two_is_one() -> None:
    head = ("序号", "任务", "目标")
    pages = table(1, head, ("1", "绿道", "五公里"), ("2", "滨河片区", "三个")), table(2, head, ("", "口袋公园", ""), ("3", "厕所", "两座"))
    assert text(*pages) == ["序号\t任务\t目标", "1\t绿道\t五公里", "2\t滨河片区口袋公园\t三个", "3\t厕所\t两座"]


def test_another_table_on_the_next_page_is_another_table() -> None:
    found = compose([table(1, ("任务", "目标"), ("绿道", "五公里")), table(2, ("指标", "单位"), ("税收", "亿元"), lefts=(130, 350))], "pdf")
    assert [each.table for each in found.places] == [1] * 4 + [2] * 4


def aligned_page(*lines: tuple[tuple[str, float], ...], pitch: float = 20) -> Page:
    made = page(1, *((string, x, 100 + pitch * row) for row, line in enumerate(lines) for string, x in line))
    aligned.take_tables(made)
    return made


HEAD = (("指标", 60.0), ("单位", 200.0), ("目标", 300.0), ("累计", 400.0))


def test_columns_without_ruled_lines() -> None:
    made = aligned_page(
        (("某县主要指标", 240.0),), HEAD, (("绿道", 60), ("公里", 200), ("5", 310), ("4", 410)),
        (("公园", 60), ("个", 205), ("3", 410)), (("税收", 60), ("亿元", 200), ("25", 305), ("18", 405)))
    assert text(made) == ["某县主要指标", "指标\t单位\t目标\t累计", "绿道\t公里\t5\t4", "公园\t个\t\t3", "税收\t亿元\t25\t18"]


def test_a_head_that_spans_columns_and_one_that_spans_rows() -> None:
    rows = [((name, 60.0), *((str(number + at), 210.0 + 100 * at) for at in range(4))) for number, name in enumerate(["甲镇", "乙镇"])]
    made = aligned_page(
        (("绿道", 245.0), ("公园", 445.0)), (("镇街", 60.0),), (("目标", 200), ("进度", 300), ("目标", 400), ("进度", 500)), *rows,
        pitch=14)
    assert text(made) == ["\t绿道\t\t公园", "镇街\t目标\t进度\t目标\t进度", "甲镇\t0\t1\t2\t3", "乙镇\t1\t2\t3\t4"]


def test_names_side_by_side_and_running_text_are_no_tables() -> None:
    made = aligned_page((("甲", 60.0), ("乙", 400.0)), (("丙", 60.0), ("丁", 400.0)), (("戊", 60.0), ("己", 400.0)))
    assert not made.tables
    made = aligned_page(*(((FULL, 100.0),) for _ in range(6)))
    assert not made.tables
