"""Web pages as people save them."""

import pytest

from engine import files
from engine.errors import BrokenFile

ARTICLE = "<p>&emsp;&emsp;全年新增规上工业企业5家以上。</p><p>新建绿道&nbsp;3公里。<br>新建公园2个。</p>"


def page(body: str, *, head: str = "<title>青禾街道2025年工作计划-青禾政务网</title>") -> str:
    return f"<!DOCTYPE html><html><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>"


def lines(body: str, **more: str) -> list[str]:
    return files.load_bytes(page(body, **more).encode()).string.splitlines()


SAID = ["青禾街道2025年工作计划", "全年新增规上工业企业5家以上。", "新建绿道 3公里。", "新建公园2个。"]


def test_the_article_without_what_stands_around_it() -> None:
    links = "".join(f"<li><a href='#'>栏目{number}</a></li>" for number in range(20))
    assert lines(f"<header><ul>{links}</ul></header><div class='crumbs'>首页 > 公开</div><div id='zoom'>{ARTICLE}</div>"
                 f"<script>var a=5;</script><div style='display:none'>隐藏9个</div><footer>备案号12345号</footer>") == SAID


def test_a_page_laid_out_by_a_table() -> None:
    assert lines(f"<table><tr><td><table><tr><td><div>{ARTICLE}</div></td></tr></table></td></tr></table>") == SAID


def test_a_table_with_merged_cells() -> None:
    table = ("<table><tr><th rowspan=2>指标</th><th colspan=2>1-6月</th></tr><tr><th>目标</th><th>完成</th></tr>"
             "<tr><td>绿道</td><td>5</td><td>3</td></tr></table>")
    text = files.load_bytes(page(ARTICLE + table).encode())
    assert text.string.splitlines()[-3:] == ["指标\t1-6月", "\t目标\t完成", "绿道\t5\t3"]
    assert [(each.table, each.row, each.column) for each in text.places if each.kind == "cell"][-1] == (1, 3, 3)


@pytest.mark.parametrize(("declared", "encoding"), [("gb2312", "gb18030"), ("utf-8", "utf-8"), ("utf-8", "gb18030"), ("无此编码", "utf-8")])
def test_the_encoding_a_page_names_or_the_one_that_fits(declared: str, encoding: str) -> None:
    data = page(ARTICLE).replace("charset='utf-8'", f"charset='{declared}'").encode(encoding)
    assert files.load_bytes(data).string.splitlines() == SAID


def test_a_page_saved_in_one_file() -> None:
    head = "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\nContent-Type: text/html\r\n"
    body = head.encode() + b"Content-Transfer-Encoding: 8bit\r\n\r\n" + page(ARTICLE).encode() + b"\r\n--x--\r\n"
    assert files.load_bytes(body).string.splitlines() == SAID


def test_entities_are_refused() -> None:
    with pytest.raises(BrokenFile, match="不安全"):
        files.load_bytes(b"<!DOCTYPE html [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><html><body>&a;</body></html>")
