"""A saved web page: its main text and tables, without navigation, scripts and what is hidden. Nothing is fetched."""

import re
from collections.abc import Iterable, Iterator
from email import message_from_bytes
from email.errors import MessageError

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from engine.errors import BrokenFile, NoText
from engine.files import plain
from engine.files.grid import Grid
from engine.files.writing import Writer, Written, one_line
from engine.text import Text

_BROKEN = "网页文件已损坏,请用浏览器打开后重新保存,或把正文复制到 .docx 文件后再试。"
_UNSAFE = "网页文件含有不安全的内容(实体声明),已停止读取;请用浏览器打开,把正文复制到 .docx 文件后再试。"
_CHARSET = re.compile(rb"""<(?:meta[^>]+charset|\?xml[^>]+encoding)\s*=\s*["']?\s*(?P<name>[\w-]+)""", re.IGNORECASE)
_CHINESE = frozenset("gb2312 gbk gb18030 hz-gb-2312".split())
_HEAD = 4096
_DROPPED = frozenset("script style noscript template iframe svg select button textarea nav footer aside object video audio head".split())
_BLOCKS = frozenset("address article blockquote body center dd div dl dt fieldset figure form h1 h2 h3 h4 h5 h6 header hr li main ol p pre "
                    "section table tbody tfoot thead td th tr ul".split())
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_HOLDERS = frozenset("html body div section article main center table tbody tr td form".split())
_FURNITURE = re.compile(
    r"(?:^|[-_\s])(?:nav|menu|breadcrumbs?|crumbs?|location|share|foot|footer|copyright|sidebar|toolbar|related|pagination|qrcode)(?:$|[-_\s\d])",
    re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_SITE = re.compile(r"\s*[-_|–—]+\s*")
_BLANK = re.compile(r"[\s\xa0\u3000\u2002\u2003\u200b]+")
_DEEPEST = 200
_CORE_SHARE = 0.75
_LINKED_SHARE = 0.6


def load(data: bytes) -> Text:
    """Raises `BrokenFile`."""
    string = _decoded(_page(data))
    if "<!entity" in string[:_HEAD].lower():
        raise BrokenFile(_UNSAFE)
    try:
        root = document_fromstring(string, parser=HTMLParser(no_network=True, remove_comments=True, remove_pis=True, huge_tree=False))
    except (etree.LxmlError, ValueError) as error:
        raise BrokenFile(_BROKEN) from error
    return _written(root)


def _written(root: HtmlElement) -> Text:
    body = root.find("body") if root.find("body") is not None else root
    title = _title(root)
    _strip(body)
    core = _core(body)
    walker = _Walker()
    if title and _bare(title) not in _bare(_said(core))[:400]:
        walker.write(title, "heading")
    walker.walk(core, 0)
    walker.flush()
    return walker.writer.text("html")


def _page(data: bytes) -> bytes:
    """The page itself; of a page saved with its pictures in one file (.mht) the first part that is a page."""
    if not data.lstrip()[:13].lower().startswith((b"mime-version:", b"from:")):
        return data
    try:
        parts = [part for part in message_from_bytes(data).walk() if part.get_content_type() == "text/html"]
        found = parts[0].get_payload(decode=True) if parts else None
    except (MessageError, ValueError, LookupError) as error:
        raise BrokenFile(_BROKEN) from error
    if not isinstance(found, bytes):
        raise NoText("网页文件里没有正文,请用浏览器打开后重新保存。")
    return found


def _decoded(data: bytes) -> str:
    """As the page says of itself, where that holds; else as plain text is decoded. lxml must not be told an encoding a second time."""
    named = _CHARSET.search(data[:_HEAD])
    name = named["name"].decode("ascii").lower() if named else ""
    try:
        string = data.decode("gb18030" if name in _CHINESE else name or "utf-8-sig")
    except (UnicodeDecodeError, LookupError):
        string = plain.decoded(data)
    return re.sub(r"^\s*<\?xml[^>]*\?>", "", string.lstrip("\ufeff")).replace("\x00", "")


def _title(root: HtmlElement) -> str:
    """The one h1, or the title of the page without the name of the site."""
    headings = [said for each in root.iter("h1") if (said := _said(each))]
    if len(headings) == 1:
        return headings[0]
    return _SITE.split(_said(root.find("head/title")))[0] if root.find("head/title") is not None else ""


def _said(element: HtmlElement) -> str:
    return _BLANK.sub(" ", str(element.text_content())).strip()


def _bare(string: str) -> str:
    return _BLANK.sub("", string)


def _strip(body: HtmlElement) -> None:
    """Takes out what no reader of the page looks for."""
    for element in list(body.iter(etree.Element)):
        if element is not body and element.getparent() is not None and _is_furniture(element):
            element.drop_tree()


def _is_furniture(element: HtmlElement) -> bool:
    if element.tag in _DROPPED or element.get("hidden") is not None or _HIDDEN.search(element.get("style", "")):
        return True
    if element.tag not in ("div", "ul", "ol", "p", "section", "td", "dl", "header"):
        return False
    names = f"{element.get('class', '')} {element.get('id', '')}"
    linked = [len(_bare(link.text_content())) for link in element.iter("a")]
    whole = len(_bare(element.text_content()))
    if len(linked) > 1 and sum(linked) > _LINKED_SHARE * whole:
        return True
    return bool(_FURNITURE.search(names)) and whole < 400


def _core(body: HtmlElement) -> HtmlElement:
    """The innermost element that holds nearly all of the text: the article, without what stands around it."""
    core = body
    for _ in range(_DEEPEST):
        whole = len(_bare(core.text_content()))
        inner = next((each for each in core if each.tag in _HOLDERS and len(_bare(each.text_content())) >= _CORE_SHARE * whole), None)
        if inner is None or (inner.tag == "table" and not _is_frame(inner)):
            return core
        core = inner
    return core


def _is_frame(table: HtmlElement) -> bool:
    """True for a table that only lays the page out: it holds tables, or one cell with nearly everything in several paragraphs."""
    if next(table.iterdescendants("table"), None) is not None:
        return True
    whole = len(_bare(table.text_content()))
    return any(len(list(cell.iter("p", "br", "div"))) >= 3 and len(_bare(cell.text_content())) > 0.8 * whole for cell in table.iter("td"))


class _Walker:
    """Goes through the page in order and writes a line for each block."""

    def __init__(self) -> None:
        self.writer = Writer()
        self._pieces: list[str] = []

    def write(self, string: str, kind: str = "paragraph") -> None:
        if string:
            self.writer.line(Written(string), kind=kind)

    def flush(self, kind: str = "paragraph") -> None:
        string, self._pieces = _BLANK.sub(" ", "".join(self._pieces)).strip(), []
        self.write(string, kind)

    def walk(self, element: HtmlElement, depth: int) -> None:
        if element.tag == "table" and not _is_frame(element):
            self.flush()
            self._table(element)
            return
        block = element.tag in _BLOCKS or element.tag == "br"
        if block:
            self.flush()
        self._pieces.append(element.text or "")
        for child in element:
            if isinstance(child.tag, str) and depth < _DEEPEST:
                self.walk(child, depth + 1)
            self._pieces.append(child.tail or "")
        if block:
            self.flush("heading" if element.tag in _HEADINGS else "paragraph")

    def _table(self, table: HtmlElement) -> None:
        for caption in table.iter("caption"):
            self.write(_said(caption))
        grid = Grid()
        for row in _rows(table):
            grid.row((_cell(cell), _number(cell.get("colspan")), _number(cell.get("rowspan"))) for cell in row.iterchildren("td", "th"))
        grid.write(self.writer)


def _rows(table: HtmlElement) -> Iterator[HtmlElement]:
    for child in table:
        if child.tag == "tr":
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from child.iterchildren("tr")


def _cell(cell: HtmlElement) -> str:
    parts: Iterable[str] = (str(part) for part in cell.itertext())
    return one_line("\n".join(said for part in parts if (said := _BLANK.sub(" ", part).strip())))


def _number(said: str | None) -> int:
    return min(max(int(said), 1), 64) if said and said.isascii() and said.isdecimal() and len(said) < 6 else 1
