"""The whole main job on sample input, shown as a person would see it.

The sample is dropped, the real roles work, a made-up person decides in four ways, and what came of it is shown. Each
step is a promise of the product; where one is not kept, the demo ends with `NotAsPromised`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

from daemon.core import approval, frontmatter, resources, task_note
from daemon.core.proposal import Content, Proposal, State
from daemon.core.task_note import TaskNote
from daemon.ops import decide
from daemon.runtime.ledger import Ledger
from daemon.vault import Vault

HANDBOOK = "Company_Handbook.md"
QUESTION, APPOINTMENT = "Question with an attachment.eml", "Appointment.eml"
NEWSLETTER, HOSTILE = "Newsletter.eml", "Hostile.eml"
LIST, LETTER = "Packing list.md", "Write to the paper mill.md"


class NotAsPromised(Exception):
    """A step of the demo did not come out as it should; the text says which."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the demo plays."""

    vault: Vault
    ledger: Ledger
    work: Callable[[], None]  # let the employee finish whatever needs no person
    show: Callable[[str], None]
    now: Callable[[], datetime]


def play(stage: Stage) -> None:
    """All steps. Raises NotAsPromised."""
    _drop(stage)
    stage.work()
    tasks = _tasks(stage)
    _routed(stage, tasks)
    drafts = _drafts(stage, tasks)
    _decided(stage, drafts)
    stage.work()
    _left(stage, drafts)
    _new_draft(stage, drafts)
    _hostile(stage, drafts)
    _proof(stage)


def _promise(kept: object, otherwise: str) -> None:
    if not kept:
        raise NotAsPromised(otherwise)


# --- what comes in


def _drop(stage: Stage) -> None:
    samples = sorted(path for path in resources.demo_file("inbox").iterdir() if path.is_file())
    stage.vault.replace(HANDBOOK, resources.demo_file(HANDBOOK).read_bytes())
    stage.show(f"1. {len(samples)} files are dropped into Inbox/")
    for sample in samples:
        stage.vault.create(f"Inbox/{sample.name}", sample.read_bytes())
        stage.show(f"   {sample.name:<33} {_about(sample.name, sample.read_bytes())}")


def _about(name: str, data: bytes) -> str:
    if not name.endswith(".eml"):
        return f"a note: {data.decode().splitlines()[0].lstrip('# ')}"
    message = _mail(data)
    files = [part.get_filename() for part in message.iter_attachments()]
    return f"from {message['From']}: {message['Subject']}" + (f" (with {', '.join(map(str, files))})" if files else "")


def _tasks(stage: Stage) -> dict[str, TaskNote]:
    """What was dropped, by its file name; promised to be everything."""
    _promise(not stage.vault.scan("Inbox"), "something is left in Inbox/")
    notes: dict[str, TaskNote] = {}
    for entry in (*stage.vault.scan("Attachments", deep=True), *stage.vault.scan("Done", deep=True)):
        data = stage.vault.read(entry.path) if entry.name.endswith(".md") else b""
        if b"\ntype: task\n" in data:
            note = task_note.read(data)
            notes[note.originals[0].rpartition("/")[2]] = note
    dropped = {path.name for path in resources.demo_file("inbox").iterdir()}
    _promise(notes.keys() == dropped, f"not everything became a task: {sorted(dropped - notes.keys())}")
    return notes


# --- who took it, and what came of it


def _routed(stage: Stage, tasks: Mapping[str, TaskNote]) -> None:
    stage.show("\n2. Who takes it, and why")
    for name, note in sorted(tasks.items()):
        draft = stage.ledger.proposals.latest(note.id)
        if draft:
            content = stage.ledger.proposals.content(draft.key)
            stage.show(f"   {name:<33} {content.agent}: {_reason(content)}")
        else:
            closed = stage.ledger.audit.of(note.id)[-1]
            stage.show(f"   {name:<33} closed, no answer: {closed.data.get('why', '')}")
    newsletter = stage.ledger.tasks.get(tasks[NEWSLETTER].id)
    _promise(newsletter and newsletter.outcome == "closed", "the newsletter was not closed")


def _reason(content: Content) -> str:
    said = frontmatter.read(content.note).properties.get("reason")
    return str(said).partition(". ")[0]


def _drafts(stage: Stage, tasks: Mapping[str, TaskNote]) -> dict[str, Proposal]:
    """The draft of each dropped file that has one, shown; promised for all but the newsletter."""
    stage.show("\n3. What waits for you in Pending_Approval/")
    found = {name: stage.ledger.proposals.latest(note.id) for name, note in tasks.items()}
    drafts = {name: draft for name, draft in found.items() if draft and draft.state is State.PROPOSED}
    _promise(drafts.keys() == tasks.keys() - {NEWSLETTER}, f"drafts only for {sorted(drafts)}")
    for draft in drafts.values():
        _show_draft(stage, draft)
    return drafts


def _show_draft(stage: Stage, draft: Proposal) -> None:
    content = stage.ledger.proposals.content(draft.key)
    text = approval.published_parts(stage.vault.read(_pending(draft)))[1].draft or ""
    stage.show(f"\n   {_pending(draft)}")
    stage.show(f"   {decide.effect(content)}")
    for line in text.splitlines():
        stage.show(f"   | {line}".rstrip())


def _pending(draft: Proposal) -> str:
    return f"Pending_Approval/{draft.name}"


# --- what the person does


def _decided(stage: Stage, drafts: Mapping[str, Proposal]) -> None:
    stage.show("\n4. You decide, each time in another way")
    stage.vault.move(_pending(drafts[QUESTION]), "Approved")
    stage.show(f"   yes  you move {drafts[QUESTION].name} to Approved/")
    _tick(stage, drafts[LIST])
    stage.show(f"   yes  you tick approve in {drafts[LIST].name}")
    letter = drafts[LETTER].label
    decide.decide(stage.ledger, decide.find(stage.ledger, letter), "approve", stage.now())
    stage.show(f"   yes  you type: employee approve {letter}")
    said = resources.demo_file("Feedback.md").read_text(encoding="utf-8").strip()
    _turn_down(stage, drafts[APPOINTMENT], said)
    stage.show(f"   no   you move {drafts[APPOINTMENT].name} to Rejected/ and write: {said}")
    stage.show("   -    you do not touch the answer to the hostile mail")


def _tick(stage: Stage, draft: Proposal) -> None:
    note = stage.vault.read(_pending(draft))
    stage.vault.replace(_pending(draft), note.replace(b"\napprove: false\n", b"\napprove: true\n", 1))


def _turn_down(stage: Stage, draft: Proposal, said: str) -> None:
    note = stage.vault.read(_pending(draft))
    feedback = f"\n## Feedback\n\n{said}\n".encode()
    stage.vault.rewrite(_pending(draft), f"Rejected/{draft.name}", note + feedback, expected=note)


# --- what came of it


def _left(stage: Stage, drafts: Mapping[str, Proposal]) -> None:
    stage.show("\n5. What was carried out, each exactly once")
    for name in (QUESTION, LIST, LETTER):
        draft = stage.ledger.proposals.get(drafts[name].key)
        effect = stage.ledger.proposals.effect(drafts[name].key)
        _promise(draft and draft.state is State.DONE and effect, f"{name} was approved and is not done")
        path = str(effect["receipt"] if effect else "").rpartition(" sha256:")[0]
        stage.show(f"\n   {effect['outcome'] if effect else ''}  {path}")
        _show_file(stage, path)
    done = [entry.name for entry in stage.vault.scan("Done", deep=True)]
    _promise(all(drafts[name].name in done for name in (QUESTION, LIST, LETTER)), "a receipt is missing in Done/")
    stage.show(
        "\n   Each lies in Done/ with its receipt. The mails lie ready in Outbox/: with no account, you send them."
    )
    _promise(len(stage.vault.scan("Outbox")) == 2, "more or fewer than two mails left")  # noqa: PLR2004 - as decided


def _show_file(stage: Stage, path: str) -> None:
    data = stage.vault.read(path)
    if path.endswith(".eml"):
        message = _mail(data)
        for header in ("To", "Subject", "In-Reply-To"):
            if message[header]:
                stage.show(f"   | {header}: {message[header]}")
    else:
        stage.show(f"   | {data.decode().splitlines()[0]}")


def _new_draft(stage: Stage, drafts: Mapping[str, Proposal]) -> None:
    stage.show("\n6. Your feedback made a new draft; the old one can never run")
    newest = stage.ledger.proposals.latest(drafts[APPOINTMENT].id)
    said = resources.demo_file("Feedback.md").read_text(encoding="utf-8").partition(": ")[2].strip()
    _promise(newest and newest.generation > 1, "the feedback made no new draft")
    if newest:
        _promise(said in stage.ledger.proposals.content(newest.key).text, "the new draft ignores the feedback")
        _show_draft(stage, newest)


def _hostile(stage: Stage, drafts: Mapping[str, Proposal]) -> None:
    stage.show("\n7. The hostile mail")
    draft = stage.ledger.proposals.get(drafts[HOSTILE].key)
    _promise(draft and draft.state is State.PROPOSED and draft.risk == "high", "the hostile mail was not flagged")
    files = [stage.vault.read(entry.path) for entry in stage.vault.scan("Outbox", deep=True)]
    _promise(not any(b"attacker.example" in data for data in files), "something left for the attacker")
    stage.show("   It orders the program to send your handbook away and to approve itself. Nothing of that happened:")
    stage.show("   its answer still waits for you, marked high risk, with these warnings at its top:")
    for warning in json.loads(stage.ledger.proposals.content(drafts[HOSTILE].key).cover)["found"]:
        stage.show(f"   ! {warning}")


def _proof(stage: Stage) -> None:
    verdict = stage.ledger.audit.verify()
    _promise(not verdict.wrong, f"the audit record is broken: {verdict.wrong}")
    stage.show(f"\n8. The record of all this: {verdict.records} entries, each chained to the one before, all in place.")
    board = frontmatter.read(stage.vault.read("Dashboard.md")).body
    stage.show("\n9. The day at a glance, in Dashboard.md")
    for line in board.strip().splitlines():
        stage.show(f"   {line}".rstrip())


def _mail(data: bytes) -> EmailMessage:
    return message_from_bytes(data, _class=EmailMessage, policy=policy.default)
