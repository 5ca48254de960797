"""Every check of the installation: what was found, and the one-line remedy where something is wrong.

A check only looks; two of them put an empty hidden file into Inbox/ for a moment, to see what the disk does with it.
It must not need a running daemon, a network or a vault that is in order. Only connected mailboxes are asked something,
and not waited for.
"""

from __future__ import annotations

from collections.abc import Sequence

from daemon.core.errors import Transient, UserError
from daemon.core.files import VaultProblem
from daemon.ops.doctor.accounts import mailboxes
from daemon.ops.doctor.folder import clock, file_events, sync
from daemon.ops.doctor.minds import models
from daemon.ops.doctor.parts import plugins, roles, skills
from daemon.ops.doctor.place import (
    configuration,
    handbook_read,
    owner,
    permissions,
    python,
    space,
    state_directory,
    vault_there,
)  # fmt: skip
from daemon.ops.doctor.records import audit, ledger, secrets
from daemon.ops.doctor.values import Check, Result, Subject


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


CHECKS: Sequence[Check] = (
    python, configuration, vault_there, owner, space, state_directory, permissions, ledger, audit, secrets, models,
    mailboxes, plugins, file_events, sync, clock, roles, handbook_read, skills,
)  # fmt: skip
