"""核对 by keyboard alone, bulk steps and their undo, two supervisors on one target, the clipboard, phone, dark mode, hostile text."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from tests.browser.conftest import PASSWORD, USERNAME, Watched
from tests.installation import ROOT, Installation, answers, free_port, wait_until

pytestmark = pytest.mark.needs("browser")
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
SERIOUS = ("serious", "critical")

FILL = """
from datetime import date
from decimal import Decimal
from django.utils import timezone
from offices.models import Office, Department, User, Membership
from tests.factories import *
from reports.models import Outcome
from targets.models import Instruction
office = Office.objects.get(name="青禾街道")
second = User.objects.create_user("wangwu", password="cheng-jiang-2025", name="王五")
Membership.objects.create(user=second, office=office, role="supervisor")
leader = User.objects.create_user("lingdao", password="cheng-jiang-2025", name="赵区长")
Membership.objects.create(user=leader, office=office, role="leader")
keeper = User.objects.create_user("guanli", password="cheng-jiang-2025", name="孙管理")
for role in ("admin", "auditor"):
    Membership.objects.create(user=keeper, office=office, role=role)
lead = Department.objects.create(office=office, name="经发办")
other = Department.objects.create(office=office, name="城管办")
text = "".join(f"{n}.全年新增第{n}类企业{n + 4}家以上。\\n" + "稳步推进各项工作。\\n" * 12 for n in range(1, 9))
report_text = "".join(f"上半年新增第{n}类的企业{n + 1}家。\\n" + "各项工作稳步推进。\\n" * 12 for n in range(1, 9))
def at(text, word): return text.index(word), text.index(word) + len(word)
statements, results = [], []
for n in range(1, 9):
    start, end = at(text, f"{n + 4}家以上")
    statements.append(make_statement(start=start, figure=f"{n + 4}家", value=str(n + 4), indicator=f"第{n}类企业"))
    start, end = at(report_text, f"第{n}类的企业{n + 1}家")
    results.append(make_statement(start=end - 2, figure=f"{n + 1}家", value=str(n + 1), indicator=f"第{n}类的企业", kind="result"))
plan = make_read_document(office, *statements, text=text, title="青禾街道计划", state="matched")
report = make_read_document(office, *results, text=report_text, title="青禾街道上半年总结", kind="report", month=6, state="matched")
for n, (said, found) in enumerate(zip(statements, results), start=1):
    clause = make_commitment(plan, start=text.index(f"{n}.全年"))
    target = make_judged(document=plan, commitment=clause, status="unclear", indicator=said.indicator, start=said.start, end=said.end,
                         figure=said.figure, value=said.value, sentence_start=clause.start, sentence_end=said.end, has_candidates=True,
                         section="一、产业" if n < 5 else "二、民生", lead=lead if n == 8 else None)
    result = make_result(document=report, start=found.start, end=found.end, figure=found.figure, value=found.value,
                         indicator=found.indicator, months=[1, 6])
    make_match(target, result, score=0.61, decided_by="person",
               parts=[{"name": "indicator", "weight": 0.5, "score": 0.8, "words": "指标相近"}])
    if n == 1:
        make_match(target, make_result(document=report, start=0, end=3, figure="上半年", indicator="另一个数"), rank=2, score=0.5)
    # Candidates of a person stay in the queue whatever the engine makes of the invented texts when it judges them again.
old = make_judged(office, year=2023, indicator="往年企业", lead=other)
Outcome.objects.create(target=old, course=[
    {"date": "2023-03-31", "status": "lagging", "word": "欠进度", "text": "1家", "actual": "1", "percent": "20.0", "expected": "25.0"},
    {"date": "2023-06-30", "status": "lagging", "word": "欠进度", "text": "2家", "actual": "2", "percent": "40.0", "expected": "50.0"}])
make_flag(old, text="往年企业欠进度", answer="<script>alert(1)</script>")
Instruction.objects.create(target=old, leader="赵区长", date=date(2023, 7, 1), due=date(2023, 7, 8), text="<b>抓紧</b>")
hostile = "1.<script>document.title='broken'</script>新增企业3家。<img src=x onerror=\\"document.title='broken'\\">"
make_read_document(office, make_statement(start=hostile.index("3家"), figure="3家", value="3"), text=hostile,
                   title="<script>alert(1)</script>标题", state="matched")
"""


def press(page: Page, key: str) -> None:
    """Once the page that is shown listens to keys: its scripts run after its text stands, and keys rest until an answer has settled."""
    page.wait_for_load_state()
    expect(page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)
    page.keyboard.press(key)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site with eight targets that wait for a person, two supervisors and a document that would like to be a script."""
    site, port = Installation(tmp_path_factory.mktemp("desk"), ENROLL_PASSWORD=PASSWORD, SWEEP_SECONDS="3600"), free_port()
    site.manage("migrate", "--verbosity", "0")
    site.manage("enroll", USERNAME, "--office", "青禾街道", "--role", "supervisor", "--name", "李霞")
    site.script(FILL)
    with site.running("manage.py", "serve", "--port", str(port), name="serve") as server:
        wait_until(lambda: answers(port), within=30, else_say=server.said)
        yield f"http://127.0.0.1:{port}"


def sign_in(page: Page, username: str = USERNAME) -> Page:
    page.goto("/accounts/login/")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.get_by_role("navigation", name="主导航").wait_for()
    return page


def left(page: Page) -> int:
    return int(re.findall(r"还剩(\d+)项", page.locator("#desk").inner_text())[0])


def indicator(page: Page) -> str:
    return page.locator(".desk-middle h2 a").inner_text()


def test_the_queue_by_keyboard_alone(supervisor: Page, watched: Watched) -> None:
    page = supervisor
    page.goto("/review/")
    assert left(page) == 8
    assert indicator(page) == "第1类企业"
    for pane in ("计划全文", "总结全文"):
        expect(page.get_by_role("region", name=pane).locator(".mark-chosen")).to_be_in_viewport()
    # Two candidates: 2 looks at the second, whose place is then the chosen one.
    press(page, "2")
    expect(page.locator(".candidate-chosen")).to_contain_text("另一个数")
    press(page, "1")
    expect(page.locator(".candidate-chosen")).to_contain_text("第1类的企业")
    press(page, "Enter")
    expect(page.locator(".desk-middle h2 a")).to_have_text("第2类企业")
    assert left(page) == 7
    # Places far down their documents are scrolled to.
    for _ in range(4):
        seen = indicator(page)
        press(page, "j")
        expect(page.locator(".desk-middle h2 a")).not_to_have_text(seen)
    for pane in ("计划全文", "总结全文"):
        expect(page.get_by_role("region", name=pane).locator(".mark-chosen")).to_be_in_viewport()
    press(page, "k")
    expect(page.locator(".desk-middle h2 a")).to_have_text("第5类企业")
    press(page, "r")
    expect(page.locator(".desk-middle h2 a")).to_have_text("第6类企业")
    assert left(page) == 6
    press(page, "s")
    expect(page.locator(".desk-middle h2 a")).to_have_text("第7类企业")
    expect(page.get_by_role("button", name="再看跳过的1项")).to_be_visible()
    press(page, "u")
    expect(page.get_by_text("已撤回1项")).to_be_visible()
    expect(page.get_by_text("还剩6项")).to_be_visible()
    press(page, "e")
    page.get_by_role("heading", name=re.compile("更正:第7类企业")).wait_for()
    page.get_by_role("link", name="取消").click()
    expect(page.locator(".desk-middle h2 a")).to_have_text("第7类企业")
    press(page, "?")
    expect(page.get_by_role("dialog")).to_contain_text("快捷键")
    press(page, "r")
    press(page, "Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert left(page) == 6, "no key reaches the page behind the dialog"
    press(page, "/")
    page.keyboard.type("第3类")
    press(page, "Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("搜索“第3类”")
    expect(page.get_by_role("link", name="第3类企业")).to_be_visible()
    assert watched.console == []
    assert watched.elsewhere == []


def test_keys_rest_while_a_person_types_or_composes(supervisor: Page) -> None:
    page = supervisor
    page.goto("/review/")
    before = left(page), indicator(page)
    for options in ('{key: "Enter", isComposing: true}',
                    '{key: "r", keyCode: 229}', '{key: "Enter", ctrlKey: true}', '{key: "r", repeat: true}'):
        page.evaluate(f"document.body.dispatchEvent(new KeyboardEvent('keydown', {{bubbles: true, ...{options}}}))")
    page.locator("#everywhere").focus()
    page.keyboard.type("rsu")
    page.wait_for_timeout(300)
    assert (left(page), indicator(page)) == before
    page.locator("#everywhere").fill("")
    # A real composition: the letters r, s, e stand in the box as an input method shows them, and choosing the word ends it.
    page.locator("#everywhere").focus()
    method = page.context.new_cdp_session(page)
    for letters in ("r", "re", "res"):
        method.send("Input.imeSetComposition", {"text": letters, "selectionStart": len(letters), "selectionEnd": len(letters)})
    method.send("Input.insertText", {"text": "热线"})
    expect(page.locator("#everywhere")).to_have_value("热线")
    assert (left(page), indicator(page)) == before
    page.locator("#everywhere").blur()
    page.evaluate("document.body.dispatchEvent(new KeyboardEvent('keydown', {bubbles: true, key: 'j'}))")
    expect(page.locator(".desk-middle h2 a")).not_to_have_text(before[1])


def test_a_bulk_step_goes_back_by_one_key(supervisor: Page) -> None:
    page = supervisor
    page.goto("/targets/?year=&department=none&sort=number")
    rows = page.locator("table.targets tbody tr")
    expect(rows).to_have_count(7)
    for place in (0, 1, 2):
        rows.nth(place).get_by_role("checkbox").check()
    page.locator("#lead").select_option(label="城管办")
    page.get_by_role("button", name="分工", exact=True).click()
    expect(page.get_by_text("已改动3个目标")).to_be_visible()
    expect(rows).to_have_count(4)
    press(page, "u")
    expect(page.get_by_text("已撤回3项")).to_be_visible()
    expect(rows).to_have_count(7)
    page.get_by_label("选中本页").check()
    expect(page.locator("input[name=picks]:checked")).to_have_count(7)
    page.get_by_role("button", name="核对无误").click()
    expect(page.get_by_text("已改动7个目标")).to_be_visible()
    expect(page.locator("table.targets").get_by_text("已核")).to_have_count(7)
    page.get_by_role("button", name=re.compile("撤回:核对无误7项")).click()
    expect(page.get_by_text("已撤回7项")).to_be_visible()
    expect(page.locator("table.targets").get_by_text("已核")).to_have_count(0)


def test_views_columns_and_density_stand_in_the_address(supervisor: Page) -> None:
    page = supervisor
    page.goto("/targets/?year=&section=一、产业")
    page.get_by_text("列", exact=True).click()
    page.get_by_label("完成率", exact=True).uncheck()
    page.get_by_label("类别", exact=True).nth(-1).check()
    page.get_by_role("button", name="显示所选的列").click()
    expect(page.get_by_role("columnheader", name="类别")).to_be_visible()
    expect(page.get_by_role("columnheader", name="完成率")).to_have_count(0)
    page.get_by_role("link", name="紧凑").click()
    expect(page.locator("#checklist")).to_have_class(re.compile("dense"))
    page.locator("summary", has_text="视图").click()
    page.get_by_label("视图名称").fill("产业周报")
    page.get_by_role("button", name="保存当前视图").click()
    page.goto("/targets/")
    page.locator("summary", has_text="视图").click()
    page.get_by_role("link", name="产业周报").click()
    expect(page.get_by_role("columnheader", name="类别")).to_be_visible()
    expect(page.locator("#checklist")).to_have_class(re.compile("dense"))
    expect(page.locator("table.targets tbody tr")).to_have_count(4)


def test_a_list_goes_to_the_clipboard_as_words(supervisor: Page) -> None:
    page = supervisor
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/targets/?year=")
    page.get_by_role("button", name="复制为文字").click()
    expect(page.get_by_text("已复制9个目标的文字")).to_be_visible()
    text = page.evaluate("navigator.clipboard.readText()")
    assert "经发办(1项)\n1. 第8类企业:目标12家以上" in text
    assert "<" not in text


def test_the_second_of_two_supervisors_is_told(browser: Browser, supervisor: Page, address: str) -> None:
    context: BrowserContext = browser.new_context(base_url=address, locale="zh-CN")
    colleague = sign_in(context.new_page(), "wangwu")
    for page in (supervisor, colleague):
        page.goto("/targets/?year=&q=第4类企业")
        page.locator("table.targets tbody tr").get_by_role("link").first.click()
        page.get_by_role("link", name="更正", exact=False).first.click()
    colleague.get_by_label("备注").fill("同事写的")
    colleague.get_by_role("button", name="保存").click()
    expect(colleague.get_by_text("已更正。")).to_be_visible()
    supervisor.get_by_label("备注").fill("我写的")
    supervisor.get_by_role("button", name="保存").click()
    expect(supervisor.get_by_text("刚被他人改过")).to_be_visible()
    expect(supervisor.get_by_label("备注")).to_have_value("我写的")
    expect(supervisor.get_by_text("他人已改为:同事写的")).to_be_visible()
    context.close()


def test_the_text_of_a_document_is_no_script(supervisor: Page, watched: Watched) -> None:
    page = supervisor
    page.goto("/documents/")
    page.get_by_role("link", name=re.compile("标题")).click()
    expect(page.locator(".source")).to_contain_text("<script>document.title='broken'</script>")
    assert "broken" not in page.title()
    assert watched.console == []


def test_the_course_is_drawn(supervisor: Page, watched: Watched) -> None:
    page = supervisor
    page.goto("/targets/?year=&q=往年企业")
    page.locator("table.targets tbody tr").get_by_role("link").first.click()
    expect(page.locator("[data-chart] canvas")).to_be_visible()
    inked = "canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(each => each > 0)"
    assert page.locator("[data-chart] canvas").evaluate(inked), "something is drawn"
    expect(page.locator("section", has=page.get_by_role("heading", name="历程"))).to_contain_text("2023-03")
    assert watched.console == []


PAGES = ("/", "/?year=2023", "/targets/?year=", "/review/", "/assignments/", "/glossary/", "/instructions/", "/documents/",
         "/documents/upload/", "/flags/", "/notices/", "/checks/", "/ledger/exports/", "/ledger/print/", "/ledger/returns/", "/letters/",
         "/search/?q=企业", "/accounts/password/", "/accounts/second/", "/targets/twins/", "/notices/receivers/",
         "/targets/?year=&q=没有这个", "/no-such-page/")
# What an administrator and an auditor see.
KEPT_PAGES = ("/people/", "/people/add/", "/settings/", "/settings/tokens/", "/audit/", "/checks/", "/notices/receivers/",
              "/notices/receivers/new/")


def addresses(page: Page) -> list[str]:
    page.goto("/targets/?year=&q=往年企业")
    target = page.locator("table.targets tbody tr").get_by_role("link").first.get_attribute("href") or ""
    page.goto("/documents/")
    document = page.locator("#documents tbody a").first.get_attribute("href") or ""
    page.goto("/flags/?state=")
    flag = page.locator("tbody a").first.get_attribute("href") or ""
    below = (f"{target}edit/", f"{target}revise/", f"{target}choose/", f"{target}enter/", f"{document}edit/", f"{document}reread/")
    return [*PAGES, target, document, *below, flag]


def kept_addresses(page: Page) -> list[str]:
    """Those of the administrator: the fixed ones, a person, an office, and when its checks run."""
    page.goto("/people/")
    below = page.locator("main a").evaluate_all("found => found.map(each => each.getAttribute('href'))")
    page.goto("/checks/")
    below += page.locator("main a").evaluate_all("found => found.map(each => each.getAttribute('href'))")
    own = [next((each for each in below if re.match(rf"/{kind}/[0-9a-f-]{{36}}/(?:\?|$)", each or "")), "") for kind in
           ("people", "offices", "checks/schedule")]
    assert all(own), f"no link to one of its pages: {own}"
    return [*KEPT_PAGES, *own]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("who", [USERNAME, "guanli"])
def test_no_page_shuts_anybody_out(page: Page, who: str, scheme: str) -> None:
    axe, found = AXE.read_text(encoding="utf-8"), []
    sign_in(page, who)
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    for place in addresses(page) if who == USERNAME else kept_addresses(page):
        answer = page.goto(place)
        assert answer and (answer.ok or place == "/no-such-page/"), place
        assert page.evaluate("document.documentElement.dataset.bsTheme") == scheme
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
        page.evaluate(axe)
        said = page.evaluate("axe.run().then(found => found.violations.map(each => [each.impact, each.id, each.nodes[0].html]))")
        found += [f"{place} {name}: {html[:160]}" for impact, name, html in said if impact in SERIOUS]
    assert not found, "\n".join(found)


def test_every_page_fits_a_phone(supervisor: Page) -> None:
    page = supervisor
    places = addresses(page)
    page.set_viewport_size({"width": 390, "height": 844})
    wide = [place for place in places if page.goto(place) and page.evaluate("document.documentElement.scrollWidth") > 390]
    assert not wide


def test_the_tab_key_reaches_all_that_can_be_used(supervisor: Page) -> None:
    """From the top of each page through everything that is shown, with the focus to be seen."""
    page, missed = supervisor, []
    for place in ("/", "/targets/?year=", "/review/", "/assignments/", "/flags/", "/instructions/", "/documents/"):
        page.goto(place)
        usable = page.evaluate("""() => [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, summary")]
            .filter(each => !each.disabled && each.checkVisibility({visibilityProperty: true}) && !each.closest("dialog")).length""")
        page.evaluate("() => { window.seen = new Set(); document.addEventListener('focusin', event => window.seen.add(event.target)); }")
        for _ in range(usable + 12):
            page.keyboard.press("Tab")
        reached = page.evaluate("""() => [...window.seen].filter(
            each => each.matches("a[href], button, input:not([type=hidden]), select, summary")).length""")
        if reached < usable:
            missed.append(f"{place}: {reached} of {usable}")
    assert not missed


def test_a_leader_reads_what_is_worst_why_and_who_answers(browser: Browser, address: str) -> None:
    """On the first screen after signing in, without a click, also on a phone."""
    context = browser.new_context(base_url=address, locale="zh-CN", viewport={"width": 390, "height": 844})
    page = sign_in(context.new_page(), "lingdao")
    page.goto("/?year=2023")
    worst = page.get_by_role("region", name="最需要关注的1项")
    expect(worst).to_contain_text("往年企业")
    expect(worst).to_contain_text("牵头:城管办")
    box = worst.bounding_box()
    assert box and box["y"] + box["height"] <= 844, "without scrolling"
    worst.get_by_role("link").click()
    expect(page.get_by_role("heading", name="批示")).to_be_visible()
    context.close()


def test_the_first_page_is_light(supervisor: Page, browser: Browser, address: str) -> None:
    """What a browser that comes for the first time takes over the wire, styles and scripts included."""
    context = browser.new_context(base_url=address, storage_state=supervisor.context.storage_state())
    page = context.new_page()
    sizes: list[int] = []
    parts = ("responseBodySize", "responseHeadersSize")

    def weigh(request: Request) -> None:
        said: dict[str, int] = dict(request.sizes())  # type: ignore[arg-type]
        sizes.append(sum(said[part] for part in parts))

    page.on("requestfinished", weigh)
    page.goto("/targets/?year=", wait_until="networkidle")
    context.close()
    assert sum(sizes) <= 350 * 1024, f"{sum(sizes) / 1024:.0f} KB"

