"""The whole main job on sample input, shown as a person would see it.

The sample is dropped, the real roles work, a made-up person decides in four ways, what came of it is shown, and the
morning's briefing is made of it. Each step is a promise of the product; where one is not kept, the demo ends with
`NotAsPromised`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime

from daemon.core import approval, frontmatter, resources, task_note
from daemon.core.language import dates
from daemon.core.proposal import Content, Proposal, State
from daemon.core.task_note import TaskNote
from daemon.ops import decide, history
from daemon.runtime.ledger import Ledger
from daemon.vault import Vault

HANDBOOK = "Company_Handbook.md"
QUESTION, APPOINTMENT, VISIT = "Question with an attachment.eml", "Appointment.eml", "Paper visit.eml"
NEWSLETTER, HOSTILE, CALL, WISHES = "Newsletter.eml", "Hostile.eml", "Call back.eml", "Two wishes.eml"
LIST, LETTER, LUNCH = "Packing list.md", "Write to the paper mill.md", "Lunch.md"
ORDER, BILL, MENTION = "Purchase order Harbour Run.pdf", "Electricity bill.pdf", "Mention on LinkedIn.md"
# What each of them asks for; the newsletter for nothing.
PROMISED: Mapping[str, tuple[str, ...]] = {
    QUESTION: ("email.reply",),
    APPOINTMENT: ("email.reply",),
    VISIT: ("appointment.create",),
    CALL: ("call.place",),
    HOSTILE: ("email.reply",),
    WISHES: ("email.reply", "invoice.create"),
    LIST: ("document.save",),
    LETTER: ("email.send",),
    LUNCH: ("expense.create",),
    ORDER: ("invoice.create",),
    BILL: ("payment.register",),
    MENTION: ("social.reply",),
    NEWSLETTER: (),
}
APPROVED = (QUESTION, LIST, LETTER, ORDER, BILL, LUNCH, MENTION, VISIT)
_DAY = re.compile(r"\{day\+(\d+)\}")
_LINES = 14  # of a draft that the demo shows


class NotAsPromised(Exception):
    """A step of the demo did not come out as it should; the text says which."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the demo plays."""

    vault: Vault
    ledger: Ledger
    work: Callable[[], None]  # let the employee finish whatever needs no person
    brief: Callable[[], str]  # make the briefing; returns what would be read out
    show: Callable[[str], None]
    now: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Drafted:
    """One draft, and the dropped file it came of."""

    name: str
    proposal: Proposal
    content: Content


Drafts = Sequence[Drafted]


def play(stage: Stage) -> None:
    """All steps. Raises NotAsPromised."""
    _drop(stage)
    stage.work()
    notes = _notes(stage)
    _routed(stage, notes)
    drafts = _drafts(stage, notes)
    _decided(stage, drafts)
    stage.work()
    _left(stage, drafts)
    _new_draft(stage, drafts)
    _hostile(stage, drafts)
    _proof(stage)
    _brief(stage)


def _promise(kept: object, otherwise: str) -> None:
    if not kept:
        raise NotAsPromised(otherwise)


# --- what comes in


def _drop(stage: Stage) -> None:
    samples = sorted(path for path in resources.demo_file("inbox").iterdir() if path.is_file())
    stage.vault.replace(HANDBOOK, resources.demo_file(HANDBOOK).read_bytes())
    stage.show(f"1. {len(samples)} files are dropped into Inbox/")
    for sample in samples:
        data = _dated(sample.read_bytes(), stage.now()) if sample.suffix != ".pdf" else sample.read_bytes()
        stage.vault.create(f"Inbox/{sample.name}", data)
        stage.show(f"   {sample.name:<33} {_about(sample.name, data)}")


def _dated(data: bytes, now: datetime) -> bytes:
    """`{day+12}` is the day in twelve days, `{date}` an hour ago: the sample never gets old."""
    said = _DAY.sub(lambda found: _day(now + timedelta(days=int(found[1]))), data.decode())
    return said.replace("{date}", format_datetime(now - timedelta(hours=1))).encode()


def _day(at: datetime) -> str:
    return f"{dates.spell(at.date(), 'en', at.date())} {at.year}"


def _about(name: str, data: bytes) -> str:
    if name.endswith(".pdf"):
        return f"a PDF of {len(data) / 1024:.0f} KB"
    if not name.endswith(".eml"):
        first = next(line for line in frontmatter.read(data).body.splitlines() if line.strip())
        return f"a note: {first.lstrip('# ')[:70]}"
    message = _mail(data)
    files = [part.get_filename() for part in message.iter_attachments()]
    return f"from {message['From']}: {message['Subject']}" + (f" (with {', '.join(map(str, files))})" if files else "")


def _notes(stage: Stage) -> dict[str, list[TaskNote]]:
    """The tasks of each dropped file: promised to be at least one of everything, and two of a mail with two wishes."""
    _promise(not stage.vault.scan("Inbox"), "something is left in Inbox/")
    notes: dict[str, list[TaskNote]] = {}
    for entry in (*stage.vault.scan("Attachments", deep=True), *stage.vault.scan("Done", deep=True)):
        data = stage.vault.read(entry.path) if entry.name.endswith(".md") else b""
        if b"\ntype: task\n" in data:
            note = task_note.read(data)
            notes.setdefault(note.originals[0].rpartition("/")[2], []).append(note)
    dropped = {path.name for path in resources.demo_file("inbox").iterdir()}
    _promise(notes.keys() == dropped, f"not everything became a task: {sorted(dropped - notes.keys())}")
    return notes


# --- who took it, and what came of it


def _routed(stage: Stage, notes: Mapping[str, list[TaskNote]]) -> None:
    stage.show("\n2. Who takes it, and why")
    for name, tasks in sorted(notes.items()):
        for note in sorted(tasks, key=lambda task: task.follows):
            stage.show(f"   {name:<33} {_taken(stage, note)}")
    newsletter = stage.ledger.tasks.get(notes[NEWSLETTER][0].id)
    _promise(newsletter and newsletter.outcome == "closed", "the newsletter was not closed")


def _taken(stage: Stage, note: TaskNote) -> str:
    draft = stage.ledger.proposals.latest(note.id)
    if draft is None:
        return f"closed, no answer: {stage.ledger.audit.of(note.id)[-1].data.get('why', '')}"
    content = stage.ledger.proposals.content(draft.key)
    second = " (the second thing in it)" if note.follows else ""
    return f"{content.agent}{second}: {_reason(content)}"


def _reason(content: Content) -> str:
    said = frontmatter.read(content.note).properties.get("reason")
    return str(said).partition(". ")[0]


def _drafts(stage: Stage, notes: Mapping[str, list[TaskNote]]) -> Drafts:
    """Every draft, shown; promised to be of the kinds that the sample asks for."""
    stage.show("\n3. What waits for you in Pending_Approval/")
    drafts = [drafted for name, tasks in notes.items() for drafted in _of(stage, name, tasks)]
    made = {name: tuple(sorted(d.content.action for d in drafts if d.name == name)) for name in notes}
    wrong = {name: kinds for name, kinds in made.items() if kinds != PROMISED[name]}
    _promise(not wrong, f"the drafts are of other kinds than promised: {wrong}")
    for drafted in sorted(drafts, key=lambda each: list(PROMISED).index(each.name)):
        _show_draft(stage, drafted)
    return drafts


def _of(stage: Stage, name: str, tasks: Sequence[TaskNote]) -> list[Drafted]:
    found = [stage.ledger.proposals.latest(task.id) for task in tasks]
    waiting = [draft for draft in found if draft and draft.state is State.PROPOSED]
    return [Drafted(name, draft, stage.ledger.proposals.content(draft.key)) for draft in waiting]


def _show_draft(stage: Stage, drafted: Drafted) -> None:
    path = _pending(drafted.proposal)
    lines = (approval.published_parts(stage.vault.read(path))[1].draft or "").splitlines()
    stage.show(f"\n   {path}")
    stage.show(f"   {decide.effect(drafted.content)}")
    for line in lines[:_LINES]:
        stage.show(f"   | {line}".rstrip())
    if len(lines) > _LINES:
        stage.show(f"   | … {len(lines) - _LINES} more lines")


def _pending(draft: Proposal) -> str:
    return f"Pending_Approval/{draft.name}"


# --- what the person does


def _one(drafts: Drafts, name: str) -> Proposal:
    return next(drafted.proposal for drafted in drafts if drafted.name == name)


def _decided(stage: Stage, drafts: Drafts) -> None:
    stage.show("\n4. You decide, each time in another way")
    for name in (QUESTION, ORDER):
        stage.vault.move(_pending(_one(drafts, name)), "Approved")
        stage.show(f"   yes  you move {_one(drafts, name).name} to Approved/")
    for name in (LIST, BILL, LUNCH):
        _tick(stage, _one(drafts, name))
        stage.show(f"   yes  you tick approve in {_one(drafts, name).name}")
    labels = [_one(drafts, name).label for name in (LETTER, MENTION, VISIT)]
    for label in labels:
        decide.decide(stage.ledger, decide.find(stage.ledger, label), "approve", stage.now())
    stage.show(f"   yes  you type: employee approve {' '.join(labels)}")
    said = resources.demo_file("Feedback.md").read_text(encoding="utf-8").strip()
    _turn_down(stage, _one(drafts, APPOINTMENT), said)
    stage.show(f"   no   you move {_one(drafts, APPOINTMENT).name} to Rejected/ and write: {said}")
    stage.show("   -    you do not touch the answer to the hostile mail, the call and the drafts for the two wishes")


def _tick(stage: Stage, draft: Proposal) -> None:
    note = stage.vault.read(_pending(draft))
    stage.vault.replace(_pending(draft), note.replace(b"\napprove: false\n", b"\napprove: true\n", 1))


def _turn_down(stage: Stage, draft: Proposal, said: str) -> None:
    note = stage.vault.read(_pending(draft))
    feedback = f"\n## Feedback\n\n{said}\n".encode()
    stage.vault.rewrite(_pending(draft), f"Rejected/{draft.name}", note + feedback, expected=note)


# --- what came of it


def _left(stage: Stage, drafts: Drafts) -> None:
    stage.show("\n5. What was carried out, each exactly once")
    for name in APPROVED:
        draft = stage.ledger.proposals.get(_one(drafts, name).key)
        effect = stage.ledger.proposals.effect(_one(drafts, name).key)
        _promise(draft and draft.state is State.DONE and effect, f"{name} was approved and is not done")
        receipt = str(effect["receipt"] if effect else "")
        stage.show(f"   {name:<33} {history.bare(receipt)}")
    done = [entry.name for entry in stage.vault.scan("Done", deep=True)]
    _promise(all(_one(drafts, name).name in done for name in APPROVED), "a receipt is missing in Done/")
    _show_outbox(stage)
    stage.show("\n   In Accounting/ledger.csv")
    for line in stage.vault.read("Accounting/ledger.csv").decode("utf-8-sig").splitlines():
        stage.show(f"   | {line}")
    stage.show("\n   With no account connected, what is to be sent lies ready in Outbox/, and you send it.")


def _show_outbox(stage: Stage) -> None:
    files = [entry for entry in stage.vault.scan("Outbox") if entry.regular]
    kinds = sorted(entry.name.rpartition(".")[2] for entry in files)
    _promise(kinds == ["eml", "eml", "html", "ics", "pdf", "txt"], f"other files left than approved: {kinds}")
    stage.show("\n   In Outbox/")
    for entry in files:
        stage.show(f"   | {entry.name}{_headers(stage.vault.read(entry.path)) if entry.name.endswith('.eml') else ''}")


def _headers(data: bytes) -> str:
    message = _mail(data)
    return f"\n   |    To: {message['To']}; Subject: {message['Subject']}"


def _new_draft(stage: Stage, drafts: Drafts) -> None:
    stage.show("\n6. Your feedback made a new draft; the old one can never run")
    newest = stage.ledger.proposals.latest(_one(drafts, APPOINTMENT).id)
    said = resources.demo_file("Feedback.md").read_text(encoding="utf-8").partition(": ")[2].strip()
    _promise(newest and newest.generation > 1, "the feedback made no new draft")
    if newest:
        content = stage.ledger.proposals.content(newest.key)
        _promise(said in content.text, "the new draft ignores the feedback")
        _show_draft(stage, Drafted(APPOINTMENT, newest, content))


def _hostile(stage: Stage, drafts: Drafts) -> None:
    stage.show("\n7. The hostile mail")
    draft = stage.ledger.proposals.get(_one(drafts, HOSTILE).key)
    _promise(draft and draft.state is State.PROPOSED and draft.risk == "high", "the hostile mail was not flagged")
    files = [stage.vault.read(entry.path) for entry in stage.vault.scan("Outbox", deep=True)]
    _promise(not any(b"attacker.example" in data for data in files), "something left for the attacker")
    stage.show("   It orders the program to send your handbook away and to approve itself. Nothing of that happened:")
    stage.show("   its answer still waits for you, marked high risk, with these warnings at its top:")
    for warning in json.loads(stage.ledger.proposals.content(_one(drafts, HOSTILE).key).cover)["found"]:
        stage.show(f"   ! {warning}")


def _proof(stage: Stage) -> None:
    verdict = stage.ledger.audit.verify()
    _promise(not verdict.wrong, f"the audit record is broken: {verdict.wrong}")
    stage.show(f"\n8. The record of all this: {verdict.records} entries, each chained to the one before, all in place.")


def _brief(stage: Stage) -> None:
    said = stage.brief()
    stage.show("\n9. The briefing, each morning at 7:00 in Briefings/; its spoken part")
    for line in said.splitlines():
        stage.show(f"   {line}".rstrip())


def _mail(data: bytes) -> EmailMessage:
    return message_from_bytes(data, _class=EmailMessage, policy=policy.default)
