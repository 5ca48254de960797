"""Everything that looks like a yes and is none: what leaves is exactly what was shown and approved, or nothing."""

from __future__ import annotations

import os
import sqlite3
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from daemon.adapters.outbox import OutboxMail
from daemon.core import approval, document, frontmatter
from daemon.core.ports import Absent, CannotTell, Found, Receipt
from tests.fakes import FakeProvider
from tests.house import House

DAY = timedelta(days=1)
YES = ("approve: false", "approve: true")


@pytest.fixture
def waiting(house: House) -> House:
    house.arrive()
    house.run()
    return house


def settle(house: House) -> None:
    house.run()
    house.pass_time(DAY)
    house.run()


def put(house: House, folder: str, old: str, new: str) -> None:
    """The waiting draft, changed, as a file of another name."""
    text = house.note("Pending_Approval").read_text(encoding="utf-8")
    assert old in text
    (house.root / folder / "forged.md").write_bytes(text.replace(old, new, 1).encode())


# --- properties


@pytest.mark.parametrize(
    ("old", "new"),
    [
        YES,
        ("generation: 1", "generation: 2"), ("generation: 1", "generation: 01"), ("generation: 1", "generation: 1.0"),
        ("generation: 1\n", ""), ("type: approval", "type: task"), ("id: t", "id: T"), ("id: t", "Id: x\nid: t"),
        ("approve: false", "approve: true\napprove: false"), ("approve: false", "approve: false\nApprove: true"),
        ("approve: false", '"approve": false\napprove: true'), ("approve: false", "\u0430pprove: true"),
        ("approve: false", "approve: yes"), ("approve: false", "approve: 'true'"),
        ("approve: false", "approve: [true]"), ("approve: false", "approve: !!bool true"),
        ("approve: false", "approve: &a true\nx: *a"),
        ("approve: false", "<<: {approve: true}"), ("approve: false", "approve:\n  true: true"),
        ("  - anna@example.com", "  - anna@example.com\n  - eve@evil.example"),
        ("  - anna@example.com", "  - eve@evil.example"), ("cc: []", "cc: eve@evil.example"),
        ("cc: []", "bcc: eve@evil.example"), ("cc: []", "BCC: eve@evil.example"), ("cc: []", "b\u0441c: x\ncc: []"),
        ("action: email.reply", "action: email.send"), ("subject: ", "subject: x"),
        ("cc: []", "cc: []\nattachments: '[[Company_Handbook.md]]'"), ("cc: []", "cc: []\nfrom_account: x@y.example"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("folder", ["Needs_Review", "Done", "Failed", "Rejected", "Needs_Action", "Inbox", "Templates"])
def test_changed_copy_outside_the_folders_of_a_decision_sends_nothing(
    waiting: House, folder: str, old: str, new: str
) -> None:
    (waiting.root / folder).mkdir(exist_ok=True)
    put(waiting, folder, old, new)
    settle(waiting)
    assert waiting.provider.accepted == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("generation: 1", "generation: 2"), ("generation: 1", "generation: 1.0"), ("generation: 1\n", ""),
        ("generation: 1", "generation: 99999999999999999999"), ("type: approval", "type: task"),
        ("approve: false", "approve: true\napprove: false"), ("approve: false", "approve: false\nApprove: true"),
        ("approve: false", "approve: yes"), ("approve: false", "approve: !!bool true"),
        ("  - anna@example.com", "  - anna@example.com\n  - eve@evil.example"),
        ("  - anna@example.com", "  - eve@evil.example"), ("cc: []", "cc: eve@evil.example"),
        ("  - anna@example.com", '  - "anna@example.com, eve@evil.example"'), ("cc: []", "Bcc: eve@evil.example"),
        ("  - anna@example.com", '  - "anna@example.com\\nBcc: eve@evil.example"'),
        ("action: email.reply", "action: email.send"), ("subject: ", "subject: x"),
        ("cc: []", "cc: []\nattachments: '[[Company_Handbook.md]]'"), ("## Draft", "## draft"),
        ("cc: []", "cc: []\nattachments: '[[../home/ledger.sqlite3]]'"), ("## Draft", "## Draft\n\nx\n\n## Draft"),
        ("cc: []", f"cc: []\nattachments: '[[{'a' * 300}.pdf]]'"), ("cc: []", "cc: []\nattachments: [/etc/passwd]"),
        ("cc: []", "cc: []\nattachments: '[[.obsidian/../../home]]'"), ("## Draft", "```\n## Draft"),
    ],
)  # fmt: skip
def test_changed_draft_in_approved_is_shown_back_or_put_aside(waiting: House, old: str, new: str) -> None:
    put(waiting, "Approved", old, new)
    waiting.note("Pending_Approval").unlink()
    settle(waiting)
    assert waiting.provider.accepted == []
    assert set(waiting.counts()) & {"Pending_Approval", "Needs_Review"}
    assert "eve@evil.example" not in "".join(w.why for w in waiting.run())


def test_approval_with_the_id_of_another_task_takes_nothing_from_this_one(waiting: House) -> None:
    first = waiting.task_of(waiting.note("Pending_Approval"))
    waiting.arrive(b"From: Bob <bob@example.com>\nSubject: Money\nMessage-ID: <2@x>\n\nWhat do I owe?", key="mail:2")
    waiting.run()
    bobs = next(n for n in waiting.notes("Pending_Approval") if waiting.task_of(n) != first)
    bobs.write_text(bobs.read_text().replace(waiting.task_of(bobs), first))
    bobs.rename(waiting.root / "Approved" / bobs.name)
    settle(waiting)
    assert waiting.provider.accepted == []


# --- kinds of files


def linked_hard(note: Path, target: Path) -> None:
    os.link(note, target)


def linked(note: Path, target: Path) -> None:
    target.symlink_to(note)


def piped(note: Path, target: Path) -> None:
    del note
    os.mkfifo(target)


def folded(note: Path, target: Path) -> None:
    target.mkdir()
    (target / note.name).write_bytes(note.read_bytes())


@pytest.mark.parametrize("make", [linked, piped, folded])
def test_what_is_no_file_is_no_approval(waiting: House, make: object) -> None:
    note = waiting.note("Pending_Approval")
    make(note, waiting.root / "Approved" / note.name)  # pyright: ignore[reportCallIssue]
    settle(waiting)
    assert waiting.provider.accepted == []
    assert note.exists()


@pytest.mark.parametrize("name", ["{}", "forged.md", "{} 2.md"])
def test_hard_link_in_approved_sends_at_most_once(waiting: House, name: str) -> None:
    note = waiting.note("Pending_Approval")
    linked_hard(note, waiting.root / "Approved" / name.format(note.name))
    settle(waiting)
    assert len(waiting.provider.accepted) <= 1


def test_case_twins_with_different_text_ask(waiting: House) -> None:
    note = waiting.note("Pending_Approval")
    (waiting.root / "Approved" / note.name.upper()).write_text(note.read_text().replace("Thank you", "Thanks"))
    note.rename(waiting.root / "Approved" / note.name)
    settle(waiting)
    assert waiting.provider.accepted == []
    assert "Two different copies" in waiting.note("Pending_Approval").read_text()


@pytest.mark.parametrize("source", ["Done", "Rejected"])
def test_copy_of_what_is_over_is_not_done_again(waiting: House, source: str) -> None:
    waiting.move("Pending_Approval", "Approved" if source == "Done" else "Rejected")
    waiting.run()
    (waiting.root / "Approved" / "again.md").write_bytes(waiting.note(source).read_bytes())
    sent = len(waiting.provider.accepted)
    settle(waiting)
    assert len(waiting.provider.accepted) == sent


# --- what arrives in pieces, or twice


def test_note_that_arrives_in_pieces_is_sent_whole(waiting: House) -> None:
    note = waiting.note("Pending_Approval")
    whole = note.read_bytes()
    half = waiting.root / "Approved" / note.name
    half.write_bytes(whole[: whole.index(b"Thank you") + 5])
    note.unlink()
    waiting.manager.step(waiting.clock.now())
    waiting.manager.step(waiting.clock.now())
    assert waiting.provider.accepted == []
    half.write_bytes(whole)
    settle(waiting)
    assert len(waiting.provider.accepted) == 1
    assert b"Thank you for your message" in waiting.provider.accepted[0][1]


@pytest.mark.parametrize("kept", [9, 15, 40])
def test_note_whose_end_never_comes_is_asked_about(waiting: House, kept: int) -> None:
    note = waiting.move("Pending_Approval", "Approved")
    whole = note.read_text()
    note.write_text(whole[: whole.index("## Draft") + kept])
    settle(waiting)
    assert waiting.provider.accepted == []
    assert "The end of the draft is missing." in waiting.note("Pending_Approval").read_text()


def test_person_who_cut_the_end_off_says_so_once(waiting: House) -> None:
    note = waiting.move("Pending_Approval", "Approved")
    note.write_text(note.read_text().partition("Thank you")[0] + "Thank you")
    settle(waiting)
    waiting.move("Pending_Approval", "Approved")
    settle(waiting)
    assert waiting.provider.accepted[0][1].endswith(b"Thank you\r\n")


@pytest.mark.parametrize("rest", [b"\x00" * 512, b"\x07", b"\x1b[2J"])
def test_draft_with_control_characters_is_shown_back(waiting: House, rest: bytes) -> None:
    note = waiting.move("Pending_Approval", "Approved")
    note.write_bytes(note.read_bytes() + rest)
    settle(waiting)
    assert waiting.provider.accepted == []
    assert "invisible character" in waiting.note("Pending_Approval").read_text()


@pytest.mark.parametrize(
    "mixed", ["---\napprove: false\nid: x\n---\nHi", "<<<<<<< HEAD\nHi\n=======\nHo\n>>>>>>> other"]
)
def test_draft_that_a_sync_tool_merged_asks(waiting: House, mixed: str) -> None:
    note = waiting.move("Pending_Approval", "Approved")
    note.write_text(f"{note.read_text()}\n{mixed}\n")
    settle(waiting)
    assert waiting.provider.accepted == []
    assert "Two versions of this draft seem to be mixed." in waiting.note("Pending_Approval").read_text()


def test_two_versions_in_two_folders_ask(waiting: House) -> None:
    note = waiting.note("Pending_Approval")
    (waiting.root / "Approved" / note.name).write_bytes(note.read_bytes())
    waiting.edit("Pending_Approval", "Thank you", "No thanks")
    settle(waiting)
    assert waiting.provider.accepted == []
    assert "There were two versions" in waiting.note("Pending_Approval").read_text()
    assert any("No thanks" in kept.read_text() for kept in waiting.notes("Attachments"))


def test_copy_changed_during_the_hold_asks(slow_house: House) -> None:
    slow_house.arrive()
    slow_house.run()
    note = slow_house.note("Pending_Approval")
    (slow_house.root / "Approved" / note.name).write_bytes(note.read_bytes())
    slow_house.manager.step(slow_house.clock.now())
    slow_house.edit("Pending_Approval", "Thank you", "No thanks")
    settle(slow_house)
    assert slow_house.provider.accepted == []
    assert "No thanks" in slow_house.note("Pending_Approval").read_text()


# --- every byte


def test_every_flipped_byte_of_a_note_is_read_as_itself_or_as_a_fault(waiting: House) -> None:
    """What a flipped note says to the executor: the text under its own heading, and only unchanged properties."""
    published = waiting.note("Pending_Approval").read_bytes()
    flipped = [published[:n] + bytes([published[n] ^ 1]) + published[n + 1 :] for n in range(len(published))]
    readings = [(data, approval.compare(published, data)) for data in flipped]
    accepted = [data for data, reading in readings if not (reading.fault or reading.changed)]
    original = frontmatter.read(published).properties
    assert all(
        frontmatter.same(frontmatter.read(data).properties.get(name), original.get(name))
        for data in accepted
        for name in approval.PROTECTED
    )
    assert all(
        reading.fault or document.split(frontmatter.read(data).body).draft == reading.text for data, reading in readings
    )
    assert all(reading.fault == "" or reading.text == "" for _, reading in readings)


@pytest.mark.parametrize("tenth", range(40))
def test_byte_flipped_while_held_is_not_sent_before_a_new_hold(slow_house: House, tenth: int) -> None:
    slow_house.arrive()
    slow_house.run()
    slow_house.move("Pending_Approval", "Approved")
    slow_house.manager.step(slow_house.clock.now())
    note = slow_house.note("Approved")
    data = bytearray(note.read_bytes())
    data[tenth * len(data) // 40] ^= 1
    note.write_bytes(data)
    slow_house.pass_time(timedelta(seconds=61))
    slow_house.manager.step(slow_house.clock.now())
    slow_house.manager.step(slow_house.clock.now())
    assert slow_house.provider.accepted == []


# --- attachments


def attached(house: House) -> Path:
    """A file that the person attached, was shown, and approved again; it is held now."""
    file = house.root / "Documents" / "offer.txt"
    file.write_text("100 EUR")
    house.arrive()
    house.run()
    house.edit("Pending_Approval", "cc: []", 'cc: []\nattachments: "[[Documents/offer.txt]]"')
    house.move("Pending_Approval", "Approved")
    house.run()
    house.move("Pending_Approval", "Approved")
    return file


def test_attachment_that_was_shown_goes_along(house: House) -> None:
    attached(house)
    house.run()
    assert b"offer.txt" in house.provider.accepted[0][1]


def test_attachment_replaced_after_the_approval_does_not_leave(house: House) -> None:
    attached(house).write_text("1 EUR")
    settle(house)
    assert house.provider.accepted == []
    assert "not the file that was approved" in house.note("Failed").read_text()


def test_attachment_replaced_by_a_link_does_not_leave(house: House) -> None:
    file = attached(house)
    file.rename(house.root.parent / "elsewhere.txt")
    file.symlink_to(house.root.parent / "elsewhere.txt")
    settle(house)
    assert house.provider.accepted == []


@dataclass
class Losing(FakeProvider):
    """The file that it sends goes away meanwhile."""

    file: Path = Path()

    def send(self, message: bytes, *, title: str, key: str) -> Receipt:
        self.file.unlink()
        return super().send(message, title=title, key=key)


def test_attachment_gone_after_a_lost_answer_asks_the_person(house: House) -> None:
    house.provider = Losing(script=["accept-then-drop"], file=attached(house))
    house.restart()
    settle(house)
    assert house.counts() == {"Needs_Review": 1}
    assert len(house.provider.accepted) == 1


def test_file_that_has_the_name_of_the_proof_does_not_stand_for_it(waiting: House) -> None:
    name = waiting.note("Pending_Approval").name
    (waiting.root / "Done" / "2026-03").mkdir()
    (waiting.root / "Done" / "2026-03" / name).write_text("nothing was sent")
    waiting.move("Pending_Approval", "Approved")
    waiting.run()
    assert any("receipt: id-1\n" in note.read_text() for note in waiting.notes("Done"))


# --- the outbox


@pytest.mark.parametrize("content", [b"longer than what was sent", b""])
def test_file_that_somebody_changed_in_the_outbox_is_never_sent_again(house: House, content: bytes) -> None:
    outbox, key = OutboxMail(house.app.vault), "taaaaaaaaaa-g1.i1"
    outbox.send(b"short", title="Hi", key=key)
    (house.root / "Outbox" / "hi_taaaaaaaaaa-g1.eml").unlink()
    (house.root / "Outbox" / "hi_taaaaaaaaaa-g1.eml").write_bytes(content)
    assert isinstance(outbox.look_up(b"short", title="Hi", key=key), CannotTell)


def test_strange_things_among_the_evidence_stop_no_effect(house: House) -> None:
    evidence = house.root / "Outbox" / ".effects"
    evidence.mkdir()
    (evidence / "link").symlink_to("/etc/passwd")
    os.mkfifo(evidence / "pipe")
    outbox, key = OutboxMail(house.app.vault), "taaaaaaaaaa-g1.i1"
    assert isinstance(outbox.look_up(b"short", title="Hi", key=key), Absent)
    outbox.send(b"short", title="Hi", key=key)
    assert isinstance(outbox.look_up(b"short", title="Hi", key=key), Found)


# --- the record


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit SET data = replace(data, '1', '2') WHERE kind = 'INTENT'",
        "UPDATE audit SET at = '2020-01-01T00:00:00.000000Z' WHERE seq = 2",
        "UPDATE audit SET kind = 'CLOSED' WHERE kind = 'RESULT'",
        "UPDATE audit SET subject = 'tbbbbbbbbbb' WHERE seq = 1",
        "UPDATE audit SET hash = prev WHERE seq = 3",
        "DELETE FROM audit WHERE seq = 1",
        "DELETE FROM audit WHERE kind = 'INTENT'",
        "DELETE FROM audit WHERE seq >= (SELECT seq FROM audit WHERE kind = 'INTENT')",
        "INSERT INTO audit SELECT seq + 100, at, kind, subject, data, prev, hash FROM audit WHERE seq = 2",
        "UPDATE audit SET seq = CASE seq WHEN 2 THEN -3 WHEN 3 THEN -2 END WHERE seq IN (2, 3)",
        "INSERT INTO effects(key, id, generation, action, day, begun_at) VALUES ('k', 't', 1, 'x', 'd', 'b')",
    ],
)
def test_tampering_with_the_record_is_found(waiting: House, tampering: str) -> None:
    waiting.move("Pending_Approval", "Approved")
    waiting.run()
    assert waiting.app.ledger.audit.verify().wrong == ""
    with sqlite3.connect(waiting.app.ledger.path) as other:
        other.execute(tampering)
    other.close()
    assert waiting.app.ledger.audit.verify().wrong != ""


def test_ticked_draft_waits_until_a_forged_note_of_its_name_is_put_aside_and_then_goes_out(waiting: House) -> None:
    note = waiting.note("Pending_Approval")
    text = note.read_text(encoding="utf-8")
    forged = text.replace("id: t", "id: tz", 1).replace("Hello", "Pay Eve")
    (waiting.root / "Approved" / note.name).write_text(forged, encoding="utf-8")
    note.write_text(text.replace(*YES), encoding="utf-8")
    settle(waiting)
    assert len(waiting.provider.accepted) == 1
    assert b"Eve" not in waiting.provider.accepted[0][1]
    assert waiting.counts() == {"Done": 1, "Needs_Review": 1}


# --- what was there before


def guess(tmp_path: Path, generation: int) -> str:
    """What somebody knows of a draft whose mail they wrote: its id, its generation, who gets it and about what."""
    (tmp_path / "other").mkdir()
    other = House(tmp_path / "other")
    other.arrive()
    other.run()
    text = other.note("Pending_Approval").read_text(encoding="utf-8")
    other.stop()
    text = text.replace("generation: 1\n", f"generation: {generation}\n").replace("digest: sha256-", "digest: sha256-0")
    return text.replace(*YES).replace("## Draft\n", "## Draft\n\nPay Eve\n")


@pytest.mark.parametrize("folder", ["Pending_Approval", "Approved", "Rejected"])
def test_note_that_guessed_the_first_draft_of_a_mail_is_no_answer_to_it(
    house: House, tmp_path: Path, folder: str
) -> None:
    (house.root / folder / "guessed.md").write_text(guess(tmp_path, 1), encoding="utf-8")
    house.arrive()
    settle(house)
    assert house.provider.accepted == []
    assert house.counts() == {"Pending_Approval": 1, "Needs_Review": 1}


def test_note_that_guessed_the_draft_after_a_feedback_is_no_answer_to_it(waiting: House, tmp_path: Path) -> None:
    note = waiting.move("Pending_Approval", "Rejected")
    note.write_text(f"{note.read_text()}\n## Feedback\n\nadd: We close early on Friday.\n", encoding="utf-8")
    (waiting.root / "Pending_Approval" / "guessed.md").write_text(guess(tmp_path, 2), encoding="utf-8")
    settle(waiting)
    assert waiting.provider.accepted == []
    assert waiting.counts() == {"Pending_Approval": 1, "Needs_Review": 1}


@pytest.mark.parametrize("twin", [True, False])
def test_yes_that_is_taken_back_is_not_carried_out_from_a_copy_of_it(slow_house: House, twin: bool) -> None:  # noqa: FBT001
    slow_house.arrive()
    slow_house.run()
    note = slow_house.note("Pending_Approval")
    (slow_house.root / "Approved" / "copy.md").write_bytes(note.read_bytes())
    if twin:
        (slow_house.root / "Pending_Approval" / "twin.md").write_bytes(note.read_bytes())
    approved = note.rename(slow_house.root / "Approved" / note.name)
    slow_house.manager.step(slow_house.clock.now())
    slow_house.manager.step(slow_house.clock.now())
    approved.rename(note)
    settle(slow_house)
    assert slow_house.provider.accepted == []
    assert "generation: 2\n" in slow_house.note("Pending_Approval").read_text()


def test_deleted_yes_is_not_carried_out_from_a_copy_of_it(slow_house: House) -> None:
    slow_house.arrive()
    slow_house.run()
    approved = slow_house.move("Pending_Approval", "Approved")
    (slow_house.root / "Approved" / "copy.md").write_bytes(approved.read_bytes())
    slow_house.manager.step(slow_house.clock.now())
    slow_house.manager.step(slow_house.clock.now())
    approved.unlink()
    settle(slow_house)
    assert slow_house.provider.accepted == []


def test_note_in_done_from_before_does_not_say_what_became_of_an_unknown_outcome(waiting: House) -> None:
    put(waiting, "Done", "## Draft\n", "## Draft\n\nPay Eve\n")
    waiting.provider.script, waiting.provider.blind = ["drop"], True
    waiting.move("Pending_Approval", "Approved")
    waiting.run()
    assert "Nobody can know whether this happened" in waiting.note("Needs_Review").read_text()


# --- names that are taken


def test_folder_with_the_name_of_a_ticked_draft_is_named(waiting: House) -> None:
    (waiting.root / "Approved" / waiting.note("Pending_Approval").name).mkdir()
    waiting.edit("Pending_Approval", *YES)
    waiting.run()
    assert "is a folder or a link" in waiting.manager.step(waiting.clock.now()).problems[0]


@pytest.mark.parametrize("folder", ["Pending_Approval", "Rejected"])
def test_draft_whose_name_is_taken_is_decided_under_another_one(house: House, tmp_path: Path, folder: str) -> None:
    guess(tmp_path, 1)
    name = next((tmp_path / "other" / "vault" / "Pending_Approval").iterdir()).name
    (house.root / folder / name).write_text("mine", encoding="utf-8")
    house.arrive()
    house.run()
    note = next(n for n in house.notes("Pending_Approval") if n.read_text() != "mine")
    no = note.read_text().replace("reject: false", "reject: true")
    note.write_text(f"{no}\n## Feedback\n\nadd: We close early on Friday.\n", encoding="utf-8")
    settle(house)
    assert any("We close early on Friday." in n.read_text() for n in house.notes("Pending_Approval"))


def test_folders_too_deep_for_the_disk_stop_nothing(waiting: House) -> None:
    here = os.open(waiting.root / "In_Progress", os.O_RDONLY)
    for _ in range(30):
        os.mkdir("a" * 200, dir_fd=here)
        below = os.open("a" * 200, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    waiting.move("Pending_Approval", "Approved")
    waiting.run()
    assert len(waiting.provider.accepted) == 1
