import hashlib
import os
import socket
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from daemon.core.errors import Transient
from daemon.core.plugins import Sources
from daemon.core.ports import Poll
from daemon.core.task import Arrival, Original
from daemon.vault import Vault
from watchers.inbox import Config, Watcher

MAIL = b"""From: Anna Example <anna@example.com>
To: me@company.example
Subject: Opening hours
Message-ID: <1@example.com>
Date: Tue, 10 Mar 2026 09:00:00 +0000
Content-Type: multipart/mixed; boundary=b

--b

When are you open?
--b
Content-Type: application/pdf; name="../plan.pdf"

%PDF
--b--
"""


class Inbox:
    """An inbox on a real disk; `now` is counted from the last write to a file."""

    def __init__(self, folder: Path) -> None:
        vault = Vault(folder)
        vault.make_folders()
        self.folder = folder / "Inbox"
        self.config = Config(settle_seconds=3, rescan_seconds=30, typing_seconds=60, max_mb=1)
        self.watcher = Watcher(self.config, Sources(vault))

    def drop(self, name: str, data: bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def written(self) -> datetime:
        return max(changed(path) for path in self.folder.rglob("*"))

    def poll(self, seconds: float = 4) -> Poll:
        return self.watcher.poll(self.written() + timedelta(seconds=seconds))

    def arrivals(self, seconds: float = 4) -> list[Arrival]:
        return list(self.poll(seconds).arrivals)

    def arrival(self, seconds: float = 4) -> Arrival:
        found = self.arrivals(seconds)
        assert len(found) == 1, found
        return found[0]


def changed(path: Path) -> datetime:
    found = path.lstat()
    return datetime.fromtimestamp(max(found.st_mtime, found.st_ctime), UTC)


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    return Inbox(tmp_path / "vault")


def test_a_mail_arrives_unread(inbox: Inbox) -> None:
    inbox.drop("Opening hours.eml", MAIL)
    found = inbox.arrival()
    assert (found.kind, found.unread, found.text) == ("email", True, "")
    assert found.originals == (Original("Opening hours.eml", MAIL),)
    assert found.taken == "Inbox/Opening hours.eml"


@pytest.mark.parametrize("name", ["message.EML", "message", "message.txt"])
def test_a_mail_is_known_by_its_header_too(inbox: Inbox, name: str) -> None:
    inbox.drop(name, MAIL)
    assert inbox.arrival().kind == "email"


@pytest.mark.parametrize(
    "text", [b"From: Berlin\nTo: Paris\n\nPlease book.", b"Hello\n\nFrom: x\nDate: y\nMessage-ID: z\n"]
)
def test_a_text_that_only_resembles_a_mail_is_a_note(inbox: Inbox, text: bytes) -> None:
    inbox.drop("travel.txt", text)
    assert inbox.arrival().kind == "note"


def test_a_note_arrives_with_what_the_person_said_about_it(inbox: Inbox) -> None:
    inbox.drop("call.md", b"---\ntitle: Call the printer\npriority: HIGH\ndue: 2026-03-13\n---\n# Something\n\nText\n")
    found = inbox.arrival()
    assert (found.kind, found.title, found.priority, found.due) == (
        "note",
        "Call the printer",
        "high",
        date(2026, 3, 13),
    )
    assert found.text == "# Something\n\nText\n"
    assert len(found.originals) == 1


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("\n# Call the printer\n\nText", "Call the printer"),
        ("- [ ] Call the printer", "Call the printer"),
        ("> Call the printer", "Call the printer"),
        ("word " * 100, ("word " * 20).strip()),
        ("Dear Sir or Madam,\n\nplease pay.", "note.md"),
        ("Sehr geehrte Damen und Herren,\n\nbitte zahlen Sie.", "note.md"),
    ],
)
def test_the_first_words_are_the_title(inbox: Inbox, text: str, title: str) -> None:
    inbox.drop("note.md", text.encode())
    assert inbox.arrival().title == title


def test_an_unknown_priority_is_said(inbox: Inbox) -> None:
    inbox.drop("note.md", b"---\npriority: asap\n---\nText")
    found = inbox.arrival()
    assert found.priority == "normal"
    assert found.warnings == ("The priority 'asap' is unknown; write one of urgent, high, normal, low.",)


@pytest.mark.parametrize(("encoding", "warned"), [("utf-8", 0), ("utf-8-sig", 0), ("utf-16", 0), ("cp1252", 1)])
def test_a_text_in_any_usual_encoding_is_read(inbox: Inbox, encoding: str, warned: int) -> None:
    inbox.drop("note.txt", "Grüße – 5 €".encode(encoding))
    found = inbox.arrival()
    assert (found.text, len(found.warnings)) == ("Grüße – 5 €", warned)


def test_any_other_file_is_left_to_be_read_apart(inbox: Inbox) -> None:
    inbox.drop("scan.pdf", b"%PDF")
    found = inbox.arrival()
    assert (found.kind, found.title, found.text, found.originals) == ("file", "scan.pdf", "", ())
    assert found.source_key == f"file:{hashlib.sha256(b'%PDF').hexdigest()}"
    assert found.taken == "Inbox/scan.pdf"


def test_equal_content_has_an_equal_key_whatever_its_name(inbox: Inbox) -> None:
    inbox.drop("a.pdf", b"%PDF")
    inbox.drop("b.bin", b"%PDF")
    inbox.drop("c.bin", b"other")
    keys = [found.source_key for found in inbox.arrivals()]
    assert (keys[0] == keys[1], keys[1] == keys[2]) == (True, False)


def test_a_binary_file_with_the_name_of_a_text_is_a_file(inbox: Inbox) -> None:
    inbox.drop("data.txt", b"a\0b")
    assert inbox.arrival().kind == "file"


def test_a_mail_too_large_to_read_is_kept(inbox: Inbox) -> None:
    inbox.drop("large.eml", MAIL + b"x" * 2**20)
    found = inbox.arrival()
    assert (found.kind, found.originals) == ("file", ())


def test_a_message_saved_by_apple_mail_is_a_mail(inbox: Inbox) -> None:
    inbox.drop("123.emlx", b"%-10d\n" % len(MAIL) + MAIL + b"<?xml version='1.0'?><plist></plist>")
    found = inbox.arrival()
    assert (found.kind, found.unread) == ("email", True)
    assert found.originals[0].data.endswith(b"</plist>")


def test_a_mailbox_with_one_message_is_a_mail(inbox: Inbox) -> None:
    quoted = MAIL.replace(b"When are", b">From Monday on\nWhen are")
    inbox.drop("one.mbox", b"From anna@example.com Tue Mar 10 09:00:00 2026\n" + quoted)
    found = inbox.arrival()
    assert (found.kind, found.unread) == ("email", True)


def test_a_mailbox_with_more_messages_is_a_file(inbox: Inbox) -> None:
    message = b"From anna@example.com Tue Mar 10 09:00:00 2026\n" + MAIL
    inbox.drop("many.mbox", message + b"\n" + message)
    assert inbox.arrival().kind == "file"


@pytest.mark.parametrize("name", ["page.html", "list.csv", "data.json", "date.ics", "card.vcf", "link.url", "a.docx"])
def test_what_is_read_apart_arrives_as_a_file(inbox: Inbox, name: str) -> None:
    inbox.drop(name, b"Text")
    found = inbox.arrival()
    assert (found.kind, found.title, found.originals) == ("file", name, ())


def test_a_file_is_taken_once_nobody_wrote_for_the_settling_time(inbox: Inbox) -> None:
    inbox.drop("note.md", b"Text")
    early = inbox.poll(2.9)
    assert list(early.arrivals) == []
    assert early.again_at == inbox.written() + timedelta(seconds=3)
    assert len(inbox.arrivals(3)) == 1


def test_an_old_time_stamp_does_not_make_a_fresh_file_settled(inbox: Inbox) -> None:
    path = inbox.drop("note.md", b"Text")
    os.utime(path, (0, 0))
    assert inbox.arrivals(2) == []


def test_a_time_stamp_in_the_future_counts_from_when_it_was_seen(inbox: Inbox) -> None:
    path = inbox.drop("note.md", b"Text")
    now = inbox.written()
    os.utime(path, (now.timestamp() + 86_400, now.timestamp() + 86_400))
    assert list(inbox.watcher.poll(now).arrivals) == []
    assert list(inbox.watcher.poll(now + timedelta(seconds=2)).arrivals) == []
    assert len(list(inbox.watcher.poll(now + timedelta(seconds=3)).arrivals)) == 1


def test_a_clock_set_back_neither_hangs_nor_hurries(inbox: Inbox) -> None:
    inbox.drop("note.md", b"Text")
    yesterday = inbox.written() - timedelta(days=1)
    assert inbox.arrivals(1) == []
    assert list(inbox.watcher.poll(yesterday).arrivals) == []
    assert len(list(inbox.watcher.poll(yesterday + timedelta(seconds=3)).arrivals)) == 1


def test_a_file_written_again_after_the_scan_waits_for_the_next(inbox: Inbox) -> None:
    path = inbox.drop("note.md", b"Text")
    poll = inbox.poll()
    path.write_bytes(b"Text and more")
    assert list(poll.arrivals) == []
    assert inbox.arrival().text == "Text and more"


def test_a_file_gone_after_the_scan_is_forgotten(inbox: Inbox) -> None:
    path = inbox.drop("note.md", b"Text")
    inbox.drop("other.md", b"Other")
    poll = inbox.poll()
    path.unlink()
    assert [found.text for found in poll.arrivals] == ["Other"]


def test_files_are_read_one_at_a_time(inbox: Inbox) -> None:
    inbox.drop("a.md", b"first")
    second = inbox.drop("b.md", b"second")
    arrivals = inbox.poll().arrivals
    assert next(arrivals).text == "first"
    second.unlink()
    assert list(arrivals) == []


def test_an_empty_file_waits_and_is_named(inbox: Inbox) -> None:
    inbox.drop("note.md", b"")
    poll = inbox.poll()
    assert list(poll.arrivals) == []
    assert poll.notices == ("Inbox/note.md is empty; it is left until something is in it",)


@pytest.mark.parametrize("blank", [b"\n", b" \t\r\n\n", b"\xef\xbb\xbf\n", b"\xff\xfe\n\x00", b"# \n", b"---\n---\n"])
def test_a_note_that_nobody_wrote_into_waits_as_an_empty_one(inbox: Inbox, blank: bytes) -> None:
    inbox.drop("Untitled.md", blank)
    inbox.drop("b.md", b"7")
    poll = inbox.poll()
    assert [found.text for found in poll.arrivals] == ["7"]
    assert poll.notices == ("Inbox/Untitled.md is empty; it is left until something is in it",)


def test_properties_still_being_typed_are_left_alone(inbox: Inbox) -> None:
    inbox.drop("note.md", b"---\ntitle: Call\n")
    early = inbox.poll(10)
    assert list(early.arrivals) == []
    assert early.again_at == inbox.written() + timedelta(seconds=60)
    assert "Inbox/note.md could not be taken yet: Line 1:" in inbox.poll(20).notices[0]


def test_broken_properties_nobody_mends_are_a_fault(inbox: Inbox) -> None:
    inbox.drop("note.md", b"---\ntitle: Call\n")
    found = inbox.arrival(61)
    assert found.fault.startswith("Line 1:")
    assert found.originals[0].data == b"---\ntitle: Call\n"


@pytest.mark.parametrize("name", ["note.sync-conflict-20260310-1.md", "note (Anna's conflicted copy 2026-03-10).md"])
def test_conflict_copies_are_named_and_left(inbox: Inbox, name: str) -> None:
    inbox.drop(name, b"Text")
    poll = inbox.poll()
    assert list(poll.arrivals) == []
    assert "conflict copy" in poll.notices[0]


@pytest.mark.parametrize("name", [".hidden.md", "note.md.part", ".stfolder/x", "~$letter.docx", "Thumbs.db"])
def test_what_is_ignored_everywhere_is_ignored_here(inbox: Inbox, name: str) -> None:
    inbox.drop(name, b"Text")
    poll = inbox.poll()
    assert (list(poll.arrivals), poll.notices) == ([], ())


def test_a_numbered_name_is_ordinary(inbox: Inbox) -> None:
    inbox.drop("Chapter 2.md", b"Text")
    assert inbox.arrival().kind == "note"


def test_links_pipes_and_sockets_are_never_opened(
    inbox: Inbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text("secret")
    (inbox.folder / "link.md").symlink_to(secret)
    os.mkfifo(inbox.folder / "pipe.md")
    monkeypatch.chdir(inbox.folder)
    with socket.socket(socket.AF_UNIX) as door:
        door.bind("door.md")
        poll = inbox.poll()
        assert list(poll.arrivals) == []
    assert [notice.partition(" ")[0] for notice in poll.notices] == ["Inbox/door.md", "Inbox/link.md", "Inbox/pipe.md"]


def test_dropped_folders_are_looked_into(inbox: Inbox) -> None:
    inbox.drop("from phone/2026/scan.pdf", b"%PDF")
    assert inbox.arrival().taken == "Inbox/from phone/2026/scan.pdf"


def test_folders_too_deep_are_named(inbox: Inbox) -> None:
    inbox.drop("1/2/3/4/5/fine.md", b"Text")
    inbox.drop("1/2/3/4/5/6/deep.md", b"Text")
    poll = inbox.poll()
    assert [found.taken for found in poll.arrivals] == ["Inbox/1/2/3/4/5/fine.md"]
    assert poll.notices == ("Inbox/1/2/3/4/5/6/deep.md lies more than 5 folders deep; move it up",)


def test_a_name_that_is_no_text_is_named(inbox: Inbox) -> None:
    (inbox.folder / os.fsdecode(b"bad\xff.md")).write_bytes(b"Text")
    poll = inbox.poll()
    assert list(poll.arrivals) == []
    assert "rename it" in poll.notices[0]


class LockedVault(Vault):
    """Root may read everything, so the refusal of the disk is played."""

    def read(self, path: str, limit: int = 2**20) -> bytes:
        if path.endswith("locked.md"):
            raise Transient(f"{path} could not be read: permission denied. Give yourself the right to do so.")
        return super().read(path, limit)


def test_a_file_nobody_may_read_is_named_and_the_rest_goes_on(inbox: Inbox) -> None:
    inbox.drop("locked.md", b"locked")
    inbox.drop("open.md", b"open")
    inbox.watcher = Watcher(inbox.config, Sources(LockedVault(inbox.folder.parent)))
    assert inbox.arrival().text == "open"
    assert "permission denied" in inbox.poll(5).notices[0]
