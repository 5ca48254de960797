"""What the vault does to a disk: few steps, each safe against a crash in the middle and against rivals.

Knows absolute paths and bytes; nothing here knows what a vault or a note is.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import stat
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from functools import cache

from daemon.core.errors import Outage, Permanent
from daemon.core.files import Changed, Missing, NameTaken, Suspicious, TooLarge

# Absent on Windows: O_NOFOLLOW, O_NONBLOCK, O_CLOEXEC (its default). Absent elsewhere: O_BINARY.
_PLAIN: int = getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_READ: int = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | _PLAIN
_CREATE: int = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _PLAIN

_GONE = (Missing, "is not there (any more).")
_ODD = (Suspicious, "is not a regular file and was not opened.")
_DENIED = (Outage, "could not be written or read: permission denied. Give yourself the right to do so.")
_FULL = (Outage, "could not be written: the disk is full or your quota is used up. Free some space.")
_BUSY = (Outage, "is in use by another program. Close it there.")
_HANDLES = (
    Outage,
    "could not be opened: too many files are open. Close some programs or raise `ulimit -n`.",
)
_AWAY = (Outage, "cannot be reached: the drive or network share is gone. Connect it again.")

_MEANING: dict[int, tuple[type[Exception], str]] = {
    errno.ENOENT: _GONE,
    errno.ENOTDIR: _GONE,
    errno.EEXIST: (NameTaken, "cannot take this name: a file of that name exists. Nothing was overwritten."),
    errno.ELOOP: _ODD,
    errno.ENXIO: _ODD,
    errno.EISDIR: _ODD,
    errno.ENAMETOOLONG: (Permanent, "has a name that is too long for this disk. Shorten it."),
    errno.EILSEQ: (Permanent, "has a name this disk cannot store. Rename it."),
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: (Permanent, "is too large for this disk."),
    errno.EROFS: (Outage, "could not be written: the disk is read-only. Make it writable."),
    errno.EACCES: _DENIED,
    errno.EPERM: _DENIED,
    errno.EIO: (
        Outage,
        "could not be written or read: the disk reports an error. Make a backup and check the disk.",
    ),
    errno.EMFILE: _HANDLES,
    errno.ENFILE: _HANDLES,
    errno.EBUSY: _BUSY,
    errno.ETXTBSY: _BUSY,
    errno.EAGAIN: _BUSY,
    errno.ESTALE: _AWAY,
    errno.ENOTCONN: _AWAY,
    errno.ENODEV: _AWAY,
    errno.EHOSTDOWN: _AWAY,
    errno.EHOSTUNREACH: _AWAY,
    errno.ETIMEDOUT: _AWAY,
    errno.ECONNABORTED: _AWAY,
    errno.ECONNREFUSED: _AWAY,
    errno.ECONNRESET: _AWAY,
    errno.ENETDOWN: _AWAY,
    errno.ENETUNREACH: _AWAY,
    errno.ESHUTDOWN: _AWAY,
    errno.ENOLCK: _BUSY,
    errno.ENOMEM: (Outage, "could not be written or read: this computer has no memory left. Close some programs."),
    **{
        number: (Outage, "could not be written or read: the disk must be unlocked, inserted or repaired first.")
        for name in ("ENOKEY", "EKEYEXPIRED", "ENOMEDIUM", "EUCLEAN", "EREMOTEIO")
        if (number := getattr(errno, name, 0))  # Linux only
    },
}

NO_LINKS = frozenset({errno.EPERM, errno.ENOSYS, errno.ENOTSUP, errno.EMLINK})  # this disk cannot link


@contextmanager
def explained(path: str) -> Generator[None]:
    """An `OSError` inside becomes an error that says who must react, about `path` as the person knows it."""
    try:
        yield
    except OSError as error:
        kind, sentence = _MEANING.get(error.errno or 0, (None, ""))
        if kind is None:
            raise
        raise kind(f"{path or 'The vault'} {sentence}") from error


# --- reading -----------------------------------------------------------------------------------------------


def read(path: str, limit: int) -> bytes:
    """The bytes of a regular file. Never follows a link, waits for a FIFO or reads beyond `limit`."""
    with os.fdopen(_open_regular(path), "rb", buffering=0) as file:
        data = b""
        while len(data) <= limit and (more := file.read(limit + 1 - len(data))):
            data = data + more if data else more
    if len(data) > limit:
        raise TooLarge(f"{os.path.basename(path)} has more than {limit} bytes.")
    return data


def holds(path: str, expected: bytes) -> bool:
    """Whether the file has exactly these bytes."""
    try:
        return read(path, len(expected)) == expected
    except TooLarge:
        return False


def digest(path: str) -> str:
    """SHA-256 of a regular file of any size, in hexadecimal."""
    with os.fdopen(_open_regular(path), "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def require_regular(path: str) -> None:
    """`Suspicious` for a link, FIFO, socket, device or folder; nothing is opened."""
    if not stat.S_ISREG(os.lstat(path).st_mode):
        raise Suspicious(f"{os.path.basename(path)} {_ODD[1]}")


def _open_regular(path: str) -> int:
    descriptor = os.open(path, _READ)
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return descriptor
    os.close(descriptor)
    raise Suspicious(f"{os.path.basename(path)} {_ODD[1]}")


# --- writing -----------------------------------------------------------------------------------------------


def write(path: str, data: bytes) -> None:
    """A new file with these bytes, on the disk when this returns. The umask decides its mode."""
    descriptor = os.open(path, _CREATE, 0o666)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def copy(source: str, target: str) -> None:
    """A new file with the bytes of `source`, read back and compared. `Changed` when they are not equal."""
    with (
        os.fdopen(_open_regular(source), "rb") as reader,
        os.fdopen(os.open(target, _CREATE, 0o666), "wb") as writer,
    ):
        shutil.copyfileobj(reader, writer)
        writer.flush()
        os.fsync(writer.fileno())
    if digest(source) != digest(target):
        raise Changed(f"{os.path.basename(source)} changed while it was copied.")


def sync_folder(path: str) -> None:
    """Make the names in this folder survive a power cut. Windows cannot, and journals names by itself."""
    if sys.platform == "win32":
        return
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def settle(path: str) -> None:
    """Make the name of a file that was just made survive a power cut; where that fails, the file goes again."""
    try:
        sync_folder(os.path.dirname(path))
    except OSError:
        with suppress(OSError):
            os.unlink(path)
        raise


def make_folder(path: str) -> None:
    """A folder, durable; fine when something of that name exists."""
    with suppress(FileExistsError):
        os.mkdir(path)
        sync_folder(os.path.dirname(path))


# --- names -------------------------------------------------------------------------------------------------


@contextmanager
def temporary(folder: str) -> Generator[str]:
    """A name of our own for a file that the block gives its final name; when that fails, the file goes."""
    path = f"{folder}{os.sep}.aie-{os.urandom(8).hex()}.tmp"
    try:
        yield path
    except BaseException:
        with suppress(OSError):
            os.unlink(path)
        raise


def is_temporary(name: str) -> bool:
    """Whether `temporary` made this name."""
    return name.startswith(".aie-") and name.endswith(".tmp") and len(name) == len(".aie-.tmp") + 16


def rename(source: str, target: str) -> None:
    """Give a file another name in one step, on the same disk, and never overwrite: `FileExistsError` instead.

    `os.rename` silently overwrites, and two approvals of one name would become one. Systems have a call
    that refuses (Linux `renameat2`, macOS `renamex_np`, Windows always); where the disk does not support it
    (NFS, 9p) a link does, and after a crash both names lead to the one file; where links are impossible too,
    an empty file reserves the name.
    """
    try:
        _rename_exclusive()(source, target)
    except OSError as error:
        if error.errno not in {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EPERM}:
            raise
        rename_by_link(source, target)


def one_file_twice(source: str, target: str) -> bool:
    """Two names in two folders for one file: what a crash between link and unlink leaves."""
    if os.path.samefile(os.path.dirname(source), os.path.dirname(target)):
        return False
    found = os.lstat(source)
    return stat.S_ISREG(found.st_mode) and found.st_nlink > 1 and os.path.samestat(found, os.lstat(target))


def rename_by_link(source: str, target: str) -> None:
    """`rename` where the system has no call for it."""
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        rename_by_reserving(source, target)
    else:
        os.unlink(source)


def rename_by_reserving(source: str, target: str) -> None:
    """`rename` where the disk has no links either (FAT): a crash in the middle leaves an empty target."""
    os.close(os.open(target, _CREATE, 0o666))
    try:
        os.replace(source, target)
    except OSError:
        os.unlink(target)
        raise


@cache
def _rename_exclusive() -> Callable[[str, str], None]:
    """The system's rename that refuses to overwrite; found on first use, for ctypes takes 4 ms to load."""
    if sys.platform == "win32":
        return os.rename
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    mac = sys.platform == "darwin"
    call = getattr(libc, "renamex_np" if mac else "renameat2", None)
    at_working_folder, refuse = -100, 4 if mac else 1  # AT_FDCWD; RENAME_EXCL, RENAME_NOREPLACE

    def exclusive(source: str, target: str) -> None:
        if call is None:
            raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
        old, new = os.fsencode(source), os.fsencode(target)
        result = call(old, new, refuse) if mac else call(at_working_folder, old, at_working_folder, new, refuse)
        if result != 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), source, None, target)

    return exclusive
