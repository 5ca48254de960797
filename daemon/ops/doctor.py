"""Every check of the installation: what was found, and the one-line remedy where something is wrong.

A check only looks; two of them put an empty hidden file into Inbox/ for a moment, to see what the disk does with it.
It must not need a running daemon, a network or a vault that is in order.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Literal

from daemon.adapters.credentials.store import Store
from daemon.adapters.file_events import FileEvents
from daemon.adapters.llm.models import Models
from daemon.adapters.llm.prices import PriceList
from daemon.core import handbook, resources
from daemon.core.errors import Transient, UserError
from daemon.core.files import Missing, VaultProblem
from daemon.core.minds import outages, providers
from daemon.core.minds.usage import Usage
from daemon.core.ports import VaultWriter
from daemon.ops import connecting, proof
from daemon.runtime import belonging, dashboard, guidance, heartbeat
from daemon.runtime.context import Context
from daemon.runtime.ledger.database import Damaged
from daemon.vault import FOLDERS

HANDBOOK = "Company_Handbook.md"
OLDEST_PYTHON = (3, 11)
PROBE = "Inbox/.employee-doctor"  # hidden and .tmp: never taken for something dropped
LITTLE_SPACE = 500 * 1024 * 1024  # bytes
_SKEW = timedelta(minutes=5)
_PATIENCE = 3.0  # seconds; where folders are looked at in turns it takes two
# What sync programs leave in the folder they sync, or above it; and how their folders are called.
_SYNC_TRACES = {
    "Syncthing": ".stfolder",
    "Dropbox": ".dropbox.cache",
    "Nextcloud": ".nextcloudsync.log",
    "Resilio Sync": ".sync",
    "git": ".git",
    "Obsidian Sync": ".obsidian/sync.json",
    "Seafile": ".seafile-data",
}
_SYNC_PATHS = {
    "iCloud Drive": "mobile documents",
    "Dropbox": "/dropbox/",
    "OneDrive": "/onedrive",
    "Google Drive": "/googledrive",
    "Nextcloud": "/nextcloud/",
}

Level = Literal["fine", "hint", "wrong"]


@dataclass(frozen=True, slots=True)
class Result:
    """What one check found, as a sentence; `remedy` is "" when nothing is to be done."""

    name: str
    level: Level
    found: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is examined."""

    context: Context
    vault: Path
    home: Path  # EMPLOYEE_HOME
    config: Path  # the person's config.toml; need not exist
    own_settings: Mapping[str, str]  # what differs from the shipped values: `key = value` -> where it is set
    secrets: Store
    plugins: Mapping[str, str]  # "agents.mail" -> why it cannot be loaded, "" when it can
    now: datetime


Check = Callable[[Subject], list[Result]]


def examine(subject: Subject) -> list[Result]:
    """All checks, in the order a person would go through them."""
    return [result for check in CHECKS for result in _made(check, subject)]


def _made(check: Check, subject: Subject) -> list[Result]:
    """A check that cannot be made has found something, too."""
    try:
        return check(subject)
    except (UserError, Transient, VaultProblem) as error:
        name = check.__name__.replace("_", " ").capitalize()
        return [Result(name, "wrong", str(error), "put right what the other checks found, then look again")]


def python(subject: Subject) -> list[Result]:
    """Whether this Python is new enough."""
    del subject
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < OLDEST_PYTHON:
        return [Result("Python", "wrong", f"{version} is too old", "install Python 3.11 or newer and reinstall")]
    return [Result("Python", "fine", f"{version} at {sys.executable}")]


def configuration(subject: Subject) -> list[Result]:
    """What the person set, and where. That it is valid is known: it was read."""
    where = str(subject.config) if subject.config.exists() else f"{subject.config} does not exist; that is fine"
    own = [f"{setting} ({origin})" for setting, origin in sorted(subject.own_settings.items())]
    return [Result("Configuration", "fine", "; ".join([where, *own]))]


def vault_there(subject: Subject) -> list[Result]:
    """Whether the vault is there, whole, ours and may be written."""
    root = subject.vault
    if not subject.context.vault.present():
        remedy = "connect its disk, or make it with `employee init`"
        return [Result("Vault", "wrong", f"there is no vault at {root}", remedy)]
    if missing := [folder for folder in FOLDERS if not (root / folder).is_dir()]:
        return [Result("Vault", "wrong", f"{root} lacks {', '.join(missing)}", "`employee init` adds them")]
    closed = [
        str(path) for path in (root, *(root / f for f in FOLDERS)) if not os.access(path, os.R_OK | os.W_OK | os.X_OK)
    ]
    if closed:
        return [Result("Vault", "wrong", f"{closed[0]} may not be written", "give yourself the right to write there")]
    return [Result("Vault", "fine", str(root))]


def owner(subject: Subject) -> list[Result]:
    """Whether the vault belongs to this state directory."""
    context = subject.context
    named = dashboard.instance_of(context.vault) if context.vault.present() else ""
    if named and named != context.ledger.instance:
        found = f"the vault belongs to another state directory (instance {named})"
        return [Result("Owner", "wrong", found, "use that one (EMPLOYEE_HOME), or take it over: `employee adopt`")]
    return [Result("Owner", "fine", f"instance {context.ledger.instance}")]


def space(subject: Subject) -> list[Result]:
    """Whether vault and state directory have room."""
    places = {"the vault": subject.vault, "the state directory": subject.home}
    free = {name: shutil.disk_usage(path).free for name, path in places.items() if path.exists()}
    tight = [name for name, left in free.items() if left < LITTLE_SPACE]
    found = ", ".join(f"{left >> 20:,} MB free for {name}" for name, left in free.items())
    return [Result("Disk", "wrong" if tight else "fine", found, "make room" if tight else "")]


def state_directory(subject: Subject) -> list[Result]:
    """Whether nobody else may read what is private, and no sync tool carries it away."""
    home, vault = subject.home.resolve(), subject.vault.resolve()
    if home.is_relative_to(vault) or vault.is_relative_to(home):
        found = f"{home} and the vault lie inside each other, so it gets synced"
        return [Result("State directory", "wrong", found, "set EMPLOYEE_HOME to a folder outside the vault")]
    if os.name != "nt" and home.stat().st_mode & 0o077:
        return [Result("State directory", "wrong", f"others may read {home}", f"chmod 700 {home}")]
    return [Result("State directory", "fine", str(home))]


def ledger(subject: Subject) -> list[Result]:
    """Whether the database is whole, and no old copy."""
    try:
        belonging.require_current(subject.context.vault, subject.context.ledger)
    except Damaged as damaged:
        remedy = "stop AI Employee; put a copy of the state directory back, or type `employee adopt`"
        return [Result("Ledger", "wrong", str(damaged), remedy)]
    return [Result("Ledger", "fine", "whole, and the newest one")]


def audit(subject: Subject) -> list[Result]:
    """Whether the record of what happened is as it was written."""
    verdict = proof.verify(subject.context.ledger, subject.context.vault, subject.secrets)
    found = f"{verdict.records} records, all in place"
    if verdict.kind == "lost":
        remedy = "`employee run` puts back what the vault lacks; if you did not remove it, somebody else did"
        return [Result("Audit", "hint", f"{found}, but {verdict.wrong}", remedy)]
    if verdict.wrong:
        return [Result("Audit", "wrong", verdict.wrong, "keep a copy of the state directory and restore a backup")]
    if not verdict.signed:
        return [Result("Audit", "fine", f"{found}, not signed yet")]
    signed = f"{found}, signed up to {verdict.signed[-1].seq}"
    if verdict.copies:
        return [Result("Audit", "fine", signed)]
    remedy = "`employee run` puts them there; without them an older database in its place is not noticed"
    return [Result("Audit", "hint", f"{signed}, but the vault has no copy of the signatures", remedy)]


def secrets(subject: Subject) -> list[Result]:
    """Whether passwords and keys can be read by you alone, and whether they can be read."""
    store = subject.secrets
    try:
        names, unfinished = [secret.name for secret in store.all()], store.rotating()
    except UserError as error:
        return [Result("Secrets", "wrong", str(error), "do as it says; nothing starts before")]
    if unfinished:
        return [Result("Secrets", "hint", "exchanging their key was cut off", "`employee secrets rotate` ends it")]
    kept = f"{len(names)} stored, encrypted" if names else "none are stored"
    return [Result("Secrets", "fine", f"{kept}; their key is {store.key_path}, back it up apart from the rest")]


def models(subject: Subject) -> list[Result]:
    """Whether each language model that is in use has a key or an address. None of them is asked."""
    llm = subject.context.settings.llm
    if llm.offline:
        return [Result("Models", "fine", "switched off ([llm] offline): everything is drafted by rules")]
    named, door = connecting.all_in_use(llm), Models(llm, subject.secrets.find)
    if strange := [model for model in named if providers.of(model) is None]:
        return [Result("Models", "wrong", door.ready(model), "correct it in [llm.models]") for model in strange]
    closed = {model.partition(":")[0]: door.ready(model) for model in named}
    if all(closed.values()):
        remedy = "`employee connect anthropic`, or a server of your own: `employee connect local`"
        return [Result("Models", "hint", "none is connected, so everything is drafted by rules", remedy)]
    told = {name: why for name, why in closed.items() if not (why and _as_shipped(subject, name))}
    found = [_provider(subject, name, why) for name, why in told.items()]
    prices = PriceList(llm.prices)
    priceless = [m for m in named if not closed[m.partition(":")[0]] and prices.cost(m, Usage(1, 1)) is None]
    said, remedy = "nobody knows what {} costs, so it is never asked", "give it a price: [llm.prices]"
    return [*found, *(Result("Models", "wrong", said.format(model), remedy) for model in priceless)]


def _as_shipped(subject: Subject, name: str) -> bool:
    """Whether the person never named a model of this provider: that it cannot be asked is no fault then."""
    own = any(setting.startswith("llm.models.") and f"{name}:" in setting for setting in subject.own_settings)
    return name in (providers.LOCAL.name, providers.ANTHROPIC.name) and not own


def _provider(subject: Subject, name: str, why: str) -> Result:
    """From what is known, and from how its last calls went."""
    context, now = subject.context, subject.now
    failing = [each for each in context.ledger.spending.failing(now - outages.LOOKED_AT) if each.provider == name]
    for worry in outages.worries(failing, outages.Reach.read(context.settings.llm.model_dump()), now, context.zone):
        return Result("Models", "wrong", worry.what, worry.remedy)
    if why:
        return Result("Models", "hint", why, f"`employee connect {name}`, or take its models out of [llm.models]")
    return Result("Models", "fine", f"{name} can be asked; `employee connect {name} --test` does")


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


def file_events(subject: Subject) -> list[Result]:
    """How changes in the vault are noticed, tried out with a file of our own that goes away again."""
    vault, told = subject.context.vault, Event()
    if not vault.present():
        return []
    events = FileEvents(subject.vault, ("Inbox",), told.set)
    events.start()
    try:
        told.clear()
        came = _touched(vault, told)
    finally:
        events.stop()
    state = events.state.removesuffix(".")
    if came is None:
        remedy = f"nothing is lost: every folder is looked at each {subject.context.settings.inbox.rescan_seconds:g} s"
        return [Result("File events", "hint", f"{state}, but a new file in Inbox/ was not reported", remedy)]
    return [Result("File events", "fine", f"{state}; a new file was noticed after {came * 1000:.0f} ms")]


def _touched(vault: VaultWriter, told: Event) -> float | None:
    """Seconds until a new file was reported; None when it was not."""
    probe, begun = f"{PROBE}.{os.getpid()}.tmp", time.monotonic()
    vault.create(probe, b"")
    try:
        return time.monotonic() - begun if told.wait(_PATIENCE) else None
    finally:
        vault.remove(probe, expected=b"")


def sync(subject: Subject) -> list[Result]:
    """Which program copies the vault to other devices, as far as its traces tell; and whether it is one only."""
    root = subject.vault.resolve()
    found = [name for name, trace in _SYNC_TRACES.items() if any((at / trace).exists() for at in (root, *root.parents))]
    found += [name for name, part in _SYNC_PATHS.items() if part in root.as_posix().lower()]
    tools = sorted(set(found))
    if len(tools) > 1:
        remedy = "let only one program sync this folder; two make conflict copies of each other's work"
        return [Result("Sync", "hint", f"several programs may sync this vault: {', '.join(tools)}", remedy)]
    return [
        Result("Sync", "fine", f"{tools[0]} seems to sync this vault" if tools else "no sync program was recognised")
    ]


def permissions(subject: Subject) -> list[Result]:
    """Whether files that hold what is private can be read by you alone."""
    if os.name == "nt":
        return []
    private = [path for path in (subject.config, *subject.home.glob("*.sqlite3*")) if path.exists()]
    writable = [path for path in (*private, subject.vault) if path.exists() and path.stat().st_mode & 0o002]
    if writable:
        return [Result("Permissions", "wrong", f"anybody may write {writable[0]}", f"chmod o-w {writable[0]}")]
    open_ = [path for path in private if path != subject.config and path.stat().st_mode & 0o077]
    if open_:
        return [Result("Permissions", "wrong", f"others may read {open_[0]}", f"chmod 600 {open_[0]}")]
    return [Result("Permissions", "fine", "only you can read the state, and nobody else can write the vault")]


def clock(subject: Subject) -> list[Result]:
    """Whether the computer's clock went back behind what is already recorded."""
    newest = subject.context.ledger.audit.tail(1)
    if newest and datetime.fromisoformat(newest[0].at) > subject.now + _SKEW:
        found = f"the clock says {subject.now:%Y-%m-%d %H:%M} UTC, but the last record is from {newest[0].at[:16]}"
        return [Result("Clock", "wrong", found, "set this computer's clock; let it set itself from the network")]
    if abs(drift := _disk_clock(subject)) > _SKEW:
        found = f"the disk of the vault stamps files {drift} off this computer's clock"
        return [
            Result("Clock", "hint", found, "set the clock of the server that has the disk; nothing is lost meanwhile")
        ]
    return [Result("Clock", "fine", f"{subject.context.local(subject.now)} ({subject.context.zone})")]


def _disk_clock(subject: Subject) -> timedelta:
    """How far the disk's idea of now is ahead of ours: network drives have clocks of their own."""
    vault = subject.context.vault
    if not vault.present():
        return timedelta()
    probe = vault.create(f"{PROBE}.{os.getpid()}.tmp", b"")
    try:
        seconds = vault.stat(probe).mtime - time.time()
    finally:
        vault.remove(probe, expected=b"")
    return timedelta(seconds=round(seconds))


def roles(subject: Subject) -> list[Result]:
    """Whether each role that was started still lives, or ended as it should."""
    every = timedelta(seconds=subject.context.settings.schedule.heartbeat_seconds)
    beats = heartbeat.read(subject.home / "run")
    lost = [beat for beat in beats if not beat.stopped and not beat.alive(subject.now, every)]
    if lost:
        found = ", ".join(f"{beat.role} (process {beat.pid}) ended without saying so" for beat in lost)
        return [Result("Roles", "wrong", found, "start it again: `employee run`")]
    running = [f"{beat.role} (process {beat.pid})" for beat in beats if beat.alive(subject.now, every)]
    if not running:
        return [Result("Roles", "hint", "nothing runs", "`employee run` starts it")]
    return [Result("Roles", "fine", ", ".join(running))]


def handbook_read(subject: Subject) -> list[Result]:
    """Whether the handbook says anything, and whether all of it was understood."""
    try:
        text = subject.context.vault.read(HANDBOOK)
    except Missing:
        return [Result("Handbook", "hint", f"there is no {HANDBOOK}", "`employee init` makes one to fill in")]
    if text == resources.template_files()[HANDBOOK].read_bytes():
        remedy = f"write your facts, contacts and signature into {HANDBOOK}; each draft gets better"
        return [Result("Handbook", "hint", "it is still the example, so drafts know nothing about you", remedy)]
    if problems := handbook.parse(text.decode("utf-8", "replace")).problems:
        return [Result("Handbook", "hint", problem, f"correct it in {HANDBOOK}") for problem in problems]
    return [Result("Handbook", "fine", "read and understood")]


CHECKS: Sequence[Check] = (
    python, configuration, vault_there, owner, space, state_directory, permissions, ledger, audit, secrets, models,
    plugins, file_events, sync, clock, roles, handbook_read, skills,
)  # fmt: skip
