"""`make shots`: the pictures of docs/images, taken from the demo's own data by the browser of this machine."""

import tempfile
from pathlib import Path

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


def take(page: Page) -> None:
    """总览, 目标清单, 核对 and the first target that has evidence."""
    page.screenshot(path=IMAGES / "dashboard.png")
    page.get_by_role("link", name="目标清单", exact=True).click()
    page.locator("table.targets tbody tr").first.wait_for()
    page.screenshot(path=IMAGES / "targets.png")
    page.locator("table.targets tbody tr", has=page.locator("progress")).first.get_by_role("link").first.click()
    page.get_by_role("heading", name="佐证", exact=True).wait_for()
    page.screenshot(path=IMAGES / "target.png")
    page.get_by_role("link", name="核对", exact=True).click()
    page.locator("#desk").wait_for()
    page.screenshot(path=IMAGES / "review.png")


def photograph(folder: Path) -> None:
    site, port = Installation(folder), free_port()
    username, password = site.script("from tracker import demo; print(demo.LOGINS[0].username, demo.PASSWORD)").split()
    with site.running("manage.py", "demo", "--port", str(port), name="demo") as server, sync_playwright() as playwright:
        wait_until(lambda: answers(port), within=120, else_say=server.said)
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = browser.new_page(base_url=f"http://127.0.0.1:{port}", locale="zh-CN", viewport={"width": 1280, "height": 800})
        sign_in(page, username, password)
        take(page)
        browser.close()


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        photograph(Path(folder))


if __name__ == "__main__":
    main()
