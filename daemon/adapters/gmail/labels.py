"""The labels of one account: Gmail speaks of their ids, people and the rest of the program of their names."""

from __future__ import annotations

from collections.abc import Iterable

from daemon.adapters.gmail import answers
from daemon.adapters.gmail.client import Client
from daemon.adapters.gmail.troubles import Refused
from daemon.core.mailboxes.values import IGNORE, STATES

_OURS = {name.casefold(): name for name in (*STATES, IGNORE)}
_TAKEN = {400, 409}  # by a label of the same name; which of the two depends on who answers


class Labels:
    """Asked for when one is met that is not known yet. The names of Gmail's own are their ids."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._names: dict[str, str] = {}  # by id

    def names(self, ids: Iterable[str]) -> frozenset[str]:
        """Ours as we write them, however the person wrote them; one that is gone is called by its id."""
        return frozenset(self._name(each) for each in ids)

    def known(self, names: Iterable[str]) -> list[str]:
        """The ids of those that there are."""
        if not self._names:
            self._renew()
        wanted = {name.casefold() for name in names}
        return sorted(each for each, name in self._names.items() if name.casefold() in wanted)

    def made(self, names: Iterable[str]) -> list[str]:
        """The ids of all; those that are missing are made."""
        return sorted({self._made(name) for name in names})

    def forget(self) -> None:
        """Somebody changed them."""
        self._names.clear()

    def _name(self, label: str) -> str:
        if label.isupper():
            return label
        if label not in self._names:
            self._renew()
            self._names.setdefault(label, label)
        return self._names[label]

    def _made(self, name: str) -> str:
        if found := self.known([name]):
            return found[0]
        try:
            said = self._client.ask(lambda users: users.labels().create(userId="me", body={"name": name}))
        except Refused as no:
            self._renew()
            if no.status in _TAKEN and (found := self.known([name])):
                return found[0]
            raise
        made = answers.read(answers.Label, said)
        self._names[made.id] = name
        return made.id

    def _renew(self) -> None:
        said = self._client.ask(lambda users: users.labels().list(userId="me"))
        for label in answers.read(answers.Labels, said).labels:
            self._names[label.id] = _OURS.get(label.name.casefold(), label.name)
