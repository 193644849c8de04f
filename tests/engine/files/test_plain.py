"""Plain text: encodings, offsets, and what is no text."""

import codecs
import os
import random
from pathlib import Path

import pytest

from engine import files
from engine.errors import BrokenFile, NoText, ReadError, UnsupportedFile

SAID = "青蘅街道2031年工作要点\r\n一、新增规上工业企业6家以上。\n\n二、①“小巨人”企业增长８％。\r"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
def test_known_encodings(encoding: str) -> None:
    assert files.load_bytes(SAID.encode(encoding)).string == SAID


@pytest.mark.parametrize(("mark", "encoding"), [(codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
                                                (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be")])
def test_wide_encodings_by_their_mark(mark: bytes, encoding: str) -> None:
    assert files.load_bytes(mark + SAID.encode(encoding)).string == SAID


def test_line_ends_stay_and_the_mark_is_not_counted(tmp_path: Path) -> None:
    path = tmp_path / "要点.txt"
    path.write_bytes(SAID.encode("utf-8-sig"))
    text = files.load(path)
    assert text.string == SAID
    assert text.string[text.string.index("6家"):][:2] == "6家"
    assert text.format == "txt"


def test_short_gb18030_line() -> None:
    assert files.load_bytes("全年招商3个。".encode("gb18030")).string == "全年招商3个。"


@pytest.mark.parametrize("data", [
    SAID.encode("utf-16-le"), SAID.encode("utf-16-be"), "建設三個項目,總投資五億元。".encode("big5"), SAID.encode("utf-8")[:-2],
    "計画を三つ進めます。目標は五億円です。".encode("shift_jis"), SAID.encode("utf-8") + b"\x00\x01\x02", b"abc\x01\x02\x03\x04",
    codecs.BOM_UTF16_LE + b"\x00\xd8\x00", bytes(range(256)),
], ids=["utf-16-le", "utf-16-be", "big5", "cut utf-8", "shift-jis", "zeros", "controls", "broken utf-16", "bytes"])
def test_unknown_encoding_is_refused_with_advice(data: bytes) -> None:
    with pytest.raises(BrokenFile, match="另存为"):
        files.load_bytes(data)


def test_random_bytes_never_become_text() -> None:
    dice = random.Random(1)
    for _ in range(50):
        with pytest.raises(ReadError):
            files.load_bytes(dice.randbytes(300))


@pytest.mark.parametrize("data", [b"", b" \r\n\t", codecs.BOM_UTF8, "　\n".encode()])
def test_nothing_written(data: bytes) -> None:
    with pytest.raises(NoText):
        files.load_bytes(data)


PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(20)


@pytest.mark.parametrize(("data", "kind"), [
    (b"%PDF-1.7\n%...", "pdf"), (b"\n\n%PDF-1.4", "pdf"), (PICTURE, "image"), (b"\xff\xd8\xff\xe0" + bytes(9), "image"),
    (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image"), (b"BM" + bytes(60), "image"), (b"{\\rtf1\\ansi", "rtf"),
    ("<!DOCTYPE html><html><body>目标</body></html>".encode(), "html"), ("\ufeff\n <HTML>目标".encode(), "html"),
    (b"MIME-Version: 1.0\r\n", "html"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "WordDocument".encode("utf-16-le"), "doc"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "Workbook".encode("utf-16-le"), "xls"),
])
def test_types_are_told_by_content(data: bytes, kind: str) -> None:
    assert files.known_type(data, name="计划.docx") == kind


@pytest.mark.parametrize(("data", "said"), [
    (b"7z\xbc\xaf\x27\x1c\x00", "压缩包"), (b"<?xml version='1.0'?><wordDocument/>", "XML"), (b"\x7fELF\x02", "认不出"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "认不出"),
])
def test_other_types_are_refused_by_content(data: bytes, said: str) -> None:
    with pytest.raises(UnsupportedFile, match=said) as caught:
        files.load_bytes(data, name="计划.docx")
    assert "\n" not in str(caught.value)
    assert str(caught.value).count("。") == 1


def test_a_wrong_name_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "计划.docx"
    path.write_text("全年招商3个。", encoding="utf-8")
    assert files.load(path).string == "全年招商3个。"


def test_what_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedFile, match="文件夹"):
        files.load(tmp_path)
    with pytest.raises(BrokenFile, match="找不到"):
        files.load(tmp_path / "没有.txt")
    os.mkfifo(tmp_path / "管道")
    with pytest.raises(UnsupportedFile, match="普通文件"):
        files.load(tmp_path / "管道")


def test_a_file_beyond_the_limit_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "大.txt"
    with path.open("wb") as out:
        out.truncate(files.MAX_BYTES + 1)
    with pytest.raises(BrokenFile, match="超过 50 MB"):
        files.load(path)
