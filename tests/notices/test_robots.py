"""What each kind of receiver is sent, byte for byte, and how its refusal is understood."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from notices import robots
from notices.models import Receiver
from notices.outgoing import Answer, OutgoingError
from notices.robots import Line, Notice

NOW = datetime(2025, 7, 10, 1, 2, 3, 456000, tzinfo=UTC)
SECRET = "SEC-of-nobody"
NOTICE = Notice("no-1", "经发办:2条预警", [
    Line("提醒 · 欠进度:税收完成年度目标的53.3%", "https://goals.example.cn/flags/a/"),
    Line("督办 · 突破控制:[事故]*7起*", "https://goals.example.cn/flags/b/")],
    "https://goals.example.cn/flags/")


def request(kind: str, secret: str = SECRET, notice: Notice = NOTICE) -> tuple[robots.Request, Any]:
    receiver = Receiver(kind=kind, address="https://robot.example.cn/send?key=abc", secret=secret)
    made = robots.KINDS[kind][0](receiver, notice, NOW)
    assert made.headers["Content-Type"].startswith("application/json")
    return made, json.loads(made.body)


def test_wecom_takes_markdown() -> None:
    made, said = request("wecom")
    assert made.url == "https://robot.example.cn/send?key=abc"
    assert said["msgtype"] == "markdown"
    lines = said["markdown"]["content"].splitlines()
    assert lines[0] == "**经发办:2条预警**"
    assert lines[1] == "1. 提醒 · 欠进度:税收完成年度目标的53.3% [查看](https://goals.example.cn/flags/a/)"
    assert "[事故]" not in lines[2], "what stands in a flag is no mark"


def test_dingtalk_is_signed_in_the_address() -> None:
    made, said = request("dingtalk")
    asked = parse_qs(urlsplit(made.url).query)
    stamp = "1752109323456"
    wanted = base64.b64encode(hmac.new(SECRET.encode(), f"{stamp}\n{SECRET}".encode(), hashlib.sha256).digest()).decode()
    assert (asked["key"], asked["timestamp"], asked["sign"]) == (["abc"], [stamp], [wanted])
    assert (said["msgtype"], said["markdown"]["title"]) == ("markdown", "经发办:2条预警")
    assert "sign" not in request("dingtalk", secret="")[0].url


def test_feishu_is_signed_in_the_body() -> None:
    _, said = request("feishu")
    wanted = base64.b64encode(hmac.new(f"1752109323\n{SECRET}".encode(), b"", hashlib.sha256).digest()).decode()
    assert (said["timestamp"], said["sign"], said["msg_type"]) == ("1752109323", wanted, "text")
    assert "https://goals.example.cn/flags/b/" in said["content"]["text"]
    assert "sign" not in request("feishu", secret="")[1]


def test_a_plain_webhook_is_signed_in_a_header_over_the_very_bytes() -> None:
    made, said = request("webhook")
    wanted = hmac.new(SECRET.encode(), b"1752109323." + made.body, hashlib.sha256).hexdigest()
    assert (made.headers["X-Timestamp"], made.headers["X-Signature"]) == ("1752109323", f"sha256={wanted}")
    assert made.headers["X-Delivery"] == said["id"] == "no-1"
    assert said["flags"][0] == {"text": NOTICE.lines[0].text, "link": NOTICE.lines[0].link}
    assert "X-Signature" not in request("webhook", secret="")[0].headers


@pytest.mark.parametrize("kind", ["wecom", "dingtalk", "feishu"])
def test_a_long_message_keeps_within_what_the_robot_takes_and_says_what_is_left_out(kind: str) -> None:
    long = Notice("no-1", "经发办:500条预警", [NOTICE.lines[0]] * 500, NOTICE.link)
    _, said = request(kind, notice=long)
    text = said["content"]["text"] if kind == "feishu" else said["markdown"]["text" if kind == "dingtalk" else "content"]
    assert len(text.encode()) <= robots.MOST_BYTES[kind]
    shown = text.count("53.3%")
    assert 5 < shown < 500
    assert f"另有{500 - shown}条" in text


@pytest.mark.parametrize(("kind", "body", "said"), [
    ("wecom", b'{"errcode":0,"errmsg":"ok"}', ""),
    ("wecom", b'{"errcode":93000,"errmsg":"invalid webhook url"}', "93000 invalid webhook url"),
    ("dingtalk", b'{"errcode":310000,"errmsg":"sign not match"}', "310000 sign not match"), ("dingtalk", b"<html>", "答复看不懂"),
    ("feishu", b'{"code":0,"msg":"success"}', ""), ("feishu", b'{"StatusCode":0,"StatusMessage":"success"}', ""),
    ("feishu", b'{"code":19021,"msg":"sign match fail"}', "19021 sign match fail"), ("feishu", b"[]", "答复看不懂"),
    ("webhook", b"", ""), ("webhook", b"anything", ""),
])
def test_a_refusal_in_the_answer_is_one(kind: str, body: bytes, said: str) -> None:
    assert robots.KINDS[kind][1](Answer(200, body)) == said


def test_a_refusal_is_an_error_with_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(robots, "post", lambda *_: Answer(200, b'{"errcode":45009,"errmsg":"api freq out of limit"}'))
    with pytest.raises(OutgoingError, match="45009 api freq out of limit"):
        robots.send(Receiver(kind="wecom", address="https://x"), NOTICE, now=NOW)
