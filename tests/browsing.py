"""A signed-in browser without scripts, for tests and measurements of real servers."""

from dataclasses import dataclass, field
from typing import Any

import lxml.html
import requests

from tests.filling import PASSWORD


@dataclass(slots=True)
class Browser:
    """One person at one installation; `base` is its address without a slash at the end."""

    base: str
    username: str
    timeout: float = 60
    session: requests.Session = field(default_factory=requests.Session)

    def sign_in(self) -> bool:
        self.session.cookies.clear()
        page = self.session.get(f"{self.base}/accounts/login/", timeout=self.timeout)
        said = {"username": self.username, "password": PASSWORD, "csrfmiddlewaretoken": token_of(page)}
        answer = self.session.post(f"{self.base}/accounts/login/", said, allow_redirects=False, timeout=self.timeout)
        return answer.status_code == 302

    def get(self, address: str, **query: Any) -> requests.Response:
        return self.session.get(self.base + address, params=query, timeout=self.timeout)

    def post(self, address: str, data: dict[str, Any] | None = None, *, files: Any = None, follow: bool = False) -> requests.Response:
        """A form sent; the cookie says the same as the hidden field would."""
        said = {**(data or {}), "csrfmiddlewaretoken": self.session.cookies["csrftoken"]}
        return self.session.post(self.base + address, said, files=files, allow_redirects=follow, timeout=self.timeout)


def token_of(page: requests.Response) -> str:
    found: list[str] = lxml.html.fromstring(page.content).xpath("//input[@name='csrfmiddlewaretoken']/@value")
    return found[0]
