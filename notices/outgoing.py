"""The one door through which the product sends to addresses that people typed in.

Only hosts that the operator allows (OUTGOING_HOSTS), no private network unless allowed (OUTGOING_NETWORKS), and the address that was looked
at is the one that is connected to: a name that answers otherwise a moment later gains nothing. No redirect is followed.
"""

import contextlib
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

LONGEST = 10.0
"""Seconds from the first byte to the last, whatever the other side does."""
MOST = 64 * 1024
"""Bytes of an answer that are read: it says yes or no."""
PORTS = {"https": 443, "http": 80}
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class OutgoingError(Exception):
    """What could not be sent, in a Chinese sentence for the page."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes


def addresses_in(said: str) -> list[str]:
    """The e-mail addresses of a line, however they are set apart."""
    for mark in ("\uff0c", "\uff1b", ";", "、"):
        said = said.replace(mark, ",")
    return [each.strip() for each in said.split(",") if each.strip()]


def checked(url: str) -> SplitResult:
    """The parts of an address that may be asked at all. Raises OutgoingError. Its network is looked at when something is sent."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise OutgoingError("地址不是有效的网址。") from error
    if parts.scheme not in PORTS or not parts.hostname or parts.username or parts.password or port == 0:
        raise OutgoingError("地址应以 https:// 开头,不带用户名和密码。")
    if not any(_covers(allowed, parts.hostname) for allowed in settings.OUTGOING_HOSTS):
        raise OutgoingError(f"主机 {parts.hostname} 不在允许外发的名单里,请联系系统管理员(OUTGOING_HOSTS)。")
    return parts


def _covers(allowed: str, host: str) -> bool:
    """“.example.cn” stands for all hosts below it."""
    allowed, host = allowed.lower(), host.lower().rstrip(".")
    return host.endswith(allowed) if allowed.startswith(".") else host == allowed


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Sends `body` and returns the answer. Raises OutgoingError where it may not, where nobody answers in time, or where the answer is
    no success.
    """
    parts = checked(url)
    port = parts.port or PORTS[parts.scheme]
    address, private = _resolved(parts.hostname or "", port)
    if parts.scheme == "http" and not private:
        raise OutgoingError("公网地址只能用 https。")
    try:
        answer = _asked(parts, address, port, body, headers)
    except TimeoutError as error:
        raise OutgoingError(f"接收方{LONGEST:.0f}秒内没有答复。") from error
    except ssl.SSLError as error:
        raise OutgoingError(f"接收方的证书或加密连接不可信:{error.reason or error}。") from error
    except (OSError, HTTPException) as error:
        raise OutgoingError(f"连接接收方失败:{_why(error)}。") from error
    if 300 <= answer.status < 400:
        raise OutgoingError(f"接收方要求跳转(HTTP {answer.status}),未跟随。")
    if not 200 <= answer.status < 300:
        raise OutgoingError(f"接收方答复 HTTP {answer.status}。")
    return answer


def _why(error: Exception) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "对方拒绝连接"
    if isinstance(error, ConnectionError | HTTPException):
        return "对方中断了连接或答复不完整"
    return str(error) or type(error).__name__


def _resolved(host: str, port: int) -> tuple[str, bool]:
    """An address of the host to connect to, and whether it lies in a private network that is allowed. One forbidden address forbids all:
    which of them would be taken is not ours to say.
    """
    try:
        found = {each[4][0] for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError) as error:
        raise OutgoingError(f"找不到主机 {host}。") from error
    addresses = sorted((ipaddress.ip_address(str(each).partition("%")[0]) for each in found), key=lambda each: (each.version, each))
    forbidden = [each for each in addresses if not (_is_public(each) or _is_allowed(each))]
    if forbidden or not addresses:
        raise OutgoingError(f"主机 {host} 在内部网络({', '.join(map(str, forbidden))}),不允许外发(OUTGOING_NETWORKS)。")
    return str(addresses[0]), all(_is_allowed(each) for each in addresses)


def _plain(address: Address) -> Address:
    """The IPv4 address that an IPv6 one wraps."""
    if isinstance(address, ipaddress.IPv6Address):
        return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None) or address
    return address


def _is_public(address: Address) -> bool:
    plain = _plain(address)
    return plain.is_global and not plain.is_multicast and not plain.is_reserved and address.is_global


def _is_allowed(address: Address) -> bool:
    networks: Iterable[ipaddress.IPv4Network | ipaddress.IPv6Network] = settings.OUTGOING_NETWORKS
    return any(_plain(address) in network for network in networks)


def _asked(parts: SplitResult, address: str, port: int, body: bytes, headers: Mapping[str, str]) -> Answer:
    host = parts.hostname or ""
    with socket.create_connection((address, port), timeout=LONGEST) as plain, _cut_off(plain) as late:
        try:
            secure = parts.scheme == "https"
            connection = HTTPSConnection(host, port) if secure else HTTPConnection(host, port)
            # Already connected: it asks no name again.
            connection.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=host) if secure else plain
            path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
            connection.request("POST", path, body, {"User-Agent": "goal-tracker", "Connection": "close", **headers})
            response = connection.getresponse()
            return Answer(response.status, response.read(MOST))
        except (OSError, HTTPException) as error:
            if late.is_set():
                raise TimeoutError from error
            raise


@contextlib.contextmanager
def _cut_off(connected: socket.socket) -> Iterator[threading.Event]:
    """Cuts the connection when the time is up: a timeout alone begins anew with each byte that drips in."""
    late = threading.Event()

    def cut() -> None:
        late.set()
        with contextlib.suppress(OSError):
            connected.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(LONGEST, cut)
    timer.daemon = True
    timer.start()
    try:
        yield late
    finally:
        timer.cancel()
