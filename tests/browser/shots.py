"""`make shots`: the pictures of docs/images, taken from the demo's own data by the browser of this machine."""

import tempfile
import time
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import FLAGS
from tests.conftest import chromium
from tests.installation import ROOT, Installation, answers, free_port, wait_until

IMAGES = ROOT / "docs" / "images"


def sign_in(page: Page, username: str, password: str) -> None:
    page.goto("/")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()
    page.get_by_role("navigation", name="主导航").wait_for()
    page.get_by_role("heading", level=1, name="总览").wait_for()


def take(page: Page) -> None:
    """总览 as the machine has it and dark, 目标清单, the first target that has evidence, 核对, 分工库, 预警."""
    page.screenshot(path=IMAGES / "dashboard.png", full_page=True)
    page.emulate_media(color_scheme="dark")
    page.screenshot(path=IMAGES / "dashboard-dark.png")
    page.emulate_media(color_scheme="light")
    page.get_by_role("link", name="目标清单", exact=True).click()
    page.locator("table.targets tbody tr").first.wait_for()
    page.screenshot(path=IMAGES / "targets.png")
    page.locator("table.targets tbody tr", has=page.locator("progress")).first.get_by_role("link").first.click()
    page.get_by_role("heading", name="佐证", exact=True).wait_for()
    page.screenshot(path=IMAGES / "target.png", full_page=True)
    for name, file in (("核对", "review"), ("分工库", "assignments"), ("预警", "flags")):
        page.get_by_role("link", name=name, exact=True).click()
        page.get_by_role("heading", level=1, name=name).wait_for()
        page.screenshot(path=IMAGES / f"{file}.png")


def take_phone(page: Page) -> None:
    """总览 as a leader has it in the hand."""
    page.screenshot(path=IMAGES / "phone.png")


def photograph(folder: Path) -> None:
    site, port = Installation(folder), free_port()
    supervisor, leader, password = site.script(
        "from tracker import demo; print(demo.LOGINS[0].username, demo.LOGINS[1].username, demo.PASSWORD)").split()
    with site.running("manage.py", "demo", "--port", str(port), name="demo") as server, sync_playwright() as playwright:
        wait_until(lambda: answers(port), within=120, else_say=server.said)
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        address = f"http://127.0.0.1:{port}"
        page = browser.new_page(base_url=address, locale="zh-CN", viewport={"width": 1280, "height": 800})
        sign_in(page, supervisor, password)
        take(page)
        phone = browser.new_page(base_url=address, locale="zh-CN", viewport={"width": 390, "height": 844})
        sign_in(phone, leader, password)
        take_phone(phone)
        browser.close()


def lighten(path: Path) -> None:
    """A page has few colours: as many as these are told apart by nobody from all of them, in a third of the size."""
    with Image.open(path) as picture:
        few = picture.convert("RGB").quantize(colors=96)
    few.save(path, optimize=True)


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    begun = time.time()
    with tempfile.TemporaryDirectory() as folder:
        photograph(Path(folder))
    for path in IMAGES.glob("*.png"):
        if path.stat().st_mtime >= begun:
            lighten(path)


if __name__ == "__main__":
    main()
