"""What is taken in, what is refused, and that nothing is half stored."""

import io
import zipfile
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from documents.intake import Refused, clean_name, store
from documents.models import Document, Origin, State
from offices.models import Office
from tests.factories import make_office, make_user

pytestmark = pytest.mark.django_db
TEXT = "青蘅街道2025年工作计划\n全年新增规上工业企业5家以上。\n".encode()


@pytest.fixture(autouse=True)
def empty_folder(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def office() -> Office:
    return make_office("青蘅街道")


def files_kept() -> list[Path]:
    root = Path(default_storage.path(""))
    return [path for path in root.rglob("*") if path.is_file()]


def test_a_plan_is_kept_under_a_name_nobody_can_guess(office: Office) -> None:
    user = make_user(office=office)
    document, created = store(office, ContentFile(TEXT), "2025年工作计划.txt", user, origin=Origin.SUPERIOR)
    assert created
    assert (document.name, document.state) == ("2025年工作计划.txt", State.STORED)
    assert (document.origin, document.uploaded_by) == (Origin.SUPERIOR, user)
    assert "计划" not in document.file.path
    assert document.file.read() == TEXT


def test_the_same_file_is_known_again_in_its_office_only(office: Office) -> None:
    first, _ = store(office, ContentFile(TEXT), "计划.txt", None)
    second, created = store(office, ContentFile(TEXT), "另一个名字.txt", None)
    assert (second.pk, created, len(files_kept())) == (first.pk, False, 1)
    _, elsewhere = store(make_office(), ContentFile(TEXT), "计划.txt", None)
    assert elsewhere


def _zip(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


@pytest.mark.parametrize(("name", "data", "said"), [
    ("空.txt", b"", "空"),
    ("程序.bin", b"\x7fELF" + bytes(200), "认不出"),
    ("打包.zip", _zip("a.txt", "b.txt"), "压缩包"),
    ("坏的.docx", _zip("word/document.xml")[:-30], "损坏"),
    ("加密.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "密码"),
    ("空白.txt", " \n\u3000\n".encode(), "没有文字"),
])
def test_what_can_not_be_read_is_refused_with_a_sentence(office: Office, name: str, data: bytes, said: str) -> None:
    with pytest.raises(Refused, match=said):
        store(office, SimpleUploadedFile(name, data), name, None)
    assert not Document.objects.exists()
    assert files_kept() == []


def test_a_file_above_the_limit_is_refused(office: Office, settings: Settings) -> None:
    settings.UPLOAD_LIMIT = 10
    with pytest.raises(Refused, match="超过"):
        store(office, ContentFile(TEXT), "计划.txt", None)
    assert files_kept() == []


def test_two_at_the_same_moment_make_one(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other upload commits between our look and our insert: its row wins, and our file does not stay behind."""
    first, _ = store(office, ContentFile(TEXT), "计划.txt", None)
    monkeypatch.setattr("documents.intake._known", lambda *_: None)
    second, created = store(office, ContentFile(TEXT), "计划.txt", None)
    assert (second.pk, created, len(files_kept())) == (first.pk, False, 1)


@pytest.mark.parametrize(("given", "shown"), [
    ("C:\\Users\\王\\计划.docx", "计划.docx"), ("../../etc/passwd", "passwd"),
    ("计划\u202etxt.docx", "计划txt.docx"), ("a\r\nb\x00.txt", "ab.txt"),
    ("", "未命名文件"), ("  ", "未命名文件"), ("长" * 300 + ".docx", "长" * 195 + ".docx"), ("计划(定稿)①.docx", "计划(定稿)①.docx"),
])
def test_a_name_is_fit_to_be_shown(given: str, shown: str) -> None:
    assert clean_name(given) == shown
