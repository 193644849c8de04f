"""Files made to do harm, or broken on the way."""

import io
import struct
import zipfile
import zlib
from typing import Any

import docx
import openpyxl

BOMB = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y SYSTEM "file:///etc/passwd">]>'


def word() -> bytes:
    document = docx.Document()
    document.add_paragraph("青禾街道2025年工作计划")
    document.add_paragraph("全年新增规上工业企业5家以上。")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def excel() -> bytes:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append(["指标", "单位", "2025年目标"])
    sheet.append(["绿道", "公里", 5])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """The same container with one part put in or put in another's place."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename != name:
                new.writestr(entry, old.read(entry))
        new.writestr(name, content)
    return out.getvalue()


def part(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)


def parts(data: bytes) -> list[str]:
    """The names of all parts that are XML."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [name for name in archive.namelist() if name.endswith((".xml", ".rels"))]


def with_macros() -> bytes:
    types = part(word(), "[Content_Types].xml")
    plain, enabled = b"openxmlformats-officedocument.wordprocessingml.document.main", b"ms-word.document.macroEnabled.main"
    return with_part(with_part(word(), "[Content_Types].xml", types.replace(plain, enabled)), "word/vbaProject.bin", bytes(600))


def with_doctype(data: bytes, name: str) -> bytes:
    """An entity declared in front of a part."""
    return with_part(data, name, BOMB + part(data, name).split(b"?>", 1)[-1])


def crowded(data: bytes) -> bytes:
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as archive:
        for number in range(6000):
            archive.writestr(f"word/media/{number}.png", b"")
    return out.getvalue()


def locked(data: bytes) -> bytes:
    """The flag of an encrypted entry, in the directory and before the entry."""
    changed = bytearray(data)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = changed.find(mark)
        changed[at + place] |= 1
    return bytes(changed)


def far_cell() -> bytes:
    """A sheet that claims a million rows and sixteen thousand columns, with a cell in the last one."""
    sheet = part(excel(), "xl/worksheets/sheet1.xml").decode()
    row = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    wide = sheet.replace('ref="A1:C2"', 'ref="A1:XFD1048576"').replace("</sheetData>", row)
    return with_part(excel(), "xl/worksheets/sheet1.xml", wide.encode())


def million_cells() -> bytes:
    sheet = part(excel(), "xl/worksheets/sheet1.xml").decode()
    rows = "".join("<row>" + "".join(f"<c><v>{(row * 7919 + cell * 104729) % 1000003}</v></c>" for cell in range(1000)) + "</row>"
                   for row in range(1100))
    return with_part(excel(), "xl/worksheets/sheet1.xml", sheet.replace("</sheetData>", rows + "</sheetData>").encode())


def pdf(*objects: bytes, root: int = 1) -> bytes:
    """A PDF of numbered objects; the first one is the catalog."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    begun = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out) + b"trailer\n<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, root, begun)


def stream(content: bytes, more: bytes = b"") -> bytes:
    return b"<</Length %d%b>>\nstream\n%b\nendstream" % (len(content), more, content)


CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
TEXT = b"BT /F1 12 Tf 72 700 Td (Plan 2025: 5 parks) Tj ET"


def one_page(content: bytes = TEXT, *, box: bytes = b"0 0 595 842", catalog: bytes = CATALOG, more: bytes = b"") -> bytes:
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[%b]/Resources<</Font<</F1 4 0 R>>%b>>/Contents 5 0 R>>" % (box, more)
    return pdf(catalog, b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page, FONT, stream(content), stream(b"/X Do", b"/Type/XObject/Subtype/Form"
               b"/BBox[0 0 9 9]/Resources<</XObject<</X 6 0 R>>>>"))


def many_pages(count: int = 100_000) -> bytes:
    kids = b" ".join(b"%d 0 R" % number for number in range(3, count + 3))
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>"
    return pdf(CATALOG, b"<</Type/Pages/Kids[%b]/Count %d>>" % (kids, count), *[page] * count)


def page_tree_in_a_circle() -> bytes:
    return pdf(CATALOG, b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2/Parent 2 0 R>>")


def forms_in_a_circle() -> bytes:
    return one_page(TEXT + b" /X Do", more=b"/XObject<</X 6 0 R>>")


def with_javascript() -> bytes:
    return one_page(catalog=b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(while(true){})>>>>")


def packed_page() -> bytes:
    """Half a megabyte that unpacks to half a gigabyte of drawing."""
    packer = zlib.compressobj(9)
    content = b"".join(packer.compress(b"0 0 m 9 9 l S\n" * 1_000_000) for _ in range(40)) + packer.flush()
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 4 0 R>>>>/Contents 5 0 R>>"
    return pdf(CATALOG, b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page, FONT, stream(content, b"/Filter/FlateDecode"))


def locked_pdf() -> bytes:
    """Names an encryption whose password is not the empty one."""
    ciphered = b"<</Filter/Standard/V 2/R 3/Length 128/P -4/O<%b>/U<%b>>>" % (b"ab" * 32, b"cd" * 32)
    whole = pdf(CATALOG, b"<</Type/Pages/Kids[3 0 R]/Count 1>>", b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>", ciphered)
    return whole.replace(b"/Root 1 0 R", b"/Root 1 0 R/Encrypt 4 0 R/ID[<%b><%b>]" % (b"00" * 16, b"00" * 16))


def png(width: int, height: int, rows: bytes = b"") -> bytes:
    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def ole(*streams: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + b"".join(name.encode("utf-16-le") for name in streams)
