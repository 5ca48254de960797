"""Days with models: little money, settings and keys that change, providers that fail, batches at night, kills.

Mails try to lead whoever reads them, and models say whatever they like.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from daemon.core.proposal import Key
from daemon.runtime.minds.batching import Batching
from daemon.runtime.minds.calls import Doors
from daemon.runtime.pace import Pace, Troubles
from tests.acceptance.mortal import Killed
from tests.letters import ORDINARY, written
from tests.minds import CHEAP, FAIR, OWN
from tests.torture import injecting, oracle
from tests.torture.batches import MoodyBatches
from tests.torture.models import MoodyModel
from tests.torture.owner import Owner
from tests.torture.shop import Shop, new_folder
from tests.torture.tally import Tally

LIVES = 16
NIGHT = time(23, 10)
MONEY = (0.0, 0.03, 0.06, 0.2, 1.0)  # US dollars for a day
AWAY = ((OWN,), (OWN,), (OWN, FAIR), (OWN, CHEAP), ())
PLENTY = (Decimal(20), Decimal(10**9))
_GIVEN_BACK = "[!question] Please decide again"
_LONG = "The {n}th paragraph says that the workshop moved its saws, planes and glue to the hall behind the yard. "
_NOTES = (
    "Write to bob{n}@example.com that we come on Friday, and ask whether the gate is open.\n",
    "Post on LinkedIn that we are looking for carpenter number {n}, and say something nice about the workshop.\n",
    '---\nkind: social\nnetwork: LinkedIn\nmention: comment\nfrom: "Bo"\nurl: ""\n---\nWhy is chair {n} late again?\n',
    "# Report {n}\n\n" + _LONG * 12,
    "Something about {n}, you know what I mean.\n",
)


class MindShop(Shop):
    """A shop with models and batches at night."""

    def __init__(self, folder: Path, model: MoodyModel, *, outbox: bool) -> None:
        self._batches = MoodyBatches(model)
        super().__init__(folder, outbox=outbox, model=model)
        (self.root / "Company_Handbook.md").write_bytes((ORDINARY / "handbook.md").read_bytes())

    def start(self) -> None:
        super().start()
        if self.app.night:
            self.app.night.attend()
            self.roles.append(_Nights(self.app.night))

    def reborn(self) -> None:
        self.spend()  # with broken settings nothing starts
        super().reborn()

    def doors(self, model: MoodyModel) -> Doors:
        return replace(super().doors(model), batches=self._batches)


class _Nights:
    """Looks after the batches with every look at anything else."""

    name = "batches"

    def __init__(self, batching: Batching) -> None:
        self._batching = batching
        self._troubles = Troubles()

    def step(self, now: datetime) -> Pace:
        with self._troubles.contained(self.name, now):
            self._batching.step()
        return Pace(progress=False)

    def tick(self, now: datetime) -> None:
        """There is nothing between two looks."""

    def close(self, now: datetime) -> None:
        """There is nothing to end."""


class MindOwner(Owner):
    """Drops what is put to models, and changes what these may do."""

    def __init__(self, shop: MindShop, model: MoodyModel, chance: Random, tally: Tally) -> None:
        super().__init__(shop, chance, tally)
        self._model = model
        self._mails = injecting.mails(chance, 10**6, "nightjar")

    def act(self) -> None:
        deeds: tuple[tuple[int, Callable[[], None]], ...] = (
            (8, self._drop_some), (4, self.approve), (1, self.edit), (1, self.reject), (2, self.ask_for_another),
            (1, self.pause), (3, self.wait), (2, self._sleep), (3, self._stay_late),
            (2, self._pay), (1, self._break), (1, self._lend_keys),
        )  # fmt: skip
        weights = [weight for weight, _ in deeds]
        self.chance.choices([deed for _, deed in deeds], weights)[0]()

    def approve_this(self, path: Path, how: str) -> None:
        """What is given back, because something is missing that nobody knows, is dropped."""
        if _GIVEN_BACK not in path.read_text(encoding="utf-8"):
            super().approve_this(path, how)
            return
        task, generation = oracle.approved(path).key
        self.refused.add((task, generation))
        self.wanted = {key: draft for key, draft in self.wanted.items() if key[0] != task}
        self.tally.counts["given back"] += 1
        path.rename(self.root / "Rejected" / path.name)

    def reject(self) -> None:
        before = set(self.refused)
        super().reject()
        self._give_up(self.refused - before)

    def ask_for_another(self) -> None:
        before = set(self.refused)
        super().ask_for_another()
        self._give_up(self.refused - before)

    def _give_up(self, refused: set[Key]) -> None:
        """Who refuses what was given back wants nothing of what they had approved before."""
        tasks = {task for task, _ in refused}
        self.wanted = {key: draft for key, draft in self.wanted.items() if key[0] not in tasks}

    def check(self, paces: Sequence[Pace]) -> None:
        """What lies there, and nobody does anything about, is put off, and the person is told why and until when."""
        if any(pace.next_at or pace.problems for pace in paces):
            return
        left = [path for folder in ("Needs_Action", "In_Progress") for path in (self.root / folder).rglob("*.md")]
        told = [each for pace in paces for each in pace.waiting if each.what.endswith(("task", "tasks"))]
        count = sum(int(each.what.split()[0]) for each in told)
        self.tally.counts["looks at what is put off"] += bool(count)
        self.tally.expect(count == len(left), f"{len(left)} tasks lie there, and {told} are told")
        for each in told:
            later = each.until is not None and each.until > self.shop.clock.now()
            self.tally.expect(bool(each.why) and later, f"put off without a reason or for ever: {each}")

    def calm_down(self) -> None:
        """There is money again."""
        self._model.limits = PLENTY
        self.shop.spend()

    def _drop_some(self) -> None:
        for _ in range(self.chance.choice([1, 2, 3, 6])):
            self._number += 1
            if self.chance.random() < 1 / 2:
                self.shop.drop(f"mail {self._number}.eml", written(next(self._mails), self._number))
            else:
                text = self.chance.choice(_NOTES).replace("{n}", str(self._number))
                self.shop.drop(f"note {self._number}.md", text.encode())
            self.tally.counts["dropped"] += 1

    def _sleep(self) -> None:
        """Until some time in the night, or the next day."""
        self.shop.clock.advance(timedelta(hours=self.chance.randint(2, 14), minutes=self.chance.randint(0, 59)))

    def _stay_late(self) -> None:
        """Work that comes in when batches are worth while."""
        now = self.shop.clock.now()
        self.shop.clock.advance((datetime.combine(now.date(), NIGHT, now.tzinfo) - now) % timedelta(days=1))
        self._drop_some()

    def _pay(self) -> None:
        daily = Decimal(str(self.chance.choice(MONEY)))
        self._model.limits = daily, self.chance.choice([Decimal(10**9), daily * 2])
        self.shop.spend()

    def _break(self) -> None:
        (self.root.parent / "none.toml").write_text("[budget\n", encoding="utf-8")

    def _lend_keys(self) -> None:
        self._model.away = frozenset(self.chance.choice(AWAY))


def round(seed: int) -> Tally:  # noqa: A001 - what a kind of torture is called
    """A few days of one shop."""
    tally, chance = Tally(), Random(seed)
    with new_folder() as folder:
        model = MoodyModel(seed)
        owner = MindOwner(MindShop(folder, model, outbox=chance.random() < 1 / 3), model, chance, tally)
        for _ in range(LIVES):
            _live(owner)
        owner.calm_down()
        owner.settle()
        owner.judge()
        owner.shop.close()
    return tally


def _live(owner: MindOwner) -> None:
    """Some deeds, and a look at them, of which the daemon dies or not."""
    shop, chance = owner.shop, owner.chance
    for _ in range(chance.randint(1, 3)):
        owner.act()
    if chance.random() < 1 / 2:
        shop.die(1 + int(chance.expovariate(1 / 15)), after=chance.random() < 1 / 2)
    with suppress(Killed):
        for minutes in _moments(chance):
            owner.check(shop.rest(timedelta(minutes=minutes)))
            shop.clock.advance(timedelta(minutes=minutes))
    if not shop.alive:
        owner.tally.counts["kills"] += 1
        shop.reborn()
    shop.fate.at = 0


def _moments(chance: Random) -> Iterable[int]:
    return chance.choice([(0,), (3, 3, 60), (5, 20, 60, 240)])
