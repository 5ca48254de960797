"""Checking the record of what was done against everything that vouches for it."""

from __future__ import annotations

from typing import Protocol

from daemon.core import heads
from daemon.core.credentials import AUDIT_KEY
from daemon.core.errors import Transient, UserError
from daemon.core.heads import PATH, Copy
from daemon.core.ports import Missing, VaultProblem, VaultReader
from daemon.runtime.ledger import Ledger
from daemon.runtime.ledger.verifying import Verdict, Witness


class Known(Protocol):
    """The secrets that there are."""

    def find(self, name: str) -> str | None: ...


def verify(ledger: Ledger, vault: VaultReader, secrets: Known) -> Verdict:
    """The copy in the vault is read first: heads that are signed meanwhile must not look as if they were missing."""
    copied = ledger.heads.copied(ledger.get("vault"))
    copy = _copy(vault)
    key, why = _key(secrets)
    known = Witness(ledger.instance, key, copy or Copy(), PATH, copied if copy else 0, why)
    return ledger.audit.verify(known)


def _key(secrets: Known) -> tuple[bytes | None, str]:
    try:
        found = secrets.find(AUDIT_KEY)
    except (UserError, Transient) as error:
        return None, str(error)
    if found is None:
        return None, f"the secret {AUDIT_KEY} is missing; put secrets/ and its key back from a backup"
    return bytes.fromhex(found), ""


def _copy(vault: VaultReader) -> Copy | None:
    """None: the vault is away at the moment, so it vouches for nothing."""
    try:
        vault.scan(PATH.partition("/")[0])  # raises when no vault is there: that is no deleted note
        return heads.read(vault.read(PATH, heads.LARGEST))
    except Missing:
        return Copy()
    except (VaultProblem, Transient):
        return None
