"""The computer, the vault and the state directory."""

from __future__ import annotations

import os
import shutil
import sys

from daemon.core import handbook, resources
from daemon.core.files import Missing
from daemon.ops.doctor.values import Result, Subject
from daemon.runtime import dashboard
from daemon.vault import FOLDERS

HANDBOOK = "Company_Handbook.md"
OLDEST_PYTHON = (3, 11)
LITTLE_SPACE = 500 * 1024 * 1024  # bytes


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
        remedy = (
            "if you moved it, say where it is: in `[vault] path` of your configuration, or with `--vault PATH`; "
            "else connect its disk, or make it with `employee init`"
        )
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
    return [Result("Owner", "fine", "this vault is worked on from here, and from nowhere else")]


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


HELP = "Help/Writing the handbook.md"


def handbook_read(subject: Subject) -> list[Result]:
    """Whether the handbook says anything, and whether all of it was understood."""
    try:
        text = subject.context.vault.read(HANDBOOK)
    except Missing:
        return [Result("Handbook", "hint", f"there is no {HANDBOOK}", "`employee init` makes one to fill in")]
    if text == resources.template_files()[HANDBOOK].read_bytes():
        remedy = f"write your facts, contacts and signature into {HANDBOOK}; each draft gets better"
        return [Result("Handbook", "hint", "it is still the example, so drafts know nothing about you", remedy)]
    said = text.decode("utf-8", "replace")
    lines = [
        Result("Handbook", "hint", problem, f"correct it in {HANDBOOK}") for problem in handbook.parse(said).problems
    ]
    lines += [Result("Handbook", "hint", each.sentence, _meant(each)) for each in handbook.unread(said)]
    return lines or [Result("Handbook", "fine", "read and understood")]


def _meant(unread: handbook.Unread) -> str:
    if unread.near:
        return f"call it “## {unread.near}” in {HANDBOOK}, else what stands there does not count"
    return f"fine for notes of your own; “{HELP}” lists the headings that count"
