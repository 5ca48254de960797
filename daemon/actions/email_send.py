"""Write a new mail to somebody."""

from __future__ import annotations

from collections.abc import Mapping

from daemon.core import mailing
from daemon.core.mailing import Params
from daemon.core.plugins import Channels
from daemon.core.ports import Effect, Finding, Receipt, Shown
from daemon.core.properties import Value


class Action:
    """Through whichever mail channel is connected; the outbox when none is."""

    Params = Params

    def __init__(self, channels: Channels) -> None:
        self._mail = channels.mail
        self._files = channels.files
        self.channel = channels.mail.name

    def describe(self, params: Params) -> Shown:
        return mailing.describe(params, "A new mail", self.channel)

    def amend(self, params: Params, properties: Mapping[str, Value]) -> Params:
        return mailing.amend(params, properties, self._files)

    def perform(self, params: Params, text: str, effect: Effect) -> Receipt:
        message = mailing.message(params, text, effect, self._files)
        return self._mail.send(message, title=params.subject, key=effect.key)

    def look_up(self, params: Params, text: str, effect: Effect) -> Finding:
        message = mailing.message(params, text, effect, self._files)
        return self._mail.look_up(message, title=params.subject, key=effect.key)
