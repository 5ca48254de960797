"""Archives: never unpacked, but the names of what they hold are read."""

from __future__ import annotations

import io
import zipfile
from itertools import islice

from daemon.core.formats.letters import converted
from daemon.core.ports import Converted

KIND = "application/zip"
MAX_NAMES = 100
SAID = "It is an archive. It is never unpacked here: look inside yourself, and drop what matters."
_LOCKED = "The files in it are locked with a password."
_SIDE_FILES = ("__MACOSX/", ".DS_Store", "Thumbs.db")


def read(data: bytes) -> Converted:
    """One name a line, as the archive has it; a name is never used as a path."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = list(islice(archive.infolist(), 10 * MAX_NAMES))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return Converted("", KIND, (SAID, "It is damaged."))
    names = [entry.filename for entry in entries if not entry.is_dir() and not _is_side_file(entry.filename)]
    shown = [f"- {' '.join(name.split())[:200]}" for name in names[:MAX_NAMES]]
    locked = any(entry.flag_bits & 1 for entry in entries)
    return converted("\n".join(["In this archive:", *shown] if shown else []), KIND, SAID, _LOCKED if locked else "")


def _is_side_file(name: str) -> bool:
    return name.startswith(_SIDE_FILES[0]) or name.endswith(_SIDE_FILES[1:])
