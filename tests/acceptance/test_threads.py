"""Threads as they occur, from the mailbox to what leaves: each message by itself, and all in one look.

What each has to come to stands in tests/corpus/threads/. Once as a mailbox that groups messages into threads, once as
one that does not.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast

import pytest

from daemon.core import approval, frontmatter
from tests.house import House
from tests.letters import CORPUS
from tests.mailboxes import FakeMailbox, account

THREADS = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(CORPUS.glob("threads/*.toml"))}
HANDBOOK = Path(__file__).parent.parent / "agents" / "handbook.md"
HELLO, ME = "hello@birchwood.example", "anna@birchwood.example"
Thread = Mapping[str, Any]


def messages(thread: Thread) -> Iterator[tuple[bytes, bool]]:
    """Each message and whether the person sent it; each one answers all before it, unless it says otherwise."""
    if raw := thread.get("raw"):
        yield (CORPUS / "mail" / raw).read_bytes(), False
    before: list[str] = []
    for number, said in enumerate(thread.get("message", ()), 1):
        name = said.get("id", f"<{number}@mail.example>")
        yield built(said, name, said.get("answers", " ".join(before))), said.get("sent", False)
        before += [name] if name else []


def built(said: Mapping[str, Any], name: str, answers: str) -> bytes:
    message = EmailMessage()
    headers = {"From": said["from"], "To": said.get("to", ME), "Cc": said.get("cc", ""), "Subject": said["subject"]}
    headers |= {"Message-ID": name, "References": answers, "In-Reply-To": answers.rpartition(" ")[2]}
    headers |= {"Date": "Tue, 10 Mar 2026 09:00:00 +0000"}
    headers |= dict(line.split(": ", 1) for line in said.get("also", ()))
    for header, value in headers.items():
        if value:
            message[header] = value
    message.set_content(said["text"].strip() + "\n")
    for file in said.get("files", ()):
        message.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename=file)
    return message.as_bytes()


def live(folder: Path, thread: Thread, *, groups: bool, together: bool) -> House:
    """The house at rest after all messages came."""
    house = House(folder)
    (house.root / "Company_Handbook.md").write_bytes(HANDBOOK.read_bytes())
    box = house.connect(FakeMailbox(account(ME, HELLO, sender_name="Anna Birch"), threads=groups))
    for data, sent in messages(thread):
        box.deliver(data, sent=sent)
        if not together:
            house.run()
    house.run()
    return house


@pytest.mark.parametrize("together", [0, 1], ids=["one by one", "at once"])
@pytest.mark.parametrize("groups", [0, 1], ids=["imap", "gmail"])
@pytest.mark.parametrize("name", THREADS)
def test_a_thread_comes_to_what_a_person_expects(name: str, groups: int, together: int, tmp_path: Path) -> None:
    thread = THREADS[name]
    house = live(tmp_path, thread, groups=bool(groups), together=bool(together))
    drafts = [note.read_bytes() for note in sorted(house.notes("Pending_Approval"), key=proposed(house))]
    assert len(drafts) == thread["drafts"], house.counts()
    reasons = [str(frontmatter.read(note.read_bytes()).properties["reason"]) for note in house.notes("Done")]
    assert missing(thread.get("closed", ()), "\n".join(reasons)) == []
    whole = b"\n".join(drafts).decode()
    assert missing(thread.get("found", ()), whole) == []
    assert [each for each in thread.get("not_found", ()) if each in whole] == []
    assert differing(thread, drafts) == {}
    house.move_all("Pending_Approval", "Approved")
    house.run()
    assert len(house.sent) == whole.count("\naction: email.reply\n")
    house.stop()


def proposed(house: House) -> Callable[[Path], int]:
    """The order in which drafts were made."""
    made = [proposal.id for proposal in house.app.ledger.proposals.open()]
    records = house.app.ledger.audit.tail(1000)
    order = [record.subject for record in records if record.kind == "PROPOSED" and record.subject in made]
    return lambda note: order.index(house.task_of(note))


def missing(wanted: Sequence[str], text: str) -> list[str]:
    return [each for each in wanted if each not in text]


def differing(thread: Thread, drafts: Sequence[bytes]) -> dict[str, object]:
    """What the answer to the newest message has that it should not; "nothing" when there is none."""
    if not drafts:
        return {}
    note, parts = approval.published_parts(drafts[-1])
    shown = {name: note.properties.get(name) for name in ("action", "risk", "from_account")}
    wanted = {"from_account": thread.get("from"), "action": thread.get("action"), "risk": thread.get("risk")}
    wrong: dict[str, object] = {name: value for name, value in shown.items() if wanted[name] not in {None, value}}
    people = {name: list(cast("tuple[str, ...]", note.properties.get(name) or ())) for name in ("to", "cc")}
    wrong |= {name: value for name, value in people.items() if thread.get(name, value) != value}
    said = parts.draft or ""
    unsaid = missing(thread.get("says", ()), said)
    return (
        wrong | dict.fromkeys(unsaid, "missing") | {each: "said" for each in thread.get("not_says", ()) if each in said}
    )
