"""What really happened, read from what is outside of the program: the provider's list, files, lines of the ledger.

Knows drafts as a person sees them, and effects as their receiver does. Nothing here asks the program.
"""

from __future__ import annotations

import csv
import email
import email.policy
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from daemon.core.proposal import Key
from tests.acceptance import person

STATES = ("Needs_Action", "In_Progress", "Pending_Approval", "Approved", "Rejected", "Needs_Review", "Failed", "Done")
KEPT = ("Documents", "Accounting", "Content")
_KEY = re.compile(r"_(?P<id>t[a-z0-9]{10})(?:-g(?P<generation>\d+))?(?:\.\w+|$)")
_EFFECT = re.compile(r"(?P<id>t[a-z0-9]{10})-g(?P<generation>\d+)")
_PAPER = re.compile(r"(?P<number>\d{4}-\d{4})_")


@dataclass(frozen=True, slots=True)
class Approved:
    """A draft as the person saw it when they said yes."""

    key: Key
    action: str
    text: str
    said: Mapping[str, Any]  # the properties


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing that happened. `key` None: it does not say of which draft it is."""

    key: Key | None
    kind: str  # "mail", "txt", "ics", "document", "line"
    where: str
    content: str
    message: person.Wish | None = None
    line: Mapping[str, str] | None = None


def approved(path: Path) -> Approved:
    """Raises what reading and parsing raise: a draft that cannot be read is not approved by anybody."""
    text = path.read_text(encoding="utf-8")
    end = text.index("\n---\n", 3) + len("\n---\n")
    said = yaml.load(text[3 : end - len("---\n")].strip("-\n"), yaml.CSafeLoader)
    body = text[end:].partition("\n## Feedback\n")[0]
    draft = body[body.index("\n## Draft\n") + len("\n## Draft\n") :]
    return Approved((said["id"], said["generation"]), said["action"], person.plain(draft), said)


def key_of(name: str) -> Key | None:
    """Which draft a file's name tells of."""
    found = _KEY.search(name)
    return (found["id"], int(found["generation"] or 1)) if found else None


# --- what happened


def effects(root: Path, accepted: Sequence[tuple[str, bytes]]) -> list[Effect]:
    """Everything that left or was written down, papers of invoices apart."""
    sent = [_mail(_said(key), "the provider", message) for key, message in accepted]
    return [*sent, *_shelf(root), *_documents(root), *_lines(root)]


def _shelf(root: Path) -> Iterator[Effect]:
    for path in sorted((root / "Outbox").glob("[!.]*")):
        if path.suffix == ".eml":
            yield _mail(key_of(path.name), path.name, path.read_bytes())
        elif path.suffix in {".txt", ".ics"}:
            yield Effect(key_of(path.name), path.suffix[1:], path.name, path.read_bytes().decode())
        elif path.suffix not in {".pdf", ".html"}:
            yield Effect(None, "what nobody knows", path.name, "")


def _documents(root: Path) -> Iterator[Effect]:
    for path in sorted(found for folder in KEPT for found in (root / folder).glob("[!.]*.md")):
        yield Effect(None, "document", path.name, person.plain(path.read_text(encoding="utf-8")))


def _lines(root: Path) -> Iterator[Effect]:
    for row in rows(root):
        yield Effect(_said(row["id"]), "line", row["kind"], "", line=row)


def rows(root: Path) -> list[dict[str, str]]:
    """The lines of the person's ledger."""
    path = root / "Accounting" / "ledger.csv"
    text = path.read_bytes().decode("utf-8-sig") if path.exists() else ""
    separator = ";" if ";" in text.partition("\n")[0] else ","
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=separator))


def _mail(key: Key | None, where: str, message: bytes) -> Effect:
    parsed = email.message_from_bytes(message, policy=email.policy.default)
    return Effect(key, "mail", where, str(parsed["Message-ID"]), message=person.of_mail(message))


def _said(effect: str) -> Key | None:
    found = _EFFECT.match(effect)
    return (found["id"], int(found["generation"])) if found else None


# --- whether that is what was wanted


def fits(wanted: Approved, effect: Effect) -> bool:
    """Whether it is this kind of effect with exactly these words and numbers."""
    kind, same = _AS_APPROVED[wanted.action]
    return effect.kind == kind and same(wanted, effect)


def _same_mail(wanted: Approved, effect: Effect) -> bool:
    to, cc = (tuple(map(str, wanted.said.get(name) or ())) for name in ("to", "cc"))
    return effect.message == person.Wish(wanted.text, to, cc, str(wanted.said["subject"]))


def _same_text(wanted: Approved, effect: Effect) -> bool:
    return person.plain(effect.content) == wanted.text


def _same_call(wanted: Approved, effect: Effect) -> bool:
    head, _, script = effect.content.partition("\n\n")
    return person.plain(script) == wanted.text and str(wanted.said["phone"]) in head


def _same_entry(wanted: Approved, effect: Effect) -> bool:
    unfolded = effect.content.replace("\r\n ", "")
    parts = (line.partition(":") for line in unfolded.splitlines())
    entry = {name: value for name, _, value in parts}
    description = re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], entry["DESCRIPTION"])
    starts = wanted.said["starts"].replace(tzinfo=ZoneInfo(wanted.said["zone"])).astimezone(UTC)
    return (person.plain(description), entry["DTSTART"]) == (wanted.text, f"{starts:%Y%m%dT%H%M%SZ}")


def _same_line(wanted: Approved, effect: Effect) -> bool:
    line = effect.line or {}
    gross = Decimal(line["gross"].replace(",", "."))
    sums = gross == Decimal(str(wanted.said["amount"])) and line["currency"] == wanted.said["currency"]
    party = line["party"].removeprefix("'")  # set before what a spreadsheet would take for a formula
    return sums and (party or "none") in wanted.text


_AS_APPROVED: Mapping[str, tuple[str, Callable[[Approved, Effect], bool]]] = {
    "email.reply": ("mail", _same_mail),
    "email.send": ("mail", _same_mail),
    "document.save": ("document", _same_text),
    "social.post": ("txt", _same_text),
    "social.reply": ("txt", _same_text),
    "message.send": ("txt", _same_text),
    "call.place": ("txt", _same_call),
    "appointment.create": ("ics", _same_entry),
    "invoice.create": ("line", _same_line),
    "expense.create": ("line", _same_line),
    "payment.register": ("line", _same_line),
}


def happened(wanted: Approved, found: Iterable[Effect]) -> list[Effect]:
    """What says that it is of this draft; of documents, which say nothing, what has its text."""
    return [each for each in found if each.key == wanted.key or (each.key is None and fits(wanted, each))]


def faults(wanted: Sequence[Approved], found: Sequence[Effect], root: Path) -> list[str]:
    """Everything approved exactly once as approved, nothing else, and the numbers of invoices without a gap."""
    return [*_missed(wanted, found), *_unwanted(wanted, found), *_papers(root)]


def _missed(wanted: Sequence[Approved], found: Sequence[Effect]) -> Iterator[str]:
    texts = Counter(each.text for each in wanted if each.action == "document.save")  # two may say the same
    for each in wanted:
        mine = happened(each, found)
        if len(mine) != (texts[each.text] or 1):
            yield f"{each.action} of {each.key} was approved and happened {len(mine)} times: {mine}"
        elif not fits(each, mine[0]):
            yield f"{each.action} of {each.key} is not as approved: {each} became {mine[0]}"


def _unwanted(wanted: Sequence[Approved], found: Sequence[Effect]) -> Iterator[str]:
    keys = {each.key for each in wanted}
    texts = {each.text for each in wanted if each.action == "document.save"}
    for each in found:
        if each.key not in keys and not (each.kind == "document" and each.content in texts):
            yield f"nobody approved this: {each}"


def _papers(root: Path) -> Iterator[str]:
    """Numbers from 1 on in each year, each on one line and on one pair of files."""
    booked = sorted(row["number"] for row in rows(root) if row["kind"] == "invoice")
    years = Counter(number[:4] for number in booked)
    if booked != [f"{year}-{n:04}" for year in sorted(years) for n in range(1, years[year] + 1)]:
        yield f"the numbers of the invoices have a gap or come twice: {booked}"
    for kind in ("pdf", "html"):
        names = [path.name for path in (root / "Outbox").glob(f"[!.]*.{kind}")]
        there = sorted(found["number"] if (found := _PAPER.match(name)) else name for name in names)
        if there != booked:
            yield f"the {kind} files of the invoices {booked} are {there}"


# --- whether a model's words are only words


def misplaced(found: Iterable[Effect], mark: str, accepted: Sequence[tuple[str, bytes]]) -> Iterator[str]:
    """What a model said, anywhere but in the text: in the head of a mail, in a line of money, in a file's name.

    A text to be pasted by hand lies in a file that is called as it begins.
    """
    for _, message in accepted:
        head = message.replace(b"\r\n", b"\n").partition(b"\n\n")[0].decode("utf-8", "replace")
        if mark in head.casefold():
            yield f"a model wrote into the head of a mail: {head}"
    for each in found:
        name = "" if each.kind == "txt" else each.where
        if mark in f"{name} {each.line}".casefold():
            yield f"a model wrote where no words belong: {each}"


# --- whether nothing is lost


def lost(root: Path) -> list[str]:
    """Every task that ever came in has its original, and the note of its latest generation in one state folder."""
    tasks = [path.name for path in (root / "Attachments").glob("[!.]*")]
    notes = [path for state in STATES for path in (root / state).rglob("*.md")]
    found = [fault for task in tasks if (fault := _misplaced(root, task, notes))]
    known = {key[0] for path in notes if (key := key_of(path.name))}
    return found + [f"nothing is kept of {task}" for task in sorted(known - set(tasks))]


def _misplaced(root: Path, task: str, notes: Iterable[Path]) -> str:
    mine = [(key[1], path) for path in notes if (key := key_of(path.name)) and key[0] == task]
    newest = max((generation for generation, _ in mine), default=0)
    latest = [path for generation, path in mine if generation == newest]
    older = [path for generation, path in mine if generation < newest and "Rejected" not in path.parts]
    # Its own note, which is called as of generation 1, is in Done/ when it was closed: answered by hand, for one, after
    # its draft was rejected for another one. Any rejected draft lies on then, until the time for feedback is over.
    if any(_is_closed(path) for _, path in mine):
        latest, older = [path for _, path in mine if "Rejected" not in path.parts], []
    if len(latest) != 1 or older:
        return f"task {task} lies in {[str(path.relative_to(root)) for _, path in mine] or 'no folder'}"
    kept = [path for path in (root / "Attachments" / task).iterdir() if not path.name.startswith(".")]
    return "" if any(key_of(path.name) is None for path in kept) else f"the original of {task} is gone: {kept}"


def _is_closed(path: Path) -> bool:
    """Whether it is the note of a task that needs no answer (any more), and not a draft that was carried out."""
    return "Done" in path.parts and "type: approval" not in path.read_text(encoding="utf-8")


def places(root: Path) -> Counter[str]:
    """How many notes lie in each state folder."""
    return Counter(state for state in STATES for _ in (root / state).rglob("*.md"))
