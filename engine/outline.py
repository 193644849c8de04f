"""The frame of a document: paragraphs without wrapped spaces, sentences, headings and list numbers.

Rules work on the compact string of a paragraph; `Paragraph.span` leads every place back to the text as decoded.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from engine.text import Span, Text

# Between two Latin letters or digits a space means something (`SEMI China`); beside a Chinese character it is layout, and so is
# one that parts thousands (货运量8 420万吨; ISO 80000-1, 7.3.1), between words of a sentence, not between the cells of a row.
_WORD = r"[^\d\s.,A-Za-z]"
_THOUSANDS = rf"(?:(?<={_WORD}\d)|(?<={_WORD}\d\d)|(?<={_WORD}\d\d\d))[^\S\t](?=\d{{3}}(?!\d)(?:\.\d+)?[^\S\t]?[一-鿿%])"
_LAYOUT = re.compile(rf"(?=[^\S\t])(?:(?<![A-Za-z0-9])[^\S\t]+|[^\S\t]+(?![A-Za-z0-9])|(?<=[A-Za-z])[^\S\t]+(?=\d)|{_THOUSANDS})")
# A set at the front is what a search runs over fastest.
_FULL_STOP = re.compile(r"[。!?.](?:(?<!\.)|(?<!\d\.)(?![\dA-Za-z]))")
_END = re.compile(r"[;。!?.](?:(?<!\.)|(?<!\d\.)(?![\dA-Za-z]))")
_STOP = tuple("。!?;:…")
_HAN = "一二三四五六七八九十"
# A group for each level of headings, 1 to 4.
_MARK = re.compile(
    rf"(第[{_HAN}\d]{{1,3}}(?:部分?|[编篇章节])|[{_HAN}]{{1,3}}、)|(\([{_HAN}]{{1,3}}\)、?)|(\d{{1,2}}[.、](?!\d))|(\(\d{{1,2}}\)|\d{{1,2}}\)|[①-⑳])")
_LIST = re.compile(rf"[{_HAN}]是|[{_HAN}]要|第[{_HAN}],|其[{_HAN}],")
# A heading that runs on into its text without a full stop ends at one of these nouns.
_NOUN_END = re.compile(
    r"[^,。;:!?]{0,24}?(?:总结|回顾|思路|打算|计划|安排|展望|要点|情况|目标|任务|举措"
    # 实施重点项目46个: 重点 is as often the front of a noun.
    "|重点(?!项目|工程|任务|企业|领域|产业|行业|人[群员才]|水|高校|片区|区域|镇|村|研发|实验|培育|改革|事项|民生|整治|对象|场所|部位|路段|河|湖|群体|税源|用能|流域|产品|环节|关注|文物|学科|专[科业]|[单部]位|部门|建设))"
    r"(?![的和及、与是要为书指落]|\d(?!\d{3}年))")
# A mark inside a run-on text opens a heading where the text had a space or a colon before it.
_RUN_ON = re.compile(rf"(?=[({_HAN}])(?:[{_HAN}]{{1,2}}、(?=\d{{4}}年|[^,。;:、]{{2,30}})|\([{_HAN}]{{1,2}}\)(?=[^,。;:、)]{{4}}))")
# A line that stops at one of these goes on in the next one, however short it is.
_OPEN_ENDS = ("、", ",", "同比", "达到", "不低于", "不少于", "不超过",
              *(cue + when for cue in ("预计", "力争", "确保") for when in ("", "全年", "今年", "年底", "到年底", "全县", "全市", "全区")))
_UNBROKEN = re.compile(r"[0-9A-Za-z.,%]+")
# Half-width columns that a broken line may lack: marks and numbers are kept together.
_RAGGED = 12
HEADING_LENGTH = 42
# 重点改革任务落地见效。 is one heading, not a heading 重点 and its text.
_SHORT_HEADING = 20


class Paragraph(NamedTuple):
    """A paragraph: its compact folded string, the same characters as written, and where they stood in the text."""

    string: str
    start: int
    written: str
    at: tuple[int, ...] = ()
    lost: tuple[int, ...] = ()

    def source(self, index: int) -> int:
        """The offset in the text of the character at `index` of the compact string."""
        if not self.at:
            return self.start + index
        shift = bisect_right(self.at, index)
        return self.start + index + (self.lost[shift - 1] if shift else 0)

    def cut_at(self, index: int) -> bool:
        """True where the text had white space before the character at `index`."""
        place = bisect_right(self.at, index)
        return place > 0 and self.at[place - 1] == index

    def span(self, start: int, end: int) -> Span:
        return Span(self.source(start), self.source(end - 1) + 1 if end > start else self.source(start))


class Piece(NamedTuple):
    """A sentence of a paragraph (offsets in its compact string), or a heading, which has a level from 0 (title) on."""

    paragraph: Paragraph
    start: int
    end: int
    level: int | None = None
    first: bool = False

    @property
    def string(self) -> str:
        return self.paragraph.string[self.start:self.end]

    @property
    def written(self) -> str:
        """The piece as the text has it, without layout spaces."""
        return self.paragraph.written[self.start:self.end]


def is_row(paragraph: Paragraph) -> bool:
    """True for a paragraph that is the row of a table: its cells are parted by tabs."""
    return "\t" in paragraph.string


def paragraphs(text: Text) -> Iterator[Paragraph]:
    """The paragraphs of a text in order; lines that a page broke are joined again."""
    for start, end in _joined(_lines(text.folded), text.folded):
        folded = text.folded[start:end].rstrip("\r\n")
        yield _compact(folded, start, text.string[start:start + len(folded)])


def _lines(folded: str) -> list[tuple[int, int]]:
    found, start = [], 0
    for line in folded.splitlines(keepends=True):
        if line.strip():
            found.append((start, start + len(line)))
        start += len(line)
    return found


def _joined(lines: list[tuple[int, int]], folded: str) -> Iterator[tuple[int, int]]:
    """Lines that fill the usual width and stop without a mark go on in the next line."""
    full = _full_width(lines, folded)
    begin: int | None = None
    for number, (start, end) in enumerate(lines):
        begin = start if begin is None else begin
        following = folded[slice(*lines[number + 1])] if number + 1 < len(lines) else ""
        # A row of a table is a line, however long: joined with the next one its cells would stand in wrong columns.
        line = folded[start:end].rstrip()
        if "\t" not in line + following and (_is_open(line, following) or (full and _goes_on(line, following, full))):
            continue
        yield begin, end
        begin = None


def _is_open(line: str, following: str) -> bool:
    """True for a line that stops in the middle of what it says, before one that opens nothing of its own."""
    return bool(following) and line.endswith(_OPEN_ENDS) and not _opens(following)


def _goes_on(line: str, following: str, full: int) -> bool:
    """True for a line that left no room for what the next one begins with: a character, or a number that is never parted."""
    if not following or line.endswith(_STOP) or _opens(following):
        return False
    unbroken = _UNBROKEN.match(following)
    return _width(line) + (len(unbroken.group()) if unbroken else 2) > full - _RAGGED


def _width(line: str) -> int:
    """The width of a line as printed, in half-width columns."""
    return len(line.encode("gb18030", "replace"))


def _full_width(lines: list[tuple[int, int]], folded: str) -> int:
    """The width at which a page broke its lines, 0 where lines are not broken by width."""
    if len(lines) < 4:
        return 0
    printed = [folded[start:end].rstrip() for start, end in lines]
    widest = max(map(len, printed))
    if widest > 120:
        return 0
    broken = sum(1 for line in printed if len(line) >= 20 and not line.endswith(_STOP))
    return max(map(_width, printed)) if 3 * broken >= len(printed) else 0


def _opens(line: str) -> bool:
    """True for a line that begins with a heading mark, so it never continues the line before."""
    return mark(line.lstrip()) is not None


def _compact(folded: str, start: int, written: str) -> Paragraph:
    if len(folded.split()) == 1 and not folded[-1].isspace() and not folded[0].isspace():
        return Paragraph(folded, start, written)
    at, lost, kept, shown, gone, begin = [], [], [], [], 0, 0
    for blank in _LAYOUT.finditer(folded):
        kept.append(folded[begin:blank.start()])
        shown.append(written[begin:blank.start()])
        gone += blank.end() - blank.start()
        at.append(blank.end() - gone)
        lost.append(gone)
        begin = blank.end()
    if not gone:
        return Paragraph(folded, start, written)
    kept.append(folded[begin:])
    shown.append(written[begin:])
    return Paragraph("".join(kept), start, "".join(shown), tuple(at), tuple(lost))


def mark(string: str, position: int = 0) -> tuple[int, int] | None:
    """Level and end of the heading mark (一、 (一) 1. ①) at a position; None where there is none."""
    found = _MARK.match(string, position)
    return (found.lastindex or 0, found.end()) if found else None


def pieces(paragraph: Paragraph) -> Iterator[Piece]:
    """The sentences and headings of a paragraph in order."""
    string = paragraph.string
    position, first = 0, True
    if _is_heading_line(string):
        yield Piece(paragraph, 0, len(string), _line_level(string), True)
        return
    while position < len(string):
        marked = mark(string, position)
        if marked and (end := _heading_end(string, marked[1])):
            yield Piece(paragraph, position, end, marked[0], first)
            position, first = end, False
            continue
        end = _sentence_end(paragraph, position)
        yield Piece(paragraph, position, end, None, first)
        position, first = end, False


def _sentence_end(paragraph: Paragraph, position: int) -> int:
    stop = _FULL_STOP.search(paragraph.string, position)
    end = stop.end() if stop else len(paragraph.string)
    for found in _RUN_ON.finditer(paragraph.string, position + 1, end):
        if paragraph.cut_at(found.start()) or paragraph.string[found.start() - 1] in ":;)":
            return found.start()
    return end


# Date lines, sources and counters of a saved page are no headings.
_FURNITURE = re.compile(
    r"^[(\[]?(?:20\d{2}|二[〇零].{2})[年.-](?:\d{1,2}|[一二三四五六七八九十]{1,2})[月.-](?:[\d一二三十]{1,3}日?)?(?:[^一-鿿]|印发|发布|通过|讯|电|星期.){0,12}$|^\((?:20\d{2}|二[〇零].{2})年[\d一二三四五六七八九十]{1,2}月[\d一二三十]{1,3}日[^()]*\)$|来源:|发布(?:时间|日期)|浏览|作者:|字体:|^[-|\d\s页第共/.KMB]+$|^关于.{0,4}$")


def _is_heading_line(string: str) -> bool:
    if len(string) > HEADING_LENGTH or string.endswith(("。", ";", "!", ",", "、")) or "。" in string or "\t" in string:
        return False
    return not _FURNITURE.search(string)


def _line_level(string: str) -> int:
    marked = mark(string)
    return marked[0] if marked else 0


def _heading_end(string: str, position: int) -> int:
    """Where the heading after a mark ends; 0 where what follows is text, as after a list number."""
    stop = _END.search(string, position)
    end = stop.end() if stop else len(string)
    noun = _NOUN_END.match(string, position)
    runs_on = end - position > _SHORT_HEADING or string[noun.end():noun.end() + 1].isdigit() if noun else False
    if noun and runs_on and noun.end() < end - 1 and string[noun.end()] not in ",、":
        return noun.end()
    if end - position > HEADING_LENGTH or string[end - 1] == ";":
        return 0
    return end


def clauses(string: str) -> list[int]:
    """Starts of the list items (一是 二是 第一,) in a sentence."""
    return [found.start() for found in _LIST.finditer(string)]
