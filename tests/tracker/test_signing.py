"""Signing in and out: passwords, the second proof, what ends a session, the first administrator, and how often one may try."""

import re
import time
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.test import Client
from django.utils import timezone
from django_otp.oath import TOTP
from pytest_django import Settings

from offices import passwords, second
from offices.models import AuditEntry, Membership, Office, RecoveryCode, Role, User
from tests.factories import make_user
from tests.rights.addresses import addresses
from tracker import demo, signing
from tracker.limits import LIMITS

pytestmark = pytest.mark.django_db
PASSWORD = "mulberry harbour 47"
LOGIN = {"password": PASSWORD}


def sign_in(client: Client, user: User, **more: Any) -> Any:
    return client.post("/accounts/login/", {"username": user.username, "password": PASSWORD, **more})


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


# --- passwords --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("password", [
    "short-1x", "Admin@2026", "P@ssw0rd2026", "admin123456", "woaini1314520", "Zhongguo@1949", "1qaz@WSX3edc", "qwertyuiop",
    "asdfghjkl0", "1234567890", "0987654321", "zaq12wsx3edc", "abcdefghij", "aaaaaaaaaaaa", "adminadmin99", "2026!2026!",
    "管理员123456", "Ducha@123456", "password123", "QWER!@#$1234",
])
def test_a_password_that_everybody_knows_is_refused(password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password, User(username="lixia", name="李霞"))


@pytest.mark.parametrize("password", [
    "mulberry harbour 47", "Chengjiang-Yunxi-88", "k7mf-93qp-xxae-b2nd", "竹影扫阶尘不动月穿潭", "T4!vq_Lm0zRw"])
def test_a_good_password_passes(password: str) -> None:
    validate_password(password, User(username="lixia", name="李霞"))


@pytest.mark.parametrize("password", ["lixia-2026-x", "xLiXia!99887"])
def test_a_password_like_the_own_name_is_refused(password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password, User(username="lixia", name="lixia"))


def test_a_given_password_is_strong_and_never_the_same() -> None:
    found = {passwords.given() for _ in range(50)}
    assert len(found) == 50
    assert all(re.fullmatch(r"(?:[a-km-np-z2-9]{4}-){3}[a-km-np-z2-9]{4}", each) for each in found)


def test_a_password_that_somebody_else_gave_has_to_be_changed_first(client: Client) -> None:
    user = make_user(password=PASSWORD)
    User.objects.filter(pk=user.pk).update(password_at=None)
    sign_in(client, user)
    for address in ("/", "/targets/", "/documents/upload/"):
        assert client.get(address)["Location"] == "/accounts/password/"
    page = client.get("/accounts/password/").content.decode()
    assert "现在的密码是别人替您设的" in page
    same = {"old_password": PASSWORD, "new_password1": PASSWORD, "new_password2": PASSWORD}
    assert "不能与现在的密码相同" in client.post("/accounts/password/", same).content.decode()
    client.post("/accounts/password/", {**same, "new_password1": "orchard lantern 9", "new_password2": "orchard lantern 9"})
    assert client.get("/targets/").status_code == 200


@pytest.mark.parametrize(("longest", "old", "due"), [(None, 9999, False), (90, 89, False), (90, 91, True)])
def test_how_old_a_password_may_be_is_a_setting(client: Client, settings: Settings, longest: int | None, old: int, due: bool) -> None:
    settings.PASSWORD_LONGEST = longest and timedelta(days=longest)
    user = make_user(password=PASSWORD)
    User.objects.filter(pk=user.pk).update(password_at=timezone.now() - timedelta(days=old))
    sign_in(client, user)
    assert (client.get("/targets/").status_code == 302) == due


# --- sessions ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["disabled", "password", "role"])
def test_a_session_ends_at_once(client: Client, what: str) -> None:
    user, elsewhere = make_user(password=PASSWORD), Client()
    sign_in(client, user)
    sign_in(elsewhere, user)
    assert elsewhere.get("/targets/").status_code == 200
    if what == "disabled":
        User.objects.filter(pk=user.pk).update(is_active=False)
    elif what == "role":
        user.memberships.all().delete()
    else:
        new = "orchard lantern 9"
        client.post("/accounts/password/", {"old_password": PASSWORD, "new_password1": new, "new_password2": new})
        assert client.get("/targets/").status_code == 200, "the one that changed it goes on"
    assert elsewhere.get("/targets/").status_code == (403 if what == "role" else 302)


def test_a_sign_in_begins_a_new_session(client: Client) -> None:
    """Nobody can hand a person a session that they know beforehand."""
    user = make_user(password=PASSWORD)
    client.session["x"] = 1
    client.get("/accounts/login/")
    before = client.session.session_key
    sign_in(client, user)
    assert client.session.session_key != before


def test_signing_out_is_on_record(client: Client) -> None:
    user = make_user(password=PASSWORD)
    sign_in(client, user)
    client.post("/accounts/logout/")
    assert not is_in(client)
    assert AuditEntry.objects.get(action="signout").user == user


def test_after_signing_in_one_stays_on_our_pages(client: Client) -> None:
    for address in ("https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"):
        assert sign_in(Client(), make_user(password=PASSWORD), next=address)["Location"] in ("/home/", "/")


# --- nobody learns who has an account ---------------------------------------------------------------------------------------


def test_the_same_answer_whether_the_name_exists_or_not(client: Client) -> None:
    there, gone = make_user(password=PASSWORD), make_user(password=PASSWORD)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    bare = make_user()
    answers = set()
    for username in (there.username, gone.username, bare.username, "nobody-at-all"):
        page = client.post("/accounts/login/", {"username": username, "password": "wrong"})
        answers.add((page.status_code, re.sub(r'value="[^"]*"|\'X-CSRFToken\': "[^"]*"|"X-CSRFToken": "[^"]*"', "", page.content.decode())))
    assert len(answers) == 1


def test_the_same_work_whether_the_name_exists_or_not(client: Client) -> None:
    """One password is hashed in each case: the time an answer takes says nothing."""
    users = [make_user(password=PASSWORD).username, make_user().username, "nobody-at-all"]
    gone = make_user(password=PASSWORD)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    hasher = "django.contrib.auth.hashers.MD5PasswordHasher.encode"
    for username in (*users, gone.username):
        with mock.patch(hasher, autospec=True, return_value="md5$salt$x") as encode:
            client.post("/accounts/login/", {"username": username, "password": "wrong"})
        assert encode.call_count == 1, username


def test_a_failed_sign_in_is_seen_by_the_auditor_of_that_office(client: Client) -> None:
    user = make_user(password=PASSWORD)
    client.post("/accounts/login/", {"username": user.username, "password": "wrong"})
    entry = AuditEntry.objects.get(action="signin")
    assert (entry.office, entry.user, entry.success) == (user.memberships.get().office, None, False)


# --- the second proof -------------------------------------------------------------------------------------------------------


def code_of(user: User, *, confirmed: bool = True, ahead: int = 0) -> str:
    device = second.device_of(user) if confirmed else second.proposed(user)
    assert device is not None
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits)
    totp.time = time.time() + ahead * 30
    return f"{totp.token():06d}"


@pytest.fixture
def secured() -> tuple[User, list[str]]:
    """A person with a phone, and their recovery codes."""
    user = make_user(password=PASSWORD)
    codes = second.switch_on(user, code_of(user, confirmed=False, ahead=-1))
    assert len(codes) == 10
    return user, codes


def test_setting_it_up_takes_the_password_and_the_first_code(client: Client) -> None:
    user = make_user(password=PASSWORD)
    sign_in(client, user)
    page = client.get("/accounts/second/").content.decode()
    assert "<svg" in page
    assert second.key_of(second.proposed(user)) in page
    assert "密码不对" in client.post("/accounts/second/", {"password": "wrong", "code": code_of(user, confirmed=False)}).content.decode()
    assert "数字不对" in client.post("/accounts/second/", {"password": PASSWORD, "code": "000000"}).content.decode()
    assert not second.is_on(user)
    second.proposed(user).throttle_reset()
    shown = client.post("/accounts/second/", {"password": PASSWORD, "code": code_of(user, confirmed=False)})
    assert shown["Cache-Control"] == "private, no-store"
    codes = re.findall(r"<code[^>]*>([a-z2-9-]{23})</code>", shown.content.decode())
    assert len(codes) == 10
    assert second.is_on(user)
    # What lies in the database opens nothing.
    assert not set(codes) & set(RecoveryCode.objects.values_list("digest", flat=True))


def test_the_password_alone_lets_nobody_in(client: Client, secured: tuple[User, list[str]]) -> None:
    user, _ = secured
    assert sign_in(client, user, next="/flags/")["Location"] == "/accounts/code/"
    assert not is_in(client)
    assert client.get("/targets/").status_code == 302
    assert client.post("/accounts/code/", {"code": code_of(user)})["Location"] == "/flags/"
    assert is_in(client)
    assert AuditEntry.objects.get(action="signin", success=True).after == {"second": "totp"}


def test_a_code_serves_once(secured: tuple[User, list[str]]) -> None:
    user, _ = secured
    code, results = code_of(user), []
    for _ in range(2):
        client = Client()
        sign_in(client, user)
        client.post("/accounts/code/", {"code": code})
        results.append(is_in(client))
    assert results == [True, False]


def test_a_recovery_code_serves_once(secured: tuple[User, list[str]]) -> None:
    user, codes = secured
    results = []
    for _ in range(2):
        client = Client()
        sign_in(client, user)
        client.post("/accounts/code/", {"code": codes[3].upper().replace("-", " ")})
        results.append(is_in(client))
    assert results == [True, False]
    assert user.recovery_codes.count() == 9
    assert not second.proves(make_user(), codes[4]), "nobody else's"


def test_five_wrong_codes_begin_anew(client: Client, secured: tuple[User, list[str]]) -> None:
    user, codes = secured
    sign_in(client, user)
    for _ in range(5):
        last = client.post("/accounts/code/", {"code": "zzzzz"})
    assert last["Location"] == "/accounts/login/"
    client.post("/accounts/code/", {"code": codes[0]})
    assert not is_in(client)
    assert AuditEntry.objects.filter(action="signin", success=False, after__why="code").count() == 5


@pytest.mark.parametrize("what", ["late", "disabled", "password"])
def test_what_the_password_opened_does_not_stay_open(
    client: Client, secured: tuple[User, list[str]], what: str, monkeypatch: pytest.MonkeyPatch,
) -> None:
    user, codes = secured
    sign_in(client, user)
    if what == "late":
        later = time.time() + 301
        monkeypatch.setattr("tracker.signing.time.time", lambda: later)
    elif what == "disabled":
        User.objects.filter(pk=user.pk).update(is_active=False)
    else:
        user.set_password("orchard lantern 9")
        user.save()
    assert client.post("/accounts/code/", {"code": codes[0]})["Location"] == "/accounts/login/"
    assert not is_in(client)


def test_switching_it_off_takes_the_password(client: Client, secured: tuple[User, list[str]]) -> None:
    user, _ = secured
    client.force_login(user)
    client.post("/accounts/second/", {"off": "1", "password": "wrong"})
    assert second.is_on(user)
    client.post("/accounts/second/", {"off": "1", "password": PASSWORD})
    assert not second.is_on(user)
    assert not user.recovery_codes.exists()
    assert AuditEntry.objects.filter(action="second.off").exists()


# --- the first administrator ------------------------------------------------------------------------------------------------


@pytest.fixture
def data_dir(settings: Settings, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path


def first(code: str, **changes: str) -> dict[str, str]:
    return {"code": code, "office": "砚湖区", "username": "heqing", "name": "何清", "password": PASSWORD, "again": PASSWORD, **changes}


def test_the_first_start_asks_for_an_administrator(client: Client, data_dir: Path) -> None:
    assert client.get("/accounts/login/")["Location"] == "/setup/"
    assert "安装口令" in client.get("/setup/").content.decode()
    file = data_dir / "setup_code"
    assert file.stat().st_mode & 0o777 == 0o600
    code = file.read_text()
    bad = first(code, password="admin12345", again="admin12345")
    for wrong in (first("guessed"), first(code, again="other"), bad, first(code, name="")):
        assert client.post("/setup/", wrong).status_code == 200
    assert not User.objects.exists()
    assert client.post("/setup/", first(code))["Location"] == "/people/"
    held = Membership.objects.get()
    assert (held.user.username, held.office.name, held.office.parent, held.role) == ("heqing", "砚湖区", None, Role.ADMIN)
    assert client.get("/people/").status_code == 200
    assert not file.exists()
    assert AuditEntry.objects.get(action="people.enroll").user == held.user
    assert client.post("/setup/", first(code, username="second")).status_code == 404
    assert Client().get("/accounts/login/").status_code == 200


def test_there_is_no_such_page_once_somebody_is_there(client: Client, data_dir: Path) -> None:
    make_user()
    assert client.get("/setup/").status_code == 404
    assert client.post("/setup/", first(signing.setup_code_file().read_text())).status_code == 404
    assert data_dir.exists()


def test_the_demo_s_logins_exist_in_the_demo_alone() -> None:
    with pytest.raises(ImproperlyConfigured):
        demo.make_people()
    assert not User.objects.exists()
    assert not Office.objects.exists()


# --- how often --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def limited(settings: Settings) -> None:
    settings.RATE_LIMITS = True
    cache.clear()


@pytest.mark.usefixtures("limited")
def test_one_account_is_not_tried_from_everywhere(settings: Settings) -> None:
    """The lockout counts a name at an address; a thousand addresses are held by the account itself."""
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    user = make_user(password=PASSWORD)
    said = {"username": user.username.upper(), "password": "no"}
    codes = [Client(HTTP_X_FORWARDED_FOR=f"10.0.{number}.1").post("/accounts/login/", said).status_code for number in range(21)]
    assert codes == [200] * 20 + [429]
    late = Client(HTTP_X_FORWARDED_FOR="10.9.9.9").post("/accounts/login/", {"username": user.username, "password": PASSWORD})
    assert late.status_code == 429
    assert 0 < int(late["Retry-After"]) <= 600
    assert AuditEntry.objects.filter(action="refusal", after__why="too often").count() == 1


@pytest.mark.usefixtures("limited")
def test_one_address_does_not_try_every_account() -> None:
    codes = [Client().post("/accounts/login/", {"username": f"nobody{number}", "password": "no"}).status_code for number in range(101)]
    assert codes == [200] * 100 + [429]


@pytest.mark.usefixtures("limited")
def test_a_person_searches_so_often_a_minute(client: Client) -> None:
    client.force_login(make_user())
    codes = [client.get("/search/", {"q": "产值"}).status_code for _ in range(61)]
    assert codes == [200] * 60 + [429]
    other = Client()
    other.force_login(make_user())
    assert other.get("/search/").status_code == 200


@pytest.mark.usefixtures("limited")
def test_a_cache_that_is_down_keeps_nobody_out(client: Client) -> None:
    client.force_login(make_user())
    with mock.patch("tracker.limits.cache.add", side_effect=OSError("connection refused")):
        assert client.get("/search/").status_code == 200


def test_limits_name_addresses_that_are_there() -> None:
    assert not set(LIMITS) - {each.name for each in addresses()}


