"""Where the note of a task goes: beside its originals when its draft is out, to Done/ or Failed/ with the reason."""

from __future__ import annotations

import logging
from datetime import datetime

from daemon.core import document, frontmatter, names, neutral
from daemon.core.ports import NameTaken, VaultProblem
from daemon.core.properties import Value
from daemon.runtime.context import Context

log = logging.getLogger(__name__)
FAILED, DONE = "Failed", "Done"


class TaskNotes:
    """Moves the notes of tasks, each call safe to be killed and done again."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._vault = context.vault
        self._ledger = context.ledger

    def put_away(self, path: str, task: str, said: dict[str, Value]) -> None:
        """A task note whose draft is out lies with its originals."""
        data = self._vault.read(path)
        self._go_on(path, home(task, path), frontmatter.edit(data, said), data)

    def close(self, path: str, task: str, reason: str, now: datetime) -> bool:
        """It needs no answer (any more). Raises Missing when the note is gone; the ledger knows all the same."""
        day = self._ledger.tasks.close(task, "closed", reason, day=self._context.day(now), now=now)
        data = self._vault.read(path)
        at = self._context.local(now)
        said: dict[str, Value] = {
            "status": "done",
            "outcome": "closed",
            "reason": neutral.label(reason),
            "executed": at,
        }
        self.rewrite(path, f"{DONE}/{day[:7]}", frontmatter.edit(data, said), data)
        log.info("task %s: closed: %s", task, reason)
        return True

    def fail(self, path: str, task: str, why: str, now: datetime) -> bool:
        """It could not be done; the note says why, and how to try again."""
        self._ledger.tasks.close(task, "failed", why, day="", now=now)
        data = self._vault.read(path)
        help_ = f"{neutral.inline(why)}\n\nTo try again: `employee retry {task}`, or move this note to Needs_Action/."
        noted = document.with_callout(data, "failure", "This could not be done", help_)
        self.rewrite(path, FAILED, frontmatter.edit(noted, {"status": "failed", "reason": neutral.label(why)}), data)
        log.warning("task %s: failed: %s", task, why)
        return True

    def rewrite(self, path: str, folder: str, data: bytes, expected: bytes) -> None:
        """The note with this content in another folder."""
        self._go_on(path, f"{folder}/{path.rpartition('/')[2]}", data, expected)

    def _go_on(self, path: str, target: str, data: bytes, expected: bytes) -> None:
        """The note goes on elsewhere. One with its text that is there already is itself, from before a restart."""
        try:
            self._vault.create(target, data)
        except NameTaken:
            if not self._is_there(target, data, expected):
                self._vault.create_beside(target, data)
        self._vault.remove(path, expected=expected)

    def _is_there(self, target: str, data: bytes, expected: bytes) -> bool:
        """Properties and a callout above the text differ from one time to the next; the text itself does not."""
        text = expected[frontmatter.body_start(expected) :]
        try:
            found = self._vault.read(target)
        except VaultProblem:
            return False
        return found == data or bool(text.strip() and found.endswith(text))


def home(task: str, path: str) -> str:
    """Where the note of a task lies once its draft is out: under a name that no original can have."""
    name = path.rpartition("/")[2]
    own = names.identity(name) == (task, 1)
    return f"Attachments/{task}/{name if own else names.task_name('note', 'task', task)}"
