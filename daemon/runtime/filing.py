"""What the person's rules in the handbook say of a mail that was kept."""

from __future__ import annotations

import logging

from daemon.core import handbook
from daemon.core.errors import Permanent
from daemon.core.language import words
from daemon.core.mailboxes import filing
from daemon.core.mailboxes.accounts import Account
from daemon.core.mailboxes.filing import Filed, Rule
from daemon.core.mailboxes.values import Letter
from daemon.core.ports import Converter, Missing, VaultProblem, VaultReader
from daemon.runtime.desks import HANDBOOK
from daemon.runtime.originals import LARGEST

log = logging.getLogger(__name__)


class Filing:
    """Of one account. Without a rule in the handbook no mail is opened."""

    def __init__(self, vault: VaultReader, converter: Converter, account: Account) -> None:
        self._vault = vault
        self._converter = converter
        self._mine = frozenset(map(words.fold, account.addresses))
        self._read: tuple[bytes, tuple[Rule, ...]] = (b"", ())

    def of(self, letter: Letter) -> Filed:
        """Nothing for a mail that cannot be read. Raises Transient when nothing can be read now."""
        rules = self._rules()
        if not rules or not letter.path:
            return Filed()
        try:
            message = self._converter.mail(self._vault.read(letter.path, LARGEST))
        except (Permanent, VaultProblem) as unread:
            log.info("task %s: its mail cannot be filed (%s)", letter.task, unread)
            return Filed()
        return filing.filed(message, rules, self._mine)

    def _rules(self) -> tuple[Rule, ...]:
        """Understood anew only when the handbook changed."""
        try:
            data = self._vault.read(HANDBOOK)
        except Missing:
            data = b""
        if data != self._read[0]:
            self._read = (data, handbook.parse(data.decode("utf-8", "replace")).filing)
        return self._read[1]
