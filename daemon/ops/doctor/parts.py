"""Plug-ins, skills, and the roles that run."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from daemon.ops import mail_accounts
from daemon.ops.doctor.values import Result, Subject
from daemon.runtime import guidance, heartbeat, status


def plugins(subject: Subject) -> list[Result]:
    """Whether every plug-in loads."""
    broken = {name: why for name, why in subject.plugins.items() if why}
    if broken:
        return [
            Result("Plug-ins", "wrong", f"{name}: {why}", "repair or remove the file") for name, why in broken.items()
        ]
    kinds = Counter(name.split(".")[-2].rstrip("s") for name in subject.plugins)
    loaded = (f"{count} {kind if count == 1 else _MANY.get(kind, kind)}" for kind, count in kinds.items())
    return [Result("Plug-ins", "fine", ", ".join(loaded))]


_MANY = {"agent": "agents", "action": "actions", "watcher": "watchers"}


def skills(subject: Subject) -> list[Result]:
    """Whether each skill of the person's is used, and why not."""
    context = subject.context
    if not context.vault.present():
        return []
    own = guidance.survey(context.vault, context.ledger.trust)
    idle = [each for each in own if each.state != "trusted"]
    if not idle:
        found = f"{len(guidance.shipped())} shipped, {len(own)} of your own"
        return [Result("Skills", "fine", found)]
    return [
        Result("Skills", "wrong" if each.state == "changed" else "hint", _idle(each), guidance.remedy(each))
        for each in idle
    ]


def _idle(own: guidance.Own) -> str:
    why = {
        "new": "is not trusted yet",
        "changed": "was changed since you trusted it",
        "gone": "was trusted and is gone",
    }
    return f"{own.name} {why.get(own.state, 'cannot be used')}, so agents do not get it"


def roles(subject: Subject) -> list[Result]:
    """Whether each role that was started still lives, or ended as it should."""
    every = timedelta(seconds=subject.context.settings.schedule.heartbeat_seconds)
    beats = heartbeat.read(subject.home / "run")
    lost = [beat for beat in beats if not beat.stopped and not beat.alive(subject.now, every)]
    if lost:
        found = ", ".join(f"{beat.role} (process {beat.pid}) ended without saying so" for beat in lost)
        return [Result("Roles", "wrong", found, "start it again: `employee run`")]
    running = {beat.role: beat.pid for beat in beats if beat.alive(subject.now, every)}
    if not running:
        return [Result("Roles", "hint", "nothing runs", "`employee run` starts it")]
    kinds = {account.kind for account in mail_accounts.stored(subject.secrets)[0]}
    return [Result("Roles", "fine", status.at_work(running, kinds))]
