"""Values from the environment, checked loudly: a wrong one stops the start with a sentence that says what to set."""

import ipaddress
import os
import secrets
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from django.core.exceptions import ImproperlyConfigured

_FLAGS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def flag(name: str, *, default: bool = False) -> bool:
    said = text(name).lower()
    if not said:
        return default
    if said not in _FLAGS:
        raise ImproperlyConfigured(f"{name} 应为 1 或 0,现在是 {said!r}。")
    return _FLAGS[said]


def number(name: str, default: int, *, least: int = 0) -> int:
    said = text(name) or str(default)
    if not said.isascii() or not said.isdigit() or int(said) < least:
        raise ImproperlyConfigured(f"{name} 应为不小于 {least} 的整数,现在是 {said!r}。")
    return int(said)


def choice(name: str, known: tuple[str, ...]) -> str:
    """One of `known`; the first where nothing is said."""
    said = text(name) or known[0]
    if said not in known:
        raise ImproperlyConfigured(f"{name} 应为 {'、'.join(known)} 之一,现在是 {said!r}。")
    return said


def words(name: str, default: str = "") -> list[str]:
    return [each.strip() for each in text(name, default).split(",") if each.strip()]


def networks(name: str) -> list[str]:
    """Addresses or networks (10.0.0.0/8), with commas between; `unix` is the other end of a local socket."""
    said = words(name)
    for each in said:
        try:
            if each != "unix":
                ipaddress.ip_network(each)
        except ValueError as error:
            raise ImproperlyConfigured(f"{name} 应为逗号分隔的 IP 地址、网段或 unix,现在有 {each!r}。") from error
    return said


def address(name: str, schemes: tuple[str, ...]) -> SplitResult:
    """An address such as smtps://user:password@host:465; one without parts where nothing is said."""
    said = urlsplit(text(name))
    try:
        wrong = bool(said.geturl()) and (said.scheme not in schemes or not said.hostname or said.port == 0)
    except ValueError:
        wrong = True
    if wrong:
        raise ImproperlyConfigured(f"{name} 应形如 {schemes[0]}://用户:密码@主机:端口。")
    return said


def secret_key(folder: Path, *, required: bool) -> str:
    """SECRET_KEY from the environment. A machine of its own may do without: it keeps a random one in `folder`."""
    said = text("SECRET_KEY")
    if said:
        if len(said) < 32:
            raise ImproperlyConfigured("SECRET_KEY 太短:至少32个字符。")
        return said
    if required:
        raise ImproperlyConfigured("请在环境变量 SECRET_KEY 中设置至少32个字符的随机密钥(各进程相同)。")
    return _kept_key(folder / "secret_key")


def _kept_key(path: Path) -> str:
    fresh = secrets.token_urlsafe(48)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(fresh)
    except FileExistsError:
        return path.read_text().strip() or fresh
    except OSError:
        # A read-only folder is no reason not to read a file on the command line; sessions then end with the process.
        return fresh
    return fresh
