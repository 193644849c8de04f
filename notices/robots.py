"""How each kind of receiver wants to be told: the request it takes, its signature, and how it says no. Pure, save for the sending."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus

from django.conf import settings
from django.core.mail import EmailMessage

from notices.models import Receiver
from notices.outgoing import Answer, OutgoingError, addresses_in, post

MOST_BYTES = {Receiver.Kind.WECOM.value: 4096, Receiver.Kind.DINGTALK.value: 18_000, Receiver.Kind.FEISHU.value: 18_000}
"""What the robots take at most, as they say."""


@dataclass(frozen=True, slots=True)
class Line:
    """One flag: what it says, where it is."""

    text: str
    link: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What one receiver is told: the number of the delivery, a title, a line for each flag."""

    number: str
    title: str
    lines: Sequence[Line]
    link: str


@dataclass(frozen=True, slots=True)
class Request:
    url: str
    body: bytes
    headers: Mapping[str, str]


def send(receiver: Receiver, notice: Notice, *, now: datetime) -> None:
    """Tells the receiver. Raises OutgoingError with a sentence."""
    if receiver.kind == Receiver.Kind.EMAIL:
        _mail(receiver, notice)
        return
    make, refusal = KINDS[receiver.kind]
    request = make(receiver, notice, now)
    answer = post(request.url, request.body, request.headers)
    if said := refusal(answer):
        raise OutgoingError(f"接收方没有接受:{said}"[:300])


# — e-mail —

def _mail(receiver: Receiver, notice: Notice) -> None:
    if not settings.EMAIL_HOST:
        raise OutgoingError("系统没有设置发信服务器(SMTP_URL)。")
    message = EmailMessage(notice.title, plain(notice), settings.DEFAULT_FROM_EMAIL, addresses_in(receiver.address),
                           headers={"Message-ID": f"<{notice.number}@goal-tracker>", "Auto-Submitted": "auto-generated"})
    try:
        message.send()
    except (OSError, ValueError) as error:
        # smtplib's own errors are OSErrors.
        raise OutgoingError(f"发信失败:{error}"[:300]) from error


# — robots —

def _json(url: str, said: Any, headers: Mapping[str, str] | None = None) -> Request:
    body = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    return Request(url, body, {"Content-Type": "application/json; charset=utf-8", **(headers or {})})


def _wecom(receiver: Receiver, notice: Notice, _now: datetime) -> Request:
    text = fitting(notice, MOST_BYTES[receiver.kind], _marked)
    return _json(receiver.address, {"msgtype": "markdown", "markdown": {"content": text}})


def _dingtalk(receiver: Receiver, notice: Notice, now: datetime) -> Request:
    """Signed in the address: HMAC-SHA256 over milliseconds, a line end and the secret, by the secret."""
    url = receiver.address
    if receiver.secret:
        stamp = str(int(now.timestamp() * 1000))
        sign = _hmac(receiver.secret.encode(), f"{stamp}\n{receiver.secret}".encode())
        url += f"{'&' if '?' in url else '?'}timestamp={stamp}&sign={quote_plus(base64.b64encode(sign))}"
    text = fitting(notice, MOST_BYTES[receiver.kind], _marked)
    return _json(url, {"msgtype": "markdown", "markdown": {"title": notice.title, "text": text}})


def _feishu(receiver: Receiver, notice: Notice, now: datetime) -> Request:
    """Signed in the body: HMAC-SHA256 over nothing, by seconds, a line end and the secret."""
    said: dict[str, Any] = {"msg_type": "text", "content": {"text": fitting(notice, MOST_BYTES[receiver.kind], _unmarked)}}
    if receiver.secret:
        stamp = str(int(now.timestamp()))
        sign = _hmac(f"{stamp}\n{receiver.secret}".encode(), b"")
        said = {"timestamp": stamp, "sign": base64.b64encode(sign).decode(), **said}
    return _json(receiver.address, said)


def _webhook(receiver: Receiver, notice: Notice, now: datetime) -> Request:
    """Signed in a header: HMAC-SHA256 over seconds, a dot and the body, by the secret, as hexadecimal."""
    said = {"id": notice.number, "title": notice.title, "link": notice.link,
            "flags": [{"text": line.text, "link": line.link} for line in notice.lines]}
    request = _json(receiver.address, said, {"X-Delivery": notice.number})
    if not receiver.secret:
        return request
    stamp = str(int(now.timestamp()))
    sign = _hmac(receiver.secret.encode(), stamp.encode() + b"." + request.body).hex()
    return Request(request.url, request.body, {**request.headers, "X-Timestamp": stamp, "X-Signature": f"sha256={sign}"})


def _hmac(key: bytes, said: bytes) -> bytes:
    return hmac.new(key, said, hashlib.sha256).digest()


def _errcode(answer: Answer) -> str:
    """企业微信 and 钉钉 answer 200 and say in the body whether they took it."""
    return _refused(answer, ("errcode",), ("errmsg",))


def _code(answer: Answer) -> str:
    return _refused(answer, ("code", "StatusCode"), ("msg", "StatusMessage"))


def _refused(answer: Answer, codes: Sequence[str], words: Sequence[str]) -> str:
    try:
        said = json.loads(answer.body)
        code = next(said[name] for name in codes if name in said)
    except (ValueError, TypeError, StopIteration):
        return "答复看不懂"
    return "" if code == 0 else f"{code} {next((said[name] for name in words if name in said), '')}"


KINDS: dict[str, tuple[Callable[[Receiver, Notice, datetime], Request], Callable[[Answer], str]]] = {
    Receiver.Kind.WECOM.value: (_wecom, _errcode), Receiver.Kind.DINGTALK.value: (_dingtalk, _errcode),
    Receiver.Kind.FEISHU.value: (_feishu, _code), Receiver.Kind.WEBHOOK.value: (_webhook, lambda _: ""),
}


# — words —

_MARKS = str.maketrans({each: chr(ord(each) + 0xFEE0) for each in "[]<>*_`#()"})


def _marked(notice: Notice, lines: Sequence[Line], left: int) -> str:
    """Markdown; what stands in a flag must not become a mark."""
    rows = [f"{place}. {line.text.translate(_MARKS)} [查看]({line.link})" for place, line in enumerate(lines, start=1)]
    return "\n".join([f"**{notice.title.translate(_MARKS)}**", *rows, f"{_left(left)}[打开预警]({notice.link})"])


def _unmarked(notice: Notice, lines: Sequence[Line], left: int) -> str:
    rows = [f"{place}. {line.text}\n{line.link}" for place, line in enumerate(lines, start=1)]
    return "\n".join([notice.title, *rows, f"{_left(left)}{notice.link}"])


def _left(left: int) -> str:
    return f"另有{left}条,请登录查看。" if left else ""


def plain(notice: Notice) -> str:
    return _unmarked(notice, notice.lines, 0)


def fitting(notice: Notice, most: int, write: Callable[[Notice, Sequence[Line], int], str]) -> str:
    """The text with as many lines as a receiver takes; how many are left out is said."""
    for number in range(len(notice.lines), -1, -1):
        text = write(notice, notice.lines[:number], len(notice.lines) - number)
        if len(text.encode()) <= most:
            return text
    return notice.title
