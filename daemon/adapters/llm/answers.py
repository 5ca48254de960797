"""Answers of models, kept on disk: the same question again costs nothing, also after a crash."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

from daemon.adapters.stash import Stash
from daemon.core.minds.model import Kept

_AHEAD = timedelta(days=1)  # a clock that was set back; what is further ahead is not ours


class AnswerFiles:
    """`core.minds.model.Answers` in a folder, one file a question."""

    def __init__(self, folder: Path, life: timedelta, largest: int, now: Callable[[], datetime]) -> None:
        """`life`: how long an answer counts; `largest`: bytes of all of them. With none of either nothing is kept."""
        self._stash = Stash(folder, largest)
        self._life = life
        self._now = now
        self._off = not (life and largest)

    def get(self, digest: str) -> Kept | None:
        """What was said to exactly this, not too long ago."""
        data = None if self._off or not digest.isalnum() else self._stash.get(digest)
        return self._read(data) if data else None

    def put(self, digest: str, answer: Kept) -> None:
        if self._off or not digest.isalnum():
            return
        said = {"at": self._now().isoformat(), "model": answer.model, "text": answer.text}
        self._stash.put(digest, json.dumps(said).encode())

    def _read(self, data: bytes) -> Kept | None:
        """None for what is too old, damaged or not ours."""
        try:
            said = cast("dict[str, Any]", json.loads(data))
            age = self._now() - datetime.fromisoformat(said["at"])
            found = Kept(said["text"], said["model"])
        except (ValueError, LookupError, TypeError, RecursionError):
            return None
        whole = isinstance(found.text, str) and isinstance(found.model, str)  # pyright: ignore[reportUnnecessaryIsInstance]
        return found if whole and -_AHEAD < age < self._life else None
