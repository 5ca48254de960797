"""Which format a file has, by its bytes; its name only decides between formats that are all plain text."""

from __future__ import annotations

import mimetypes
import re

from daemon.core.formats import letters, mailboxes

UNKNOWN = "application/octet-stream"
TNEF = "application/vnd.ms-tnef"
OLD_OFFICE = "application/x-ole-storage"
MSG = "application/vnd.ms-outlook"
DOC = "application/msword"
XLS = "application/vnd.ms-excel"
PPT = "application/vnd.ms-powerpoint"
LOCKED_OFFICE = "application/x-encrypted-office"
EPUB = "application/epub+zip"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
ODT = "application/vnd.oasis.opendocument.text"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
ODP = "application/vnd.oasis.opendocument.presentation"
MAILBOX = "application/mbox"
BOOKMARK = "application/x-mswinurl"
WEBLOC = "application/x-webloc"

_MAGIC = (
    (b"\x89PNG", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"GIF8", "image/gif"), (b"BM", "image/bmp"),
    (b"II*\0", "image/tiff"), (b"MM\0*", "image/tiff"), (b"\x00\x00\x01\x00", "image/x-icon"),
    (b"ID3", "audio/mpeg"), (b"\xff\xfb", "audio/mpeg"), (b"\xff\xf3", "audio/mpeg"), (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"), (b"#!AMR", "audio/amr"), (b"caff", "audio/x-caf"),
    (b"\x1f\x8b", "application/gzip"), (b"BZh", "application/x-bzip2"), (b"\xfd7zXZ\0", "application/x-xz"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"), (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"\x78\x9f\x3e\x22", TNEF), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLD_OFFICE), (rb"{\rtf", "application/rtf"),
    (b"MZ", "application/vnd.microsoft.portable-executable"), (b"\x7fELF", "application/x-executable"),
    (b"SQLite format 3\0", "application/vnd.sqlite3"), (b"bplist00", "application/x-plist"),
    (b"\x30\x82", "application/pkcs7-signature"),
)  # fmt: skip
_BRANDS = {
    b"heic": "image/heic", b"heix": "image/heic", b"mif1": "image/heif", b"avif": "image/avif",
    b"M4A ": "audio/mp4", b"qt  ": "video/quicktime",
}  # fmt: skip
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_OFFICE = {b"word/document.xml": DOCX, b"xl/workbook.xml": XLSX, b"ppt/presentation.xml": PPTX}
_BY_FIRST_ENTRY = (ODT, ODS, ODP, EPUB)
_STREAMS = {  # of a compound file; a message or document can hold another, so that the order matters
    "__nameid_version1.0": MSG, "EncryptedPackage": LOCKED_OFFICE, "WordDocument": DOC, "PowerPoint Document": PPT,
    "Workbook": XLS, "Book": XLS,
}  # fmt: skip
_COMPOUND_NAMES = {".msg": MSG, ".doc": DOC, ".ppt": PPT, ".xls": XLS}
_TEXT = (
    (re.compile(r"BEGIN:VCALENDAR\b", re.IGNORECASE), "text/calendar"),
    (re.compile(r"BEGIN:VCARD\b", re.IGNORECASE), "text/vcard"),
    (re.compile(r"\[(?:DEFAULT|InternetShortcut)\]", re.IGNORECASE), BOOKMARK),
    (re.compile(r"(?:<\?xml[^>]{0,200}>\s{0,20})?(?:<!doctype html|<html\b)", re.IGNORECASE), "text/html"),
    (re.compile(r"(?:<\?xml[^>]{0,200}>\s{0,20})?(?:<!--[^>]{0,500}>\s{0,20})?<svg\b", re.IGNORECASE), "image/svg+xml"),
)
_HTML_BY_NAME = re.compile(r"\s*<[!a-z?]", re.IGNORECASE)
_NAMED_TEXT = {
    ".csv": "text/csv", ".tsv": "text/csv", ".tab": "text/csv", ".json": "application/json", ".xml": "text/xml",
    ".md": "text/markdown", ".webloc": WEBLOC,
}  # fmt: skip
_NAMED_BINARY = ("image/", "audio/", "video/", "application/x-", "application/vnd.", "font/")


def media_type(name: str, data: bytes) -> str:
    """The format as a media type; `application/octet-stream` when the bytes do not tell."""
    if b"%PDF-" in data[:1024]:
        return "application/pdf"
    if data.startswith(b"PK\x03\x04"):
        return _zip(data)
    found = _by_magic(data)
    if found == OLD_OFFICE:
        return _compound(name, data)
    if found == "application/x-plist" and name.lower().endswith(".webloc"):
        return WEBLOC
    if found:
        return found
    return _binary(name) if letters.is_binary(data[:65536]) else _text(name, data)


def _by_magic(data: bytes) -> str:
    if data[4:8] == b"ftyp":
        return _BRANDS.get(data[8:12], "video/mp4")
    if data.startswith(b"RIFF"):
        return _RIFF.get(data[8:12], UNKNOWN)
    found = next((kind for magic, kind in _MAGIC if data.startswith(magic)), "")
    short = found in {"image/bmp", "application/vnd.microsoft.portable-executable", "audio/mpeg"}
    return "" if short and not letters.is_binary(data[:4096]) else found


def _zip(data: bytes) -> str:
    """Only names are looked for; nothing is unpacked. OpenDocument and books say what they are in the first entry."""
    if data[30:38] == b"mimetype":
        said = data[38:120].decode("ascii", "replace")
        return next((kind for kind in _BY_FIRST_ENTRY if said.startswith(kind)), "application/zip")
    names = _directory(data)
    return next((kind for entry, kind in _OFFICE.items() if entry in names), "application/zip")


def _directory(data: bytes) -> bytes:
    """The list of names at its end; slides can hold a whole workbook, whose names stand before that."""
    end = data.rfind(b"PK\5\6")
    size = int.from_bytes(data[end + 12 : end + 16], "little")
    return data[max(end - size, 0) : end] if end > 0 else data


def _compound(name: str, data: bytes) -> str:
    """What an older Office program wrote, by the streams in it; where there are several, the name decides."""
    found = [kind for stream, kind in _STREAMS.items() if f"{stream}\0".encode("utf-16-le") in data]
    named = _COMPOUND_NAMES.get(name.lower()[-4:], OLD_OFFICE)
    return named if named in found or not found else found[0]


def _binary(name: str) -> str:
    guess = mimetypes.guess_type(name)[0] or UNKNOWN
    return guess if guess.startswith(_NAMED_BINARY) and "office" not in guess else UNKNOWN


def _text(name: str, data: bytes) -> str:
    head = data[:4096].decode("utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig", "replace").lstrip()
    if found := next((kind for pattern, kind in _TEXT if pattern.match(head)), ""):
        return found
    if mailboxes.looks_like_mail(mailboxes.message(data)):
        return MAILBOX if mailboxes.count(data) > 1 else "message/rfc822"
    suffix = name.lower()[name.rfind(".") :] if "." in name else ""
    if suffix in {".html", ".htm", ".xhtml"} and _HTML_BY_NAME.match(head):
        return "text/html"
    if suffix == "" and head.startswith(("{", "[")):
        return "application/json"
    if suffix != ".webloc" and head.startswith("<?xml"):
        return "text/xml"
    return _NAMED_TEXT.get(suffix, "text/plain")
