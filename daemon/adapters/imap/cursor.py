"""Up to where the folders of a mailbox are known."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from daemon.adapters.imap.client import Folder
from daemon.core.mailboxes.values import CursorLost


@dataclass(frozen=True, slots=True)
class Cursor:
    """`since`: what came before then and was read is none of our business, even when it is moved into the inbox."""

    since: datetime  # aware
    folders: Mapping[str, Folder]  # without their keywords

    @property
    def validities(self) -> Mapping[str, int]:
        return {name: each.validity for name, each in self.folders.items()}

    def written(self) -> str:
        told = {name: [each.validity, each.following, each.changed] for name, each in self.folders.items()}
        return json.dumps({"since": int(self.since.timestamp()), "folders": told})


def read(written: str) -> Cursor:
    """Raises CursorLost for what is none."""
    try:
        told = json.loads(written)
        folders = {
            str(name): Folder(int(validity), int(following), int(changed))
            for name, (validity, following, changed) in told["folders"].items()
        }
        return Cursor(datetime.fromtimestamp(told["since"], UTC), folders)
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError) as error:
        raise CursorLost("it is not known any more up to where the mailbox was read") from error
