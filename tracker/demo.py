"""The demo: an invented district with two streets, one person for each role, and the sample documents of `seeds/`.

Everything goes through the doors that a user takes; nothing is put into the tables ready-made.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile

from documents import intake, pipeline
from documents.models import UNDER_WAY, Document, Origin
from offices import audit
from offices.models import Department, Membership, Office, Role, User

DISTRICT, STREET, NEIGHBOUR = "砚湖区", "青蘅街道", "柳汀街道"
PASSWORD = "Qingheng-2026"  # noqa: S105 (for everybody to read: it opens the demo's own database and no other)


@dataclass(frozen=True, slots=True)
class Login:
    """A demo person: what they may see follows from office and role."""

    username: str
    name: str
    office: str
    role: Role
    department: str = ""


LOGINS = (
    Login("ducha", "方知远", STREET, Role.SUPERVISOR),
    Login("lingdao", "沈若川", STREET, Role.LEADER),
    Login("jingfa", "陆一帆", STREET, Role.UNIT, "经济发展办公室"),
    Login("guanli", "何清", STREET, Role.ADMIN),
    Login("shenji", "叶澄", STREET, Role.AUDITOR),
    Login("quducha", "顾北辰", DISTRICT, Role.SUPERVISOR),
    Login("liuting", "孟汀", NEIGHBOUR, Role.SUPERVISOR),
)


def make_people() -> Office:
    """The office tree and its people, those that are not there yet; the street that owns the sample documents.

    Raises ImproperlyConfigured outside the demo's own database: everybody knows these passwords.
    """
    if not settings.DEMO:
        raise ImproperlyConfigured("演示账号只能建在演示自己的数据库里。")
    district, _ = Office.objects.get_or_create(name=DISTRICT, parent=None)
    offices = {DISTRICT: district}
    for name in (STREET, NEIGHBOUR):
        offices[name], _ = Office.objects.get_or_create(name=name, parent=district)
    for login in LOGINS:
        _make_person(login, offices[login.office])
    return offices[STREET]


def _make_person(login: Login, office: Office) -> None:
    user = User.objects.filter(username=login.username).first()
    if user is None:
        user = User.objects.create_user(login.username, password=PASSWORD, name=login.name)
    department = Department.objects.get_or_create(office=office, name=login.department)[0] if login.department else None
    Membership.objects.get_or_create(user=user, office=office, role=login.role, defaults={"department": department})


def store_samples(office: Office, folder: Path) -> Iterator[Document]:
    """Plans first, then reports, each by name; what is known already is found again by its content."""
    user = User.objects.get(username=LOGINS[0].username)
    for path in [*sorted(folder.glob("plans/*")), *sorted(folder.glob("reports/*"))]:
        document, created = intake.store(office, ContentFile(path.read_bytes()), path.name, user, origin=Origin.ANNUAL)
        if created:
            audit.record("document.upload", office=office, user=user, subject=document, after={"name": document.name})
        yield document


def process(document: Document) -> Document:
    """Take a document through the whole pipeline at once; one that was left halfway goes on where it stood."""
    # Nobody else works on the demo's database now: a lease in it is that of a run that was stopped.
    Document.objects.filter(pk=document.pk, state__in=UNDER_WAY).update(lease_until=None, attempts=0)
    document.refresh_from_db()
    pipeline.send_next(document)
    document.refresh_from_db()
    return document
