"""Offices with people and documents that came in through the product's own doors; for installations under test, called by `script`."""

from django.core.files.base import ContentFile

from documents import intake, pipeline
from documents.models import Document
from offices import audit
from offices.models import Membership, Office, Role, User

PASSWORD = "quiet-harbour-42"
THINGS = ("规上工业企业", "高新技术企业", "口袋公园", "养老服务站", "充电桩", "停车泊位", "绿道", "便民服务点", "文化广场", "托育园")


def plan_of(name: str, lines: int) -> str:
    """A plan of so many targets, each of an indicator of its own."""
    body = "".join(f"{n}.第{n}片区全年新增{THINGS[n % len(THINGS)]}{n + 5}个以上。\n" for n in range(1, lines + 1))
    return f"{name}2025年工作计划\n{body}"


def report_of(name: str, lines: int) -> str:
    body = "".join(f"{n}.第{n}片区新增{THINGS[n % len(THINGS)]}{n + 2}个。\n" for n in range(1, lines + 1))
    return f"{name}2025年上半年工作总结\n1-6月,工作情况如下。\n{body}"


def make_office(name: str, *, parent: Office | None = None, lines: int = 6, people: int = 1) -> Office:
    """An office, its supervisors (NAME0, NAME1, …) and one person in each other role, a plan and a half-year report."""
    office = Office.objects.create(name=name, parent=parent)
    roles = [*([Role.SUPERVISOR] * people), Role.LEADER, Role.ADMIN, Role.AUDITOR]
    usernames = [f"{name}{number}" for number in range(people)] + [f"{name}-{role}" for role in ("leader", "admin", "auditor")]
    hashed = User(username="")
    hashed.set_password(PASSWORD)
    for username, role in zip(usernames, roles, strict=True):
        user = User.objects.create(username=username, name=username, password=hashed.password)
        Membership.objects.create(user=user, office=office, role=role)
    for file, text in (("计划.txt", plan_of(name, lines)), ("总结.txt", report_of(name, lines))):
        hand_in(office, file, text)
    return office


def hand_in(office: Office, name: str, text: str) -> Document:
    """A document, read and matched at once where tasks run at once."""
    document, _ = intake.store(office, ContentFile(text.encode()), name, None)
    audit.record("document.upload", office=office, subject=document, after={"name": name})
    pipeline.send_next(document)
    return document
