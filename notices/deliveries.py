"""Messages on their way to receivers: sent when it is not the time of rest, tried again each time later, in the end left to a person.

Nothing here touches a check: a receiver that hangs costs ten seconds of a task of its own, and is asked one thing at a time.
"""

import datetime
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as Late

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from documents.pipeline import send as send_task
from notices.models import Delivery, Message, Receiver
from notices.outgoing import LONGEST, OutgoingError
from notices.robots import Line, Notice, send
from offices.models import OfficeSettings
from reports.models import Flag

BACK_OFF = datetime.timedelta(minutes=1)
MOST = 40
"""Receivers of one sweep."""
AT_ONCE = 8
PATIENCE = datetime.timedelta(seconds=60)


# — when —

def quiet_until(rules: OfficeSettings, now: datetime.datetime) -> datetime.datetime | None:
    """The end of the time of rest (免打扰) that it is now, or None. It may run over midnight."""
    start, end = rules.quiet_from, rules.quiet_until
    if start is None or end is None or start == end:
        return None
    local = timezone.localtime(now)
    inside = start <= local.time() < end if start < end else local.time() >= start or local.time() < end
    if not inside:
        return None
    day = local.date() + datetime.timedelta(days=local.time() >= end)
    return datetime.datetime.combine(day, end, timezone.get_current_timezone())


def put_out(message: Message, *, now: datetime.datetime) -> int:
    """Puts a message on its way to the receivers of its office or department, in the transaction that makes it. How many."""
    receivers = list(Receiver.objects.of(message))
    if not receivers:
        return 0
    rest = quiet_until(OfficeSettings.of(message.office), now)
    rows = [Delivery(message=message, receiver=receiver, not_before=rest) for receiver in receivers]
    return len(Delivery.objects.bulk_create(rows, ignore_conflicts=True))


def send_due(now: datetime.datetime) -> int:
    """Sends tasks for what is due, of each receiver the oldest alone: one that hangs is not asked twice at a time. How many."""
    Delivery.objects.due(now).filter(attempts__gte=Delivery.ATTEMPTS).update(state=Delivery.State.FAILED, error="多次发送都中断了")
    first: dict[int, int] = {}
    for pk, receiver in Delivery.objects.due(now).order_by("pk").values_list("pk", "receiver")[:1000]:
        if len(first) < MOST:
            first.setdefault(receiver, pk)
    chosen = list(first.values())
    for place in range(0, len(chosen), AT_ONCE):
        send_task("notices.deliver", chosen[place:place + AT_ONCE], expires=settings.SWEEP_SECONDS)
    return len(chosen)


# — sending —

def deliver(pks: Sequence[int]) -> int:
    """Sends these deliveries at the same time, each to its receiver. Returns how many arrived."""
    claimed = Delivery.objects.all().claim(pks, now=timezone.now())
    ready = [(each, notice) for each in claimed if (notice := _notice(each)) is not None]
    # Threads talk to receivers alone; rows are read before and written after, here.
    pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="outgoing")
    now = timezone.now()
    tries = [(each, pool.submit(send, each.receiver, notice, now=now)) for each, notice in ready]
    # A name server may be slower than any limit of ours: its thread is left behind.
    arrived = sum(_noted(each, attempt) for each, attempt in tries)
    pool.shutdown(wait=False, cancel_futures=True)
    return arrived


def _notice(delivery: Delivery) -> Notice | None:
    """What is still to be told, or None where everything was answered or closed meanwhile."""
    wanted = (Flag.State.OPEN, Flag.State.SEEN)
    flags = list(delivery.message.flags.filter(state__in=wanted).select_related("target", "office").urgent_first())
    if not flags or not delivery.receiver.active:
        _write(delivery, state=Delivery.State.NEEDLESS, error="")
        return None
    return notice_of(str(delivery.public_id), delivery.message.title, flags)


def notice_of(number: str, title: str, flags: Sequence[Flag]) -> Notice:
    lines = [Line(f"{flag.get_step_display()} · {flag.get_rule_display()}:{flag.text}", absolute(flag.get_absolute_url()))
             for flag in flags]
    return Notice(number=number, title=title, lines=lines, link=absolute(reverse("reports:flags")))


def absolute(path: str) -> str:
    return f"{settings.SITE_URL.rstrip('/')}{path}"


def _noted(delivery: Delivery, attempt: "Future[None]") -> bool:
    try:
        attempt.result(timeout=2 * LONGEST)
    except (OutgoingError, Late) as error:
        _put_off(delivery, str(error) or "查询接收方地址超时。")
        return False
    except Exception as error:  # noqa: BLE001 (whatever it is, it must not keep the others from being noted)
        _put_off(delivery, f"{type(error).__name__}: {error}")
        return False
    _write(delivery, state=Delivery.State.SENT, sent_at=timezone.now(), error="")
    return True


def _put_off(delivery: Delivery, error: str) -> None:
    """Later again, and everything else for this receiver not before that: it is asked one thing at a time."""
    now = timezone.now()
    if delivery.attempts >= Delivery.ATTEMPTS:
        _write(delivery, state=Delivery.State.FAILED, error=error[:300])
        return
    later = now + BACK_OFF * 4 ** (delivery.attempts - 1)
    _write(delivery, state=Delivery.State.WAITING, not_before=later, error=error[:300])
    others = Delivery.objects.due(later).filter(receiver=delivery.receiver_id, state=Delivery.State.WAITING)
    others.exclude(pk=delivery.pk).update(not_before=later)


def _write(delivery: Delivery, **columns: object) -> None:
    ours = Delivery.objects.filter(pk=delivery.pk, owner=delivery.owner)
    ours.update(lease_until=None, updated_at=timezone.now(), **columns)


def again(delivery: Delivery) -> bool:
    """再发: one that was given up starts afresh."""
    return bool(Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.FAILED).update(
        state=Delivery.State.WAITING, attempts=0, not_before=None, error=""))


def try_out(receiver: Receiver) -> None:
    """测试: one line to the receiver, at once. Raises OutgoingError."""
    now = timezone.now()
    line = Line("这是一条测试消息,收到即说明渠道可用。", absolute("/"))
    send(receiver, Notice(number=f"test-{receiver.public_id}-{int(now.timestamp())}", title="目标跟踪:测试消息", lines=[line],
                          link=absolute("/")), now=now)
