"""In a real browser, as a supervisor would: from two files to the ledger."""

import re
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PASSWORD, USERNAME, Watched
from tests.installation import ROOT

pytestmark = pytest.mark.needs("browser")

PLAN = """青禾街道2025年工作计划

一、经济发展
1.做强产业。全年新增规上工业企业6家以上,完成一般公共预算收入2.4亿元,同比增长8%以上。
2.招大引强。新签约亿元以上项目5个,新增就业岗位3000个。
3.培优扶强。培育省级专精特新企业5家。

二、城市更新
1.改造老旧小区12个,新增停车泊位800个以上。
2.全年生产安全死亡事故控制在2起以内。
"""
REPORT = """青禾街道2025年上半年工作总结

一、经济运行稳中有进
上半年,新增规上工业企业4家,完成一般公共预算收入1.1亿元,同比增长9.2%。新签约亿元以上项目1个。专精特新企业3家,提供岗位1800个。

二、城市面貌持续改善
上半年改造老旧小区5个,新增停车泊位520个。发生生产安全死亡事故1起。
"""
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("files")
    paths = [folder / "青禾街道2025年工作计划.txt", folder / "青禾街道2025年上半年工作总结.txt"]
    for path, text in zip(paths, (PLAN, REPORT), strict=True):
        path.write_text(text, encoding="utf-8")
    return paths


def upload(page: Page, files: list[Path]) -> None:
    """Upload and stay on 文件 until the page itself shows that both are through."""
    page.get_by_role("link", name="文件", exact=True).click()
    page.get_by_role("link", name="上传文件").click()
    expect(page.get_by_text("严禁上传涉密文件")).to_be_visible()
    page.get_by_label("文件(可多选)").set_input_files(files)
    page.get_by_role("button", name="上传并读取").click()
    for path in files:
        expect(page.get_by_role("row", name=re.compile(path.stem))).to_contain_text("处理完毕", timeout=60_000)


def find_target(page: Page, indicator: str) -> None:
    page.get_by_role("link", name="目标清单", exact=True).click()
    page.get_by_label("搜索").fill(indicator)
    page.get_by_role("button", name="筛选").click()
    rows = page.locator("table.targets tbody tr")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("6以上")
    expect(rows).to_contain_text("66.7%")
    rows.get_by_role("link", name=indicator).click()


def open_evidence(page: Page) -> None:
    """From the number to its sentence: the source opens at the very figure."""
    expect(page.get_by_role("heading", level=1)).to_contain_text("规上工业企业")
    evidence = page.locator("section", has=page.get_by_role("heading", name="佐证", exact=True))
    expect(evidence).to_contain_text("4家")
    evidence.get_by_role("link", name=re.compile("上半年工作总结")).click()
    figure = page.locator(".source :target")
    expect(figure).to_have_text("4家")
    expect(figure).to_be_in_viewport()


def download_ledger(page: Page, folder: Path) -> Path:
    page.get_by_role("link", name="目标清单", exact=True).click()
    with page.expect_download() as started:
        page.get_by_role("link", name="导出Excel").click()
    path = folder / started.value.suggested_filename
    started.value.save_as(path)
    return path


def tab_to(page: Page, wanted: Locator, most: int = 120) -> None:
    """By the Tab key alone, as somebody without a mouse."""
    for _ in range(most):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the Tab key does not reach {wanted}")


def sign_in_by_keyboard(page: Page) -> None:
    page.goto("/")
    tab_to(page, page.get_by_label("用户名"))
    page.keyboard.type(USERNAME)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("navigation", name="主导航").wait_for()


def upload_by_keyboard(page: Page, files: list[Path]) -> None:
    """But for the window of the system that picks files, which is none of ours."""
    for name in ("文件", "上传文件"):
        tab_to(page, page.get_by_role("link", name=name, exact=True))
        page.keyboard.press("Enter")
        page.wait_for_load_state()
    page.get_by_label("文件(可多选)").set_input_files(files)
    tab_to(page, page.get_by_role("button", name="上传并读取"))
    page.keyboard.press("Enter")
    for path in files:
        expect(page.get_by_role("row", name=re.compile(path.stem))).to_contain_text("处理完毕", timeout=60_000)


def confirm_by_keyboard(page: Page) -> int:
    """Everything that waits in 核对; returns how many were decided."""
    tab_to(page, page.get_by_role("link", name="核对", exact=True))
    page.keyboard.press("Enter")
    page.locator("#desk").wait_for()
    decided = 0
    while page.locator(".desk-middle").count():
        before = page.locator(".desk-middle h2 a").inner_text()
        page.wait_for_load_state()
        page.keyboard.press("Enter")
        expect(page.locator(".desk-middle h2 a").filter(has_text=before)).to_have_count(0)
        decided += 1
    expect(page.get_by_text("没有待核对的佐证")).to_be_visible()
    return decided


def test_the_whole_walk_by_keyboard_alone(page: Page, files: list[Path], watched: Watched, tmp_path: Path) -> None:
    sign_in_by_keyboard(page)
    upload_by_keyboard(page, files)
    assert confirm_by_keyboard(page) >= 1
    tab_to(page, page.get_by_role("link", name="目标清单", exact=True))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("搜索", exact=True))
    page.keyboard.type("专精特新")
    page.keyboard.press("Enter")
    rows = page.locator("table.targets tbody tr")
    expect(rows).to_have_count(1)
    tab_to(page, rows.get_by_role("link", name="专精特新"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("人工确认:李霞")).to_be_visible()
    tab_to(page, page.get_by_role("navigation", name="路径").get_by_role("link", name="目标清单"))
    page.keyboard.press("Enter")
    link = page.get_by_role("link", name="导出Excel")
    tab_to(page, link)
    with page.expect_download() as started:
        page.keyboard.press("Enter")
    started.value.save_as(tmp_path / "ledger.xlsx")
    assert openpyxl.load_workbook(tmp_path / "ledger.xlsx").sheetnames
    assert watched.console == []
    assert watched.elsewhere == []


def test_from_two_files_to_the_ledger(supervisor: Page, files: list[Path], watched: Watched, tmp_path: Path) -> None:
    upload(supervisor, files)
    find_target(supervisor, "规上工业企业")
    open_evidence(supervisor)
    ledger = download_ledger(supervisor, tmp_path)
    assert ledger.suffix == ".xlsx"
    workbook = openpyxl.load_workbook(ledger)
    cells = [cell for sheet in workbook for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert any("规上工业企业" in str(cell.value) for cell in cells)
    assert any(cell.value == 6 and "家以上" in cell.number_format for cell in cells), "the year's target is a number that keeps its words"
    assert watched.console == [], "nothing breaks the content security policy, nothing else is complained about"
    assert watched.elsewhere == [], "no request leaves the machine"


def pages(page: Page) -> list[str]:
    """The addresses of the bar, the upload page, and the first target and document there are."""
    found = [link.get_attribute("href") for link in page.locator("nav .nav-link").all()]
    for listing, link in (("/targets/", "table.targets tbody a"), ("/documents/", "#documents tbody a")):
        page.goto(listing)
        found += [each.get_attribute("href") for each in page.locator(link).all()[:1]]
    return [address for address in (*found, "/documents/upload/") if address]


def test_every_page_can_be_used_by_everyone(supervisor: Page, watched: Watched) -> None:
    """axe finds nothing to object to: contrast, labels, headings, landmarks."""
    axe, found = AXE.read_text(encoding="utf-8"), []
    for address in pages(supervisor):
        supervisor.goto(address)
        supervisor.evaluate(axe)
        said = supervisor.evaluate("axe.run().then(found => found.violations.map(each => `${each.id}: ${each.nodes[0].html}`))")
        found += [f"{address} {each}" for each in said]
    assert not found, "\n".join(found)
    assert watched.console == []
    assert watched.elsewhere == []


def test_pages_fit_a_phone(supervisor: Page) -> None:
    addresses = pages(supervisor)
    supervisor.set_viewport_size({"width": 390, "height": 844})
    for address in addresses:
        supervisor.goto(address)
        assert supervisor.evaluate("document.documentElement.scrollWidth") <= 390, f"{address} is wider than a phone"


def test_signing_in_with_a_wrong_password_says_so(page: Page) -> None:
    page.goto("/")
    page.get_by_label("用户名").fill("nobody")
    page.get_by_label("密码").fill("not-the-password")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_contain_text("用户名或密码不对")
