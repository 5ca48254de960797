"""Labelled messages as they arrive: read from tests/corpus/routing, routed, and counted."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from agents import manager
from daemon.core import layers, mail, resources
from daemon.core.draft import Closed
from daemon.core.task import Attached, Kind, Task
from tests.agents.factories import NOW, Desk, of_mail

FOLDER = Path(__file__).parents[1] / "corpus" / "routing"
_CONFIG = layers.parse("default.toml", resources.config_file("default.toml").read_text(encoding="utf-8")).table
ROUTER = manager.Agent(manager.Config.model_validate(_CONFIG["agents"]["manager"]))
Message = Mapping[str, Any]


def messages(folder: Path = FOLDER) -> Iterator[Message]:
    for path in sorted(folder.glob("*.toml")):
        yield from tomllib.loads(path.read_text(encoding="utf-8"))["message"]


def taken_by(message: Message) -> tuple[str, tuple[str, ...], str]:
    """Who works on it ("none": nobody), who else, and the reason."""
    decided = ROUTER.route(task(message), Desk())
    if isinstance(decided, Closed):
        return "none", (), decided.reason
    return decided.agent, tuple(second.agent for second in decided.also), decided.reason


def confusion(folder: Path = FOLDER) -> Counter[tuple[str, str]]:
    """How often (wanted, decided) came; a second acceptable label counts as the wanted one."""
    return Counter((message["agent"], _settled(message, taken_by(message)[0])) for message in messages(folder))


def _settled(message: Message, decided: str) -> str:
    return message["agent"] if decided in message.get("or", ()) else decided


def task(message: Message) -> Task:
    files = tuple(_attached(one) for one in message.get("attachments", ()))
    if message["form"] == "mail":
        return _with(of_mail(mail.read(_mail(message).as_bytes())), files)
    kind: Kind = message["form"]
    title = message.get("name") or message.get("subject") or message["text"].strip().partition("\n")[0][:100]
    return Task("t1", kind, "inbox", "k1", message.get("from", ""), title, message["text"], NOW, attachments=files)


def _with(task: Task, files: tuple[Attached, ...]) -> Task:
    return Task(
        task.id, task.kind, task.source, task.source_key, task.sender, task.title, task.text, task.created,
        mail=task.mail, attachments=files,
    )  # fmt: skip


def _attached(one: Mapping[str, str]) -> Attached:
    return Attached(one["name"], f"Attachments/t1/{one['name']}", "application/pdf", 1000, "0" * 64, text=one["text"])


def _mail(message: Message) -> EmailMessage:
    made = EmailMessage()
    headers = {"From": message["from"], "To": "anna@birchwood.example", "Subject": message["subject"]}
    dated = {"Date": "Sat, 21 Nov 2026 08:00:00 +0000", "Message-ID": "<1@mail.example>"}
    for name, value in (headers | dated | message.get("headers", {})).items():
        made[name] = value
    made.set_content(message["text"])
    return made


__all__ = ["FOLDER", "confusion", "messages", "taken_by", "task"]
