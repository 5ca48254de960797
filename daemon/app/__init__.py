"""The composition root: settings, places, adapters, plug-ins, runtime. Read it as a table of contents.

`App.open` is all a command needs to read or decide; `App.daemon` adds what runs (`running`), made of `parts`.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta, tzinfo
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from daemon.core.errors import UserError
from daemon.core.layers import Layer
from daemon.core.redaction import Redaction
from daemon.places import Places, Rulebook, configure, make_private, sources
from daemon.runtime import outlook
from daemon.runtime.ledger import Ledger
from daemon.runtime.outlook import Outlook
from daemon.runtime.status import Status
from daemon.runtime.urgency import Urgencies
from daemon.vault import Vault

if TYPE_CHECKING:
    from daemon.adapters.conversion.converter import Conversion
    from daemon.adapters.credentials.store import Store
    from daemon.adapters.locks import RoleLock
    from daemon.app.running import Daemon
    from daemon.core.mailboxes.connectors import Known
    from daemon.core.mailboxes.ports import MailAccounts
    from daemon.core.minds.budget import Limits
    from daemon.core.minds.outages import Reach
    from daemon.core.ports import Clock
    from daemon.core.settings import Settings
    from daemon.runtime.context import Context
    from daemon.runtime.gate import Gate
    from daemon.runtime.minds.batching import Batching
    from daemon.runtime.minds.calls import Doors
    from daemon.runtime.minds.mind import Mind

ROLES = ("inbox", "gmail", "imap", "scheduler", "manager")


class App:
    """One vault and its ledger, opened."""

    def __init__(self, rulebook: Rulebook, places: Places, clock: Clock, zone: tzinfo) -> None:
        self.rulebook = rulebook
        self.sources = rulebook.sources
        self.places = places
        self.clock = clock
        self.zone = zone
        self.redact = Redaction()
        self.vault = Vault(places.vault)
        self.ledger = Ledger(places.ledger)

    @classmethod
    def open(cls, environ: Mapping[str, str], flags: Iterable[Layer] = (), clock: Clock | None = None) -> App:
        """Read the settings and open the ledger; nothing is started and the vault is not touched."""
        from daemon.adapters.clock import SystemClock, system_zone

        given = list(flags)
        found = sources(environ, given)
        places = configure(environ, found)
        make_private(places.home)
        name = found.table["vault"]["timezone"]
        rulebook = Rulebook(found, lambda: sources(environ, given), places.config)
        return cls(rulebook, places, clock or SystemClock(), ZoneInfo(name) if name else system_zone())

    @cached_property
    def urgencies(self) -> Urgencies:
        """How pressing each waiting draft is, read once a draft."""
        return Urgencies(self.vault, self.ledger)

    @cached_property
    def settings(self) -> Settings:
        """Built when first needed: many commands need none."""
        return self.sources.settings()

    @cached_property
    def accounts(self) -> MailAccounts:
        """The connected mailboxes; their secrets are read when somebody asks."""
        from daemon.app.mail import Connected

        return Connected(self)

    @cached_property
    def context(self) -> Context:
        from daemon.runtime.context import Context

        standing = self.rulebook.standing
        found = self.vault, self.ledger, self.settings, self.zone, self.clock, self.converter, standing
        return Context(*found, accounts=self.accounts)

    def status(self) -> Status:
        """What runs, waits and is wrong; works without the daemon."""
        found = Outlook(
            vault=self.vault,
            where=str(self.places.vault),
            ledger=self.ledger,
            beats=self.places.beats,
            every=timedelta(seconds=self.sources.table["schedule"]["heartbeat_seconds"]),
            zone=self.zone,
            urgencies=self.urgencies,
            gate=self.gate,
            limits=self.limits,
            reach=self.reach,
            mailboxes=self.mailboxes,
        )
        return outlook.status(found, self.clock.now())

    def limits(self) -> Limits:
        """What may be spent on language models."""
        from daemon.core.minds.budget import Limits

        return Limits.read(self._standing("budget"))

    def reach(self) -> Reach:
        """Which of them may be asked."""
        from daemon.core.minds.outages import Reach

        return Reach.read(self._standing("llm"))

    def mailboxes(self) -> Sequence[Known]:
        """Those that are connected, whether they can be used or not. Raises UserError when no secret can be read."""
        from daemon.app import remembered

        return remembered.mailboxes(self)

    def _standing(self, name: str) -> Mapping[str, Any]:
        """A table as it counts now. Built from the settings only where these were needed already."""
        if "settings" not in vars(self):
            return self.sources.table[name]
        try:
            settings = self.rulebook.standing()
        except UserError:
            settings = self.settings
        return getattr(settings, name).model_dump()

    def gate(self) -> Gate:
        """What every effect has to pass."""
        from daemon.runtime.gate import Gate

        return Gate(self.ledger, self.zone, self.rulebook.standing)

    @cached_property
    def converter(self) -> Conversion:
        """Reads files; its process starts with the first file."""
        from daemon.adapters.conversion.converter import Conversion

        return Conversion(self.places.home / "cache" / "text", largest=self.settings.inbox.max_mb * 2**20)

    @cached_property
    def secrets(self) -> Store:
        """Passwords and keys; nothing is opened before one is needed."""
        from daemon.adapters.credentials.private import PrivateFile
        from daemon.adapters.credentials.store import Store

        named, places = self.sources.table["secrets"]["key_file"], self.places
        remedy = "set [secrets] key_file to a place elsewhere and move it there"
        away = ((places.vault, "the vault", remedy), (places.home, "the state directory", remedy))
        key = PrivateFile(places.key(named), "the key of your secrets", 0o400, away)
        return Store(places.home / "secrets", key, places.vault, self.redact)

    @cached_property
    def doors(self) -> Doors:
        """Language models; none is loaded before one is asked."""
        from daemon.app import parts

        return parts.doors(self)

    @cached_property
    def night(self) -> Batching | None:
        """Where questions wait for the night's batch."""
        from daemon.app import parts

        return parts.night(self)

    @cached_property
    def mind(self) -> Mind:
        """Who answers questions: one for all roles, so that what one of them learns of a provider all know."""
        from daemon.app import parts

        return parts.mind(self)

    def stop_asking(self) -> None:
        """Who ends waits for no language model."""
        if "mind" in vars(self):
            self.mind.close()

    def close(self) -> None:
        if "doors" in vars(self):
            self.doors.close()
        if "converter" in vars(self):
            self.converter.close()
        self.ledger.close()

    # --- the daemon

    @contextmanager
    def daemon(self, only: Sequence[str] = ROLES) -> Generator[Daemon]:
        """Start order: secrets, locks, vault, plug-ins, roles; stop order: the reverse."""
        from daemon.adapters.locks import RoleLock
        from daemon.app.running import Daemon

        self.secrets.check()
        locks = [RoleLock(self.places.locks, role) for role in ROLES if role in only]
        held: list[RoleLock] = []
        try:
            for lock in locks:
                lock.acquire()
                held.append(lock)
            self.claim_vault()
            self.vault.clean()
            if "manager" in only:
                self.ledger.take_over()
            yield Daemon(self, [role for role in ROLES if role in only], held)
        finally:
            for lock in reversed(held):
                lock.release()

    def claim_vault(self) -> None:
        """From now on the vault belongs to this state directory. Raises UserError (78) when it is another's.

        Also when the ledger is damaged or an old copy: what it says of approvals cannot be believed.
        """
        from daemon.runtime import belonging

        self.require_own_vault()
        belonging.require_current(self.vault, self.ledger)
        self.ledger.put("vault", str(self.places.vault))

    def require_own_vault(self) -> None:
        """A vault and a state directory belong to each other. Raises UserError (78) when these two do not."""
        from daemon.runtime import belonging, dashboard

        here, before = str(self.places.vault), self.ledger.get("vault")
        if here == before and not self.vault.present():
            return
        owner, instance = dashboard.instance_of(self.vault), self.ledger.instance
        adopt = "`employee adopt` takes it over; everything that waits there is then proposed anew"
        if owner and owner != instance:
            raise UserError(
                f"the vault {here} belongs to another state directory (instance {owner}); {_new(self.ledger)}{adopt}",
                exit_code=78,
            )
        if before == here and not owner:
            belonging.require(self.vault, self.ledger)
        if before and before != here and (not owner or _still_ours(before, instance)):
            raise UserError(
                f"the state directory {self.places.home} already serves the vault {before}; "
                f"give this one its own with EMPLOYEE_HOME=…, or {adopt}",
                exit_code=78,
            )


def _new(ledger: Ledger) -> str:
    """For who lost the old one, or looks into the wrong folder."""
    if ledger.get("vault"):
        return ""
    return f"{ledger.path.parent} is a new one. If you have a copy of the old one, put it back (EMPLOYEE_HOME); else "


def _still_ours(path: str, instance: str) -> bool:
    from daemon.runtime import dashboard

    return dashboard.instance_of(Vault(Path(path))) == instance
