"""Which mailboxes are connected, remembered between two commands: decrypting the secrets takes as long as `status`.

A file beside the secrets, good for exactly the secrets as they are; it holds addresses, and nothing that opens one.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from daemon.core.mailboxes import connectors
from daemon.core.mailboxes.connectors import Known

if TYPE_CHECKING:
    from daemon.app import App

KINDS = ("gmail", "imap")


def mailboxes(app: App) -> Sequence[Known]:
    """Those that are connected, whether they can be used or not. Raises UserError when no secret can be read."""
    if not app.secrets.exists():
        return []
    app.secrets.check()
    file, mark = app.places.home / "mailboxes.known", str(app.secrets.mark())
    known = _remembered(file, mark)
    if known is None:
        known = [_known(each.name, each.value) for each in app.secrets.all() if _kind(each.name) in KINDS]
        _remember(file, mark, known)
    table = app.sources.table
    return [replace(each, enabled=bool(table[each.kind]["enabled"])) for each in known]


def _kind(secret: str) -> str:
    return secret.partition(".")[0] if "." in secret else ""


def _known(secret: str, value: str) -> Known:
    return connectors.known(secret, value, enabled=True)


def _remembered(file: Path, mark: str) -> list[Known] | None:
    """None when it is not about these secrets, or not whole."""
    try:
        said: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return [Known(**each) for each in said["known"]] if said["mark"] == mark else None
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _remember(file: Path, mark: str, known: Sequence[Known]) -> None:
    """A torn file is never seen, a lost one does no harm."""
    temporary = file.with_suffix(f".{os.getpid()}.tmp")
    with suppress(OSError):
        temporary.write_text(json.dumps({"mark": mark, "known": [asdict(each) for each in known]}), encoding="utf-8")
        temporary.replace(file)
