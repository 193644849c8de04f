"""From an uploaded file to a Document, and from a Document to its reading. The only door: pages, demo and commands use it."""

import datetime
import hashlib
import unicodedata
from collections.abc import Callable
from pathlib import PurePosixPath

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.db import IntegrityError, transaction
from django.utils import timezone

import engine
from documents.models import LEASE, Document, Kind, Origin
from engine import files
from engine.errors import ReadError
from engine.text import Text
from engine.values import Month, Reading
from offices.models import Office, User

PROGRESS_EVERY = datetime.timedelta(seconds=1)


class Refused(Exception):
    """The file is not taken in; `str(refused)` is a Chinese sentence that says what to do next. Nothing was stored."""


def store(office: Office, upload: "File[bytes]", name: str, user: User | None, *, origin: str = Origin.ANNUAL,
          noted: Callable[[Document], object] = bool) -> tuple[Document, bool]:
    """Keep the file of `office` and make its Document; False beside it where the office had the very same file before.

    `noted` puts a new document on record: it is called in the transaction that makes the row, so that there is never one without the other.

    Raises `Refused` for a file that is empty, too large, of a type that can't be read, locked or broken.
    The caller sends it on its way with `pipeline.send_next`.
    """
    data = _content(upload)
    sha256 = hashlib.sha256(data).hexdigest()
    known = _known(office, sha256)
    if known is not None:
        return known, False
    clean = clean_name(name)
    _check_readable(data, clean)
    return _keep(Document(office=office, name=clean, sha256=sha256, size=len(data), uploaded_by=user, origin=origin), data, noted)


def _known(office: Office, sha256: str) -> Document | None:
    return Document.objects.filter(office=office, sha256=sha256).first()


def _content(upload: "File[bytes]") -> bytes:
    limit = settings.UPLOAD_LIMIT
    if not upload.size:
        raise Refused("文件是空的,请检查后重新选择。")
    if upload.size > limit:
        raise Refused(f"文件超过{limit // 1024 // 1024}MB,请删去其中的图片或拆成几个文件后再上传。")
    return b"".join(upload.chunks())


def _check_readable(data: bytes, name: str) -> None:
    try:
        files.check(data, name=name)
    except ReadError as error:
        raise Refused(str(error)) from error


def _keep(document: Document, data: bytes, noted: Callable[[Document], object]) -> tuple[Document, bool]:
    document.file.save("", ContentFile(data), save=False)
    try:
        with transaction.atomic():
            document.save()
            noted(document)
    except IntegrityError:
        # Somebody stored the same file between our look and our insert: theirs stays, ours leaves no file behind.
        document.file.delete(save=False)
        return Document.objects.get(office=document.office, sha256=document.sha256), False
    return document, True


def clean_name(name: str) -> str:
    """A file name fit to be shown: no folders, control characters or marks that turn the direction of writing."""
    last = PurePosixPath(name.replace("\\", "/")).name
    shown = "".join(each for each in last if unicodedata.category(each) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")).strip()
    if len(shown) > 200:
        suffix = PurePosixPath(shown).suffix[:10]
        shown = shown[:200 - len(suffix)] + suffix
    return shown or "未命名文件"


def month_start(month: Month | None) -> datetime.date | None:
    return datetime.date(*month, 1) if month else None


def read_in(document: Document) -> None:
    """Read the stored file once and put what was found into the row. Raises `ReadError`; what a person corrected stays."""
    text = files.load(document.file.path, name=document.name, progress=lambda done, pages: _note_progress(document, done, pages))
    reading = read_again(document, text)
    pages = max((each.page for each in text.places), default=0)
    changes = {**found_in(reading), **unless_corrected(document, reading), "places": _places(text), "pages": pages}
    for name, value in changes.items():
        setattr(document, name, value)
    document.save(update_fields=[*changes, "updated_at"])


def read_again(document: Document, text: Text) -> Reading:
    """What the engine of today reads from the text of a document; nothing is stored."""
    year = document.year if "year" in document.corrected else engine.year_in_name(document.name)
    return engine.read_text(text, doc=str(document.public_id), year=year)


def _note_progress(document: Document, done: int, pages: int) -> None:
    """Tells the page how far a long file is, and holds the lease: only ever while it is still ours."""
    now = timezone.now()
    if done < pages and document.progress_noted and now - document.progress_noted < PROGRESS_EVERY:
        return
    document.progress_noted = now
    ours = Document.objects.filter(pk=document.pk, state=document.state, lease_until=document.lease_until)
    if ours.update(pages=pages, pages_done=done, lease_until=now + LEASE):
        document.lease_until, document.pages, document.pages_done = now + LEASE, pages, done


def _places(text: Text) -> list[list[object]]:
    """Where the parts of the text stood, for the page that shows the source: only pages and cells, paragraphs tell nothing new."""
    return [[each.span.start, each.span.end, each.page, each.table, each.row, each.column, each.box] for each in text.places
            if each.page or each.kind == "cell"]


def found_in(reading: Reading) -> dict[str, object]:
    """The columns of a document that a reading fills."""
    return {
        "text": reading.text, "reading": reading.row(), "issuer": reading.office[:100], "target_count": len(reading.targets),
        "result_count": len(reading.results), "unplaced_count": len(reading.unplaced),
    }


def unless_corrected(document: Document, reading: Reading) -> dict[str, object]:
    """What a reading says of the document as a whole, but for what a person has set."""
    said = {"title": reading.title[:255], "year": reading.year, "kind": Kind(reading.kind), "cutoff": month_start(reading.cutoff)}
    return {name: value for name, value in said.items() if name not in document.corrected}
