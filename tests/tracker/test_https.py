"""A grown-up installation: https, its cookies and headers, secrets from the environment, proxies by name."""

from pathlib import Path

import pytest

from tests.installation import Installation

ASK = """
from django.test import Client
from django.conf import settings
settings.ALLOWED_HOSTS = ["testserver"]
from offices.models import User
from django.core.management import call_command
call_command("migrate", verbosity=0)
User.objects.create_user("lixia", password="mulberry harbour 47")
"""


@pytest.fixture
def site(tmp_path: Path) -> Installation:
    return Installation(tmp_path, HTTPS="1", TRUSTED_PROXIES="10.0.0.1")


def test_https_its_cookies_and_headers(site: Installation) -> None:
    said = site.script(ASK + """
plain = Client().get("/accounts/login/")
print(plain.status_code, plain["Location"])
client = Client()
page = client.post("/accounts/login/", {"username": "lixia", "password": "mulberry harbour 47"}, secure=True)
for name, cookie in sorted(client.cookies.items()):
    print(name, cookie["secure"], cookie["httponly"], cookie["samesite"], repr(cookie["domain"]), cookie["path"])
for name in ("Strict-Transport-Security", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy",
             "Cross-Origin-Resource-Policy", "Permissions-Policy", "Content-Security-Policy", "Cache-Control"):
    print(name, client.get("/accounts/password/", secure=True)[name])
""")
    assert "301 https://testserver/accounts/login/" in said
    assert "__Host-sessionid True True Lax '' /" in said
    for line in ("Strict-Transport-Security max-age=31536000", "X-Content-Type-Options nosniff", "X-Frame-Options DENY",
                 "Referrer-Policy same-origin", "Cross-Origin-Opener-Policy same-origin", "Cross-Origin-Resource-Policy same-origin",
                 "Permissions-Policy camera=()", "Content-Security-Policy default-src 'self'", "Cache-Control private, no-store"):
        assert line in said, said


def test_https_is_believed_from_the_named_proxy_alone(site: Installation) -> None:
    said = site.script(ASK + """
for peer in ("10.0.0.1", "10.0.0.2"):
    answer = Client(REMOTE_ADDR=peer, HTTP_X_FORWARDED_PROTO="https").get("/accounts/login/")
    print(peer, answer.status_code)
""")
    assert "10.0.0.1 200" in said
    assert "10.0.0.2 301" in said


@pytest.mark.parametrize(("environment", "sentence"), [
    ({"DATABASE_URL": "postgresql://x@127.0.0.1/x", "SECRET_KEY": ""}, "SECRET_KEY"), ({"SECRET_KEY": "short"}, "SECRET_KEY"),
    ({"TRUSTED_PROXIES": "somewhere"}, "TRUSTED_PROXIES"), ({"TRUSTED_PROXIES": "10.0.0.1/8"}, "TRUSTED_PROXIES"),
    ({"BEHIND_PROXY": "1"}, "TRUSTED_PROXIES"), ({"TRAIL_DAYS": "90"}, "TRAIL_DAYS"), ({"PASSWORD_LENGTH": "4"}, "PASSWORD_LENGTH"),
    ({"PASSWORD_DAYS": "often"}, "PASSWORD_DAYS"),
])
def test_a_wrong_value_stops_the_start(tmp_path: Path, environment: dict[str, str], sentence: str) -> None:
    site = Installation(tmp_path, **environment)
    with pytest.raises(AssertionError, match=sentence):
        site.manage("check")
