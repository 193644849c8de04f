"""What goes out goes only where it may, and no receiver can hold it up: one that hangs, drips, fails, redirects, or lies where it is."""

import contextlib
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from ipaddress import ip_network
from typing import Any

import pytest
from pytest_django import Settings

from notices import outgoing
from notices.outgoing import OutgoingError, checked, post

Serve = Callable[[socket.socket], None]


@contextlib.contextmanager
def receiver(serve: Serve) -> Iterator[tuple[int, list[bytes]]]:
    """A server on a free port of this machine; gives the port and what it was sent."""
    got: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.1)
        stop = threading.Event()

        def work() -> None:
            while not stop.is_set():
                with contextlib.suppress(TimeoutError):
                    connected, _ = listening.accept()
                    with connected, contextlib.suppress(OSError):
                        connected.settimeout(2)
                        got.append(_whole(connected))
                        serve(connected)

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        yield listening.getsockname()[1], got
        stop.set()
        thread.join(timeout=5)


def _whole(connected: socket.socket) -> bytes:
    """A request with its body, which may come a little after its head."""
    said = b""
    while more := connected.recv(65536):
        said += more
        head, end, body = said.partition(b"\r\n\r\n")
        if end and len(body) >= int((re.search(rb"(?i)content-length: (\d+)", head) or [b"", b"0"])[1]):
            break
    return said


def says(text: str) -> Serve:
    return lambda connected: connected.sendall(text.encode())


OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@pytest.fixture(autouse=True)
def this_machine_is_allowed(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.OUTGOING_HOSTS = ["127.0.0.1", "localhost", "robot.example.cn", ".corp.example.cn"]
    settings.OUTGOING_NETWORKS = [ip_network("127.0.0.0/8"), ip_network("::1/128")]
    monkeypatch.setattr(outgoing, "LONGEST", 0.7)


def ask(port: int, host: str = "127.0.0.1") -> outgoing.Answer:
    return post(f"http://{host}:{port}/hook?key=1", b'{"a":1}', {"Content-Type": "application/json"})


def test_it_arrives() -> None:
    with receiver(says(OK)) as (port, got):
        assert ask(port) == outgoing.Answer(200, b"ok")
    head, _, body = got[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /hook?key=1 HTTP/1.1\r\n")
    assert f"host: 127.0.0.1:{port}".encode() in head.lower()
    assert body == b'{"a":1}'


@pytest.mark.parametrize(("serve", "said"), [
    (lambda _: time.sleep(3), "没有答复"), (says("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n"), "HTTP 500"),
    (says("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"), "HTTP 404"),
    (says("nonsense\r\n\r\n"), "连接接收方失败"), (lambda _: None, "连接接收方失败"),
])
def test_a_bad_receiver_costs_no_more_than_the_time_it_is_given(serve: Serve, said: str) -> None:
    with receiver(serve) as (port, _):
        begun = time.monotonic()
        with pytest.raises(OutgoingError, match=said):
            ask(port)
        assert time.monotonic() - begun < 2


def test_one_that_drips_byte_after_byte_is_cut_off() -> None:
    def drip(connected: socket.socket) -> None:
        for byte in OK * 10:
            connected.sendall(byte.encode())
            time.sleep(0.2)

    with receiver(drip) as (port, _):
        begun = time.monotonic()
        with pytest.raises(OutgoingError, match="没有答复"):
            ask(port)
        assert time.monotonic() - begun < 2


def test_an_endless_answer_is_not_read_to_its_end() -> None:
    def pour(connected: socket.socket) -> None:
        connected.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(1000):
            connected.sendall(b"x" * 10_000)

    with receiver(pour) as (port, _):
        assert len(ask(port).body) == outgoing.MOST


def test_nobody_there() -> None:
    with receiver(says(OK)) as (port, _):
        pass
    with pytest.raises(OutgoingError, match="连接接收方失败"):
        ask(port)


def test_a_redirect_to_a_private_address_is_not_followed(settings: Settings) -> None:
    with receiver(says(OK)) as (inside, never), receiver(
            says(f"HTTP/1.1 307 Go\r\nLocation: http://127.0.0.1:{inside}/secret\r\nContent-Length: 0\r\n\r\n")) as (port, _):
        with pytest.raises(OutgoingError, match="跳转"):
            ask(port)
        time.sleep(0.2)
        assert never == []


def resolving(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[Any]:
    asked: list[Any] = []

    def getaddrinfo(host: str, port: int, **_: Any) -> list[Any]:
        asked.append((host, port))
        return [(socket.AF_INET6 if ":" in each else socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in addresses]

    monkeypatch.setattr("notices.outgoing.socket.getaddrinfo", getaddrinfo)
    return asked


@pytest.mark.parametrize("address", [
    "10.0.0.8", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "240.0.0.1", "fd00::1", "fe80::1",
    "::", "::ffff:10.0.0.8", "2002:0a00:0001::1", "::ffff:169.254.169.254",
])
def test_a_name_that_leads_to_a_private_network_is_refused(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    resolving(monkeypatch, address)
    monkeypatch.setattr("notices.outgoing.socket.create_connection", lambda *_, **__: pytest.fail("connected"))
    with pytest.raises(OutgoingError, match="内部网络"):
        post("https://robot.example.cn/send", b"", {})


def test_one_private_address_among_public_ones_refuses_all(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, "203.119.1.1", "10.1.1.1")
    with pytest.raises(OutgoingError, match=r"10\.1\.1\.1"):
        post("https://robot.example.cn/send", b"", {})


def test_the_address_that_was_looked_at_is_the_one_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name server that answers otherwise the second time is asked only once."""
    asked = resolving(monkeypatch, "203.119.1.1")
    connected: list[Any] = []

    def connect(address: Any, **_: Any) -> Any:
        connected.append(address)
        raise ConnectionRefusedError("refused")

    monkeypatch.setattr("notices.outgoing.socket.create_connection", connect)
    with pytest.raises(OutgoingError, match="连接接收方失败"):
        post("https://robot.example.cn/send", b"", {})
    assert (asked, connected) == ([("robot.example.cn", 443)], [("203.119.1.1", 443)])


def test_who_speaks_no_tls_is_not_believed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        def answer() -> None:
            connected, _ = listening.accept()
            with connected:
                connected.sendall(OK.encode())

        threading.Thread(target=answer, daemon=True).start()
        with pytest.raises(OutgoingError, match="不可信"):
            post(f"https://localhost:{listening.getsockname()[1]}/", b"", {})


def test_public_addresses_need_https(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, "203.119.1.1")
    with pytest.raises(OutgoingError, match="https"):
        post("http://robot.example.cn/send", b"", {})


@pytest.mark.parametrize(("url", "said"), [
    ("https://elsewhere.example.cn/x", "不在允许外发的名单"),
    ("https://robot.example.cn.evil.cn/", "不在允许外发的名单"), ("ftp://robot.example.cn/", "https"),
    ("https://user:pw@robot.example.cn/", "https"), ("file:///etc/passwd", "https"), ("https://", "https"), ("not an address", "https"),
    ("https://robot.example.cn:99999/", "有效"), ("https://robot.example.cn:0/", "https"),
    ("https://corp.example.cn/", "不在允许外发的名单"),
    ("https://[::1", "有效"),
])
def test_what_may_not_be_asked_at_all(url: str, said: str) -> None:
    with pytest.raises(OutgoingError, match=said):
        checked(url)


@pytest.mark.parametrize("url", ["https://robot.example.cn/x", "https://ROBOT.example.cn./x", "https://a.b.corp.example.cn:8443/x"])
def test_what_may(url: str) -> None:
    assert checked(url).hostname
