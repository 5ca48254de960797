"""How the folder of the vault behaves: its events, who syncs it, its clock.

Two of these put an empty hidden file into Inbox/ for a moment, to see what the disk does with it.
"""

from __future__ import annotations

import os
import time
from datetime import datetime, timedelta
from threading import Event

from daemon.adapters.file_events import FileEvents
from daemon.core.ports import VaultWriter
from daemon.ops.doctor.values import Result, Subject

PROBE = "Inbox/.employee-doctor"  # hidden and .tmp: never taken for something dropped
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
