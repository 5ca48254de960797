"""The vault: the person's folder of notes, and the only code that changes it.

Everything is a path relative to the vault with "/" between its parts. Nothing here knows what a note says,
who may move it or why; that is decided above. No state is kept between calls, so any thread may use one
`Vault`.
"""

from __future__ import annotations

import errno
import itertools
import os
import stat
import sys
import time
import unicodedata
from contextlib import suppress
from pathlib import Path

from daemon.core import names
from daemon.core.errors import Outage, UserError
from daemon.core.files import Changed, Entry, NameTaken, Suspicious
from daemon.vault import disk

STATE_FOLDERS = (
    "Inbox",
    "Needs_Action",
    "In_Progress",
    "Pending_Approval",
    "Approved",
    "Rejected",
    "Needs_Review",
    "Done",
    "Failed",
    "Briefings",
    "Attachments",
    "Outbox",
)
FOLDERS = (*STATE_FOLDERS, "Accounting", "Audit", "Content", "Documents", "Memory", "Skills")

_LIMIT = 5 * 1024 * 1024
_DEEPEST = 900  # characters of a folder's path; what lies deeper no disk can be asked for, and none of it is ours
_ABANDONED = 60.0  # seconds: another process is surely not writing a temporary file for longer
_NO_PARTS = frozenset({"", ".", ".."})
_NOT_IN_PATHS = frozenset("\0\\:" if sys.platform == "win32" else "\0")


class Vault:
    """Reads and changes one vault.

    Every change is on the disk when a call returns, is whole or not there at all (a reader never sees half
    a file, a full disk leaves nothing behind), and never overwrites a file it was not told about. Whether
    two names are the same is the disk's decision: macOS and Windows ignore case and Unicode composition,
    Linux does not. Names of our own are ASCII with an id and differ everywhere; `create_beside` looks itself.

    Beside the errors of `daemon.core.ports` every call can raise `Outage` with a sentence that says what
    to do (disk full, read-only, unplugged), `Permanent` for a name the disk cannot have, and `UserError`
    when a folder of the vault is a file or a link.
    """

    def __init__(self, root: Path) -> None:
        self._root = os.path.abspath(root)

    # --- looking ---

    def present(self) -> bool:
        """Whether this is a vault, and not the empty mount point of one that is not connected."""
        return any(os.path.isdir(os.path.join(self._root, folder)) for folder in STATE_FOLDERS)

    def scan(self, folder: str, *, deep: bool = False) -> list[Entry]:
        """The files of a folder by name, without what `names.ignored` says; sub-folders only when `deep`.

        Links are listed (not `regular`) and never followed. A missing folder is empty, but a vault that is
        not `present` is `Outage`: nobody may take it for one in which everything was deleted. Names are
        as the disk has them: macOS may decompose letters, a name that is not UTF-8 holds surrogates.
        """
        found: list[Entry] = []
        waiting = [folder]
        with disk.explained(folder):
            while waiting:
                entries, folders = self._list(waiting.pop())
                found += entries
                waiting += [each for each in folders if deep and len(each) <= _DEEPEST]
        return sorted(found, key=_path)

    def read(self, path: str, limit: int = _LIMIT) -> bytes:
        """All bytes of a file. `Missing`, `Suspicious` (not a regular file), `TooLarge` (beyond `limit`)."""
        with disk.explained(path):
            return disk.read(self._file(path), limit)

    def stat(self, path: str) -> Entry:
        """One file as `scan` would list it, hidden or not. `Missing` when it is not there."""
        with disk.explained(path):
            return _entry(path, os.lstat(self._file(path)))

    def digest(self, path: str) -> str:
        """SHA-256 of a file of any size, in hexadecimal. `Missing`, `Suspicious`."""
        with disk.explained(path):
            return disk.digest(self._file(path))

    # --- changing ---

    def make_folders(self) -> None:
        """All folders of a vault, those that are missing, and the vault's own folder."""
        with disk.explained("The vault"):
            os.makedirs(self._root, exist_ok=True)
            disk.make_folder(os.path.join(self._root, STATE_FOLDERS[0]))
        for folder in FOLDERS:
            self._folder(folder, make=True)

    def create(self, path: str, data: bytes) -> str:
        """A new file, and its path. `NameTaken` when the name exists: of two creators exactly one wins."""
        folder, name = _split(path)
        with disk.explained(path):
            target = self._folder(folder, make=True)
            with disk.temporary(self._top(folder)) as temporary:
                disk.write(temporary, data)
                self._place(temporary, os.path.join(target, name), folder)
            disk.settle(os.path.join(target, name))
        return path

    def create_beside(self, path: str, data: bytes) -> str:
        """Like `create`, under the first free name of `Report.md`, `Report-2.md`, `Report-3.md` …; its path.

        A name counts as taken when it differs only in case or composition from one that is there, so that the
        folder also works after it was synced to a Mac, a phone or Windows.
        """
        folder, name = _split(path)
        taken = {_folded(each) for each in self._names(folder)}
        for candidate in _numbered(name):
            if _folded(candidate) in taken:
                continue
            with suppress(NameTaken):
                return self.create(f"{folder}/{candidate}" if folder else candidate, data)
        raise AssertionError("the numbers do not end")

    def move(self, path: str, folder: str, *, name: str = "", expected: bytes | None = None) -> str:
        """Put a file into another folder (made when missing), or give it another name; its new path.

        `Missing` when it is gone (somebody else was quicker), `NameTaken`, `Suspicious` when it is not a
        regular file, `Changed` when it does not hold exactly `expected`. What a program writes between that
        comparison and the move is moved along: who must be sure compares again where the file is now.

        Where the disk can only link (NFS), a crash may leave both names for one file; it counts as being
        where it was going, and the same call again ends the move.
        """
        source_folder, own_name = _split(path)
        _, new_name = _split(f"{folder}/{name or own_name}")
        with disk.explained(path):
            old = self._file(path)
            disk.require_regular(old)
            if expected is not None and not disk.holds(old, expected):
                raise _changed(path)
            new = os.path.join(self._folder(folder, make=True), new_name)
            self._place(old, new, folder)
            disk.sync_folder(os.path.dirname(new))
            if source_folder != folder:
                disk.sync_folder(os.path.dirname(old))
        return f"{folder}/{new_name}" if folder else new_name

    def link(self, path: str, target: str) -> str:
        """Give a file a second name (made in one step, never overwriting), and return it.

        `Missing`, `Suspicious`, `NameTaken` as in `move`. Where the disk cannot link it is a copy.
        """
        folder, name = _split(target)
        with disk.explained(path):
            source = self._file(path)
            disk.require_regular(source)
            new = os.path.join(self._folder(folder, make=True), name)
            try:
                os.link(source, new)
            except OSError as error:
                if error.errno not in {*disk.NO_LINKS, errno.EXDEV}:
                    raise
                self._copy(source, new, folder)
            disk.settle(new)
        return target

    def rewrite(self, path: str, target: str, data: bytes, *, expected: bytes) -> str:
        """The note goes on as `target` with new content; then the old one goes.

        `Changed` when the old one does not hold `expected`: found before, nothing happened; found after, both
        are there. A crash in between leaves both too, each whole. `NameTaken` when the target exists.
        """
        with disk.explained(path):
            if not disk.holds(self._file(path), expected):
                raise _changed(path)
        self.create(target, data)
        self.remove(path, expected=expected)
        return target

    def replace(self, path: str, data: bytes, *, expected: bytes | None = None) -> None:
        """Write a file again; readers see the old or the new one.

        Without `expected` only for a generated file that has no other writer (Dashboard.md). With it `Changed` when
        the file does not hold exactly that any more, `Missing` when it is gone; nothing is written then.
        """
        folder, name = _split(path)
        with disk.explained(path):
            target = self._folder(folder, make=True)
            with disk.temporary(target) as temporary:
                disk.write(temporary, data)
                if expected is not None and not disk.holds(os.path.join(target, name), expected):
                    raise _changed(path)
                os.replace(temporary, os.path.join(target, name))
            disk.sync_folder(target)

    def remove(self, path: str, *, expected: bytes) -> None:
        """Delete a file that holds exactly `expected`, else `Changed`. `Missing` when it is gone."""
        with disk.explained(path):
            file = self._file(path)
            if not disk.holds(file, expected):
                raise _changed(path)
            os.unlink(file)
            disk.sync_folder(os.path.dirname(file))

    def touch(self) -> None:
        """Make a hidden file in Inbox/ and take it away again: a change that whoever watches must hear of."""
        with disk.explained("Inbox"):
            folder = self._folder(STATE_FOLDERS[0])
            with disk.temporary(folder) as probe:
                disk.write(probe, b"")
                os.unlink(probe)

    def clean(self) -> list[str]:
        """Remove temporary files that a crash left a minute ago or earlier; their paths.

        They are hidden and harm nobody, so what cannot be listed or removed is left alone.
        """
        left = [path for folder in ("", *self._tops()) for path in self._temporaries(folder)]
        return [path for path in left if self._remove_abandoned(path)]

    # --- inside ---

    def _folder(self, folder: str, *, make: bool = False) -> str:
        """The absolute path of a real folder: no part of it is a link, so nothing leads out of the vault."""
        here = self._root
        if make and not folder:
            self._require_present()
        for part in _parts(folder) if folder else ():
            here = os.path.join(here, part)
            try:
                mode = os.lstat(here).st_mode
            except FileNotFoundError:
                self._require_present()
                if not make:
                    raise
                disk.make_folder(here)
                mode = os.lstat(here).st_mode
            if not stat.S_ISDIR(mode):
                raise self._no_folder(here)
        return here

    def _file(self, path: str) -> str:
        folder, name = _split(path)
        return os.path.join(self._folder(folder), name)

    def _top(self, folder: str) -> str:
        """Where temporary files lie: top folders of the vault, where `clean` finds them quickly."""
        return os.path.join(self._root, folder.partition("/")[0])

    def _place(self, source: str, target: str, folder: str) -> None:
        """Rename, also when a folder of the vault is a disk of its own (a mount, a Docker volume)."""
        try:
            disk.rename(source, target)
        except FileExistsError:
            if not disk.one_file_twice(source, target):
                raise
            os.unlink(source)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            self._copy(source, target, folder)
            disk.sync_folder(os.path.dirname(target))
            os.unlink(source)

    def _copy(self, source: str, target: str, folder: str) -> None:
        with disk.temporary(self._top(folder)) as temporary:
            disk.copy(source, temporary)
            disk.rename(temporary, target)

    def _list(self, folder: str) -> tuple[list[Entry], list[str]]:
        prefix = f"{folder}/" if folder else ""
        try:
            with os.scandir(self._folder(folder)) as listing:
                found = [item for item in listing if not names.ignored(item.name)]
        except FileNotFoundError:
            return [], []
        folders = [prefix + item.name for item in found if item.is_dir(follow_symlinks=False)]
        files = [item for item in found if not item.is_dir(follow_symlinks=False)]
        return [entry for item in files if (entry := _seen(prefix, item))], folders

    def _names(self, folder: str) -> list[str]:
        with disk.explained(folder):
            try:
                return os.listdir(self._folder(folder))
            except FileNotFoundError:
                return []

    def _tops(self) -> list[str]:
        with suppress(OSError), os.scandir(self._root) as found:
            return [entry.name for entry in found if entry.is_dir(follow_symlinks=False)]
        return []

    def _temporaries(self, folder: str) -> list[str]:
        with suppress(OSError):
            found = os.listdir(os.path.join(self._root, folder))
            return [os.path.join(folder, name) for name in found if disk.is_temporary(name)]
        return []

    def _remove_abandoned(self, path: str) -> bool:
        file = os.path.join(self._root, path)
        with suppress(OSError):
            if time.time() - os.lstat(file).st_mtime > _ABANDONED:
                os.unlink(file)
                return True
        return False

    def _require_present(self) -> None:
        if not self.present():
            raise Outage(f"The vault is not at {self._root}. Connect its disk, and all goes on by itself.")

    def _no_folder(self, absolute: str) -> Exception:
        path = os.path.relpath(absolute, self._root)
        if os.sep in path:
            return Suspicious(f"{path} is a link or a file where a folder belongs; it was not followed.")
        kind = "a link" if os.path.islink(absolute) else "a file"
        return UserError(
            f"{path} is {kind}, but must be a real folder of the vault. Rename it, then run `employee init`."
        )


def _parts(path: str) -> list[str]:
    parts = path.split("/")
    if not (_NO_PARTS.isdisjoint(parts) and _NOT_IN_PATHS.isdisjoint(path)):
        raise Suspicious(f"{path!r} is not a path inside the vault.")
    return parts


def _split(path: str) -> tuple[str, str]:
    name = _parts(path)[-1]
    return path[: -len(name) - 1], name


def _numbered(name: str) -> itertools.chain[str]:
    stem, dot, ending = name.rpartition(".")
    stem, ending = (stem, dot + ending) if stem else (name, "")
    return itertools.chain([name], (f"{stem}-{number}{ending}" for number in itertools.count(2)))


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _changed(path: str) -> Changed:
    return Changed(f"{path} was changed by somebody else meanwhile.")


def _path(entry: Entry) -> str:
    return entry.path


def _seen(prefix: str, item: os.DirEntry[str]) -> Entry | None:
    """The file as it is now; None when it went away since the folder was listed."""
    try:
        return _entry(prefix + item.name, item.stat(follow_symlinks=False))
    except FileNotFoundError:
        return None


def _entry(path: str, found: os.stat_result) -> Entry:
    mtime, ctime, regular = found.st_mtime, found.st_ctime, stat.S_ISREG(found.st_mode)
    return Entry(path, found.st_size, mtime, ctime, found.st_ino, found.st_dev, regular, found.st_nlink)
