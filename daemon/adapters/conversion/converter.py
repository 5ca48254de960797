"""Files in, text out: the cache first, then the reading process, which is started when it is needed."""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from daemon.adapters.conversion import wire
from daemon.adapters.conversion.cache import Cache
from daemon.adapters.conversion.process import Process
from daemon.core.errors import Permanent, Transient
from daemon.core.formats import kinds
from daemon.core.mail import Mail
from daemon.core.ports import Converted

T = TypeVar("T")
log = logging.getLogger(__name__)
PATIENCE = timedelta(seconds=10)  # by the clock on the wall, for one file
IDLE = timedelta(seconds=60)  # after which the process is ended: it takes 40 MB
MOST_FILES = 1000  # for one process; what libraries forget to give back goes with it
_REMEMBERED = 500  # files that could not be read
_TOO_MUCH = "It took too long or too much memory to read; it was kept as it is. Open it yourself."
_TOO_MUCH_MAIL = "This mail took too long or too much memory to read; open the original in a mail program."
_NO_PROCESS_FOR_MAIL = "the mail could not be read because this computer starts no further programs"
_NO_PROCESS = "It could not be read because this computer starts no further programs; it was kept as it is."


class Conversion:
    """The `Converter`. One file at a time, from any thread."""

    def __init__(self, folder: Path, *, largest: int, patience: timedelta = PATIENCE, idle: timedelta = IDLE) -> None:
        """`folder` is where results are kept; a file of over `largest` bytes is not read."""
        self.largest = largest
        self._cache = Cache(folder)
        self._patience = patience
        self._idle = idle
        self._lock = threading.Lock()
        self._process: Process | None = None
        self._files = 0
        self._used = 0.0
        self._timer: threading.Timer | None = None
        self.rested = threading.Event()  # set once the process was ended because nothing came
        self._bombs: OrderedDict[str, Converted] = OrderedDict()

    def read(self, name: str, data: bytes) -> Converted:
        """Never raises: what cannot be read has a notice that says so."""
        key = self._cache.key(name, data)
        known = self._bombs.get(key) or self._cache.get(key)
        if known:
            return known
        with self._lock:
            return self._read(key, name, data)

    def mail(self, data: bytes) -> Mail:
        """Raises Permanent with a sentence when it cannot be read, Transient when no process starts now."""
        try:
            with self._lock:
                said = self._ask(wire.MAIL, "", data, wire.Answer)
        except OSError as error:
            raise Transient(_NO_PROCESS_FOR_MAIL) from error
        except wire.Broken as broken:
            log.warning("a mail of %d bytes took too long or too much memory to read", len(data))
            raise Permanent(_TOO_MUCH_MAIL) from broken
        if said.mail is None:
            raise Permanent(said.refusal)
        return said.mail

    def close(self) -> None:
        """End the process; the next file would start another."""
        with self._lock:
            self._end()

    @property
    def process_id(self) -> int:
        """Of the process that reads; 0 while there is none."""
        return self._process.id if self._process else 0

    def _read(self, key: str, name: str, data: bytes) -> Converted:
        try:
            found = self._ask(wire.FILE, name, data, Converted)
        except OSError as error:
            log.warning("no process for reading files: %s", error)
            return Converted("", kinds.UNKNOWN, (_NO_PROCESS,))
        except wire.Broken:
            log.warning("a file of %d bytes took too long or too much memory to read", len(data))
            return self._remember(key, Converted("", kinds.media_type(name, data), (_TOO_MUCH,)))
        self._cache.put(key, found)
        return found

    def _ask(self, what: bytes, name: str, data: bytes, kind: type[T]) -> T:
        """Once more where somebody else ended the process: what it was reading had no part in that."""
        try:
            return self._ask_once(what, name, data, kind)
        except wire.Ended:
            return self._ask_once(what, name, data, kind)

    def _ask_once(self, what: bytes, name: str, data: bytes, kind: type[T]) -> T:
        process = self._ready()
        try:
            found = process.ask(what, name, data, kind=kind, patience=self._patience)
        except wire.Broken:
            self._end()
            raise
        self._used = time.monotonic()
        self._timer = self._timer or self._rest(self._idle.total_seconds())
        return found

    def _ready(self) -> Process:
        if self._process is None or self._files >= MOST_FILES or not self._process.alive:
            self._end()
            self._process = Process()
        self._files += 1
        return self._process

    def _remember(self, key: str, found: Converted) -> Converted:
        """Not on disk: a computer that is less busy tomorrow may read it."""
        self._bombs[key] = found
        while len(self._bombs) > _REMEMBERED:
            self._bombs.popitem(last=False)
        return found

    def _rest(self, seconds: float) -> threading.Timer:
        timer = threading.Timer(seconds, self._end_idle)
        timer.daemon = True
        timer.start()
        return timer

    def _end_idle(self) -> None:
        """End the process when nothing came for a while."""
        with self._lock:
            left = self._used + self._idle.total_seconds() - time.monotonic()
            if left > 0:
                self._timer = self._rest(left)
                return
            self._end()
        self.rested.set()

    def _end(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
        if self._process:
            self._process.close()
            self._process = None
        self._files = 0
