"""A served installation with one supervisor, and a browser that tells what its pages complained about and whom they asked."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

from tests.conftest import chromium
from tests.installation import Installation, answers, free_port, wait_until

USERNAME, PASSWORD = "lixia", "cheng-jiang-2025"
# A state that is waited for may come late on a machine that reads scans beside it; one that never comes still fails.
expect.set_options(timeout=20_000)
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update",
    "--no-first-run", "--lang=zh-CN",
]


@dataclass
class Watched:
    """What the pages of one visit did besides showing themselves."""

    console: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    def hear(self, message: ConsoleMessage) -> None:
        self.console.append(f"{message.type}: {message.text}")

    def see(self, request: Request) -> None:
        if urlsplit(request.url).scheme not in ("data", "blob") and urlsplit(request.url).hostname != "127.0.0.1":
            self.elsewhere.append(request.url)


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a freshly installed product that serves as a new user's would: one process, SQLite, worker inside."""
    site, port = Installation(tmp_path_factory.mktemp("site"), ENROLL_PASSWORD=PASSWORD), free_port()
    site.manage("migrate", "--verbosity", "0")
    site.manage("enroll", USERNAME, "--office", "青禾街道", "--role", "supervisor", "--name", "李霞")
    with site.running("manage.py", "serve", "--port", str(port), name="serve") as server:
        wait_until(lambda: answers(port), within=30, else_say=server.said)
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Of one file: as long as it runs, an event loop runs on this thread, and the database's tests refuse to share it."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def watched() -> Watched:
    return Watched()


@pytest.fixture
def page(browser: Browser, address: str, watched: Watched, tmp_path: Path) -> Iterator[Page]:
    context = browser.new_context(base_url=address, locale="zh-CN", viewport={"width": 1366, "height": 900}, accept_downloads=True)
    context.set_default_timeout(20_000)
    context.on("request", watched.see)
    context.on("console", watched.hear)
    context.on("weberror", lambda error: watched.console.append(f"error: {error.error}"))
    yield context.new_page()
    context.close()


@pytest.fixture
def supervisor(page: Page) -> Page:
    """A page on which the supervisor has just signed in."""
    page.goto("/")
    page.get_by_label("用户名").fill(USERNAME)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.get_by_role("navigation").wait_for()
    return page
