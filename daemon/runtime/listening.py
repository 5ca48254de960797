"""Hears what a command in another process wrote into the ledger, so that nobody waits for the next look."""

from __future__ import annotations

from daemon.core.errors import Outage, UserError
from daemon.runtime.ledger import Ledger


class Listening:
    """A decision, a pause, the end of one. To be asked a few times a second: nothing is read while nobody writes."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._version: int | None = None
        self._said: object = None

    def heard(self) -> bool:
        """Whether somebody said something since the last call; the first one always says yes.

        Never raises: whoever needs the ledger tells what is wrong with it.
        """
        try:
            version = self._ledger.version()
            if version in {None, self._version}:
                return False
            said = (self._ledger.decisions.newest(), self._ledger.paused)
        except (Outage, UserError):
            return False
        news = said != self._said
        self._version, self._said = version, said
        return news
