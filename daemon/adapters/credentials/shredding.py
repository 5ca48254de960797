"""Getting rid of a file that holds secrets in plain text."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from daemon.core.errors import UserError
from daemon.vault import disk

_PASSES = 2


def shred(path: Path) -> None:
    """Overwrite the file and remove it. Raises UserError when it is a link, has a second name, or is not ours.

    What a disk keeps beside it (flash memory, snapshots, synced copies) is beyond the reach of any program.
    """
    try:
        _require_single(path)
        with path.open("r+b", buffering=0) as file:
            for _ in range(_PASSES):
                file.seek(0)
                file.write(os.urandom(os.fstat(file.fileno()).st_size))
                os.fsync(file.fileno())
        path.unlink()
        disk.sync_folder(str(path.absolute().parent))
    except OSError as error:
        raise UserError(f"{path} could not be removed: {error.strerror}. Remove it yourself.") from error


def _require_single(path: Path) -> None:
    found = os.lstat(path)
    if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1:
        raise UserError(f"{path} is a link or has a second name; nothing was removed. Remove both yourself.")
