"""In a real browser: a file of each type goes in, its fate is shown, its source opens, and a figure leads both ways."""

import io
import re
import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watched
from tests.poured import pouring

pytestmark = pytest.mark.needs("browser", "libreoffice")

TITLE = "青禾街道{}专项2025年工作计划"
SAID = TITLE + "\n一、全年新增绿道{}公里以上。\n二、全年新建口袋公园3个。\n"


def made(kind: str, number: int) -> bytes:
    text = SAID.format(kind, number)
    if kind == "xlsx":
        book = openpyxl.Workbook()
        sheet = book.worksheets[0]
        for row in ([TITLE.format(kind)], ["序号", "指标", "单位", "2025年目标", "责任单位"], [1, "绿道", "公里", number, "城管办"],
                    [2, "口袋公园", "个", 3, "城管办"]):
            sheet.append(row)
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()
    pour = {"docx": pouring.as_docx, "pdf": pouring.as_pdf, "html": pouring.as_html}
    return pour[kind](text) if kind in pour else text.encode("gb18030")


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("kinds")
    paths = [folder / f"{kind}计划.{kind}" for kind in ("txt", "docx", "pdf", "html", "xlsx")]
    for number, path in enumerate(paths, start=5):
        path.write_bytes(made(path.suffix[1:], number))
    packed = folder / "打包.zip"
    document = docx.Document()
    document.add_paragraph(TITLE.format("包内"))
    document.add_paragraph("一、全年新增绿道99公里以上。")
    inner = io.BytesIO()
    document.save(inner)
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("夹/包内计划.docx", inner.getvalue())
        archive.writestr("夹/程序.exe", b"\x7fELF" + bytes(99))
    return [*paths, packed]


def test_each_type_and_back(supervisor: Page, kinds: list[Path], watched: Watched) -> None:
    supervisor.goto("/documents/upload/")
    supervisor.get_by_label("文件(可多选)").set_input_files(kinds)
    expect(supervisor.get_by_role("list", name="已选文件").get_by_role("listitem")).to_have_count(len(kinds))
    supervisor.get_by_role("button", name="上传并读取").click()
    expect(supervisor.get_by_text("程序.exe:认不出这种文件")).to_be_visible()
    for name in [*(path.name for path in kinds[:-1]), "包内计划.docx"]:
        expect(supervisor.get_by_role("row", name=re.compile(re.escape(name)))).to_contain_text("处理完毕", timeout=60_000)
    for number, path in enumerate(kinds[:-1], start=5):
        follow(supervisor, path.name, str(number))
    assert not watched.console
    assert not watched.elsewhere


def follow(page: Page, name: str, figure: str) -> None:
    """From the source to the target and back to the very figure."""
    page.goto("/documents/")
    page.get_by_role("row", name=re.compile(re.escape(name))).get_by_role("link").first.click()
    span = page.locator(".source a.mark-target", has_text=figure).first
    expect(span).to_have_attribute("title", re.compile("绿道"))
    span.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("绿道")
    page.locator("a[href*='/documents/'][href*='#s']").first.click()
    expect(page.locator(".source :target")).to_contain_text(figure)


def test_the_picture_of_a_page(supervisor: Page, kinds: list[Path]) -> None:
    supervisor.goto("/documents/")
    supervisor.get_by_role("row", name=re.compile(r"pdf计划\.pdf")).get_by_role("link").first.click()
    supervisor.get_by_role("navigation", name="原件图像").get_by_role("link", name="第1页").click()
    picture = supervisor.get_by_role("img", name="原件第1页")
    expect(picture).to_be_visible()
    expect(picture).to_have_js_property("naturalWidth", 1100)
    supervisor.locator(".page-marks a").first.click()
    expect(supervisor.get_by_role("heading", level=1)).to_contain_text("绿道")


def test_a_table_is_shown_as_one_and_the_original_comes_back(supervisor: Page, kinds: list[Path]) -> None:
    supervisor.goto("/documents/")
    supervisor.get_by_role("row", name=re.compile(r"xlsx计划\.xlsx")).get_by_role("link").first.click()
    row = supervisor.get_by_role("region", name="表格").get_by_role("row", name=re.compile("绿道"))
    expect(row.get_by_role("cell", name="9", exact=True).get_by_role("link")).to_have_attribute("title", re.compile("第1表第3行第4列"))
    with supervisor.expect_download() as download:
        supervisor.get_by_role("link", name="下载原件").click()
    assert download.value.suggested_filename == "xlsx计划.xlsx"
    assert Path(download.value.path()).read_bytes() == kinds[4].read_bytes()


def test_what_is_read_otherwise_after_a_correction_is_shown_first(supervisor: Page) -> None:
    supervisor.goto("/documents/")
    supervisor.get_by_role("row", name=re.compile(r"txt计划\.txt")).get_by_role("link").first.click()
    supervisor.get_by_role("link", name="重读").click()
    expect(supervisor.get_by_text("结果与已存的完全相同")).to_be_visible()


def test_files_are_dropped(supervisor: Page) -> None:
    supervisor.goto("/documents/upload/")
    dropped = supervisor.evaluate_handle("""() => {
        const all = new DataTransfer();
        all.items.add(new File(["全年新增绿道5公里。"], "拖入.txt"));
        return all;
    }""")
    supervisor.dispatch_event("[data-drop]", "drop", {"dataTransfer": dropped})
    expect(supervisor.get_by_role("list", name="已选文件")).to_contain_text("拖入.txt")
    assert supervisor.get_by_label("文件(可多选)").evaluate("field => field.files.length") == 1
