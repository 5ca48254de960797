"""The person of a shop: drops work, decides in every way there is, changes their mind, and remembers what they wanted.

They act while the daemon rests or is dead, with files as a person has them and commands as another process would.
`wanted` is what must have happened in the end, exactly once each, and nothing else.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Self

from daemon.core.errors import UserError
from daemon.core.proposal import Key, State, Verdict
from daemon.core.task import Arrival, Original
from daemon.ops import decide
from tests.acceptance import person
from tests.torture import bills, oracle, work
from tests.torture.models import MARK, MoodyModel
from tests.torture.oracle import Approved
from tests.torture.shop import MOODS, Shop
from tests.torture.tally import Tally

DAY = timedelta(days=1)
_ROUNDS = 24  # of answering and waiting until nothing is open: nine days, nine hours a time; calls may begin in a third
_WAYS = ("move", "tick", "command")


class Owner:
    """Everything that is drawn comes from `chance`."""

    def __init__(self, shop: Shop, chance: Random, tally: Tally) -> None:
        self.shop = shop
        self.root = shop.root
        self.chance = chance
        self.tally = tally
        self.wanted: dict[Key, Approved] = {}
        self.refused: set[Key] = set[Key]()
        self._number = 10
        self._dropped: list[tuple[str, bytes]] = []

    def again(self, shop: Shop, tally: Tally) -> Self:
        """The same person, who remembers the same, in a copy of their shop."""
        twin = copy.copy(self)
        twin.shop, twin.root, twin.tally = shop, shop.root, tally
        twin.wanted, twin.refused = dict(self.wanted), set(self.refused)
        return twin

    def act(self) -> None:
        """One thing that a person or their world does."""
        deeds: tuple[tuple[int, Callable[[], None]], ...] = (
            (6, self.drop), (1, self.drop_again), (1, self.deliver_twice),
            (8, self.approve), (2, self.edit), (2, self.undo), (2, self.reject), (1, self.ask_for_another),
            (1, self.pause), (2, self.wait), (3, self.upset_the_provider),
        )  # fmt: skip
        weights = [weight for weight, _ in deeds]
        self.chance.choices([deed for _, deed in deeds], weights)[0]()

    # --- work comes in

    def drop(self, action: str = "") -> None:
        self._number += 1
        name, data = work.piece(action or self.chance.choice(work.ACTIONS), self._number)
        self._dropped.append((name, data))
        self.shop.drop(name, data)

    def drop_again(self) -> None:
        """The same once more: it is said, and not done again."""
        if self._dropped:
            self._number += 1
            name, data = self.chance.choice(self._dropped)
            self.shop.drop(f"again {self._number} {name}", data)

    def deliver_twice(self) -> None:
        """A mail account that delivers the same mail again: one task."""
        if self.shop.alive:
            self._number += 1
            data, key = work.mail(self._number), f"mail:{self._number}"
            original = (Original("mail.eml", data),)
            arrival = Arrival("email", "gmail", key, "Anna Example <anna@example.com>", "Again", "…", original)
            self.tally.counts["doubled deliveries"] += 1
            for _ in range(2):
                self.shop.intake.keep(arrival, self.shop.clock.now())

    # --- decisions

    def approve(self) -> None:
        if path := self._any("Pending_Approval"):
            self.approve_this(path, self.chance.choice(_WAYS))

    def approve_this(self, path: Path, how: str) -> None:
        """In one of the ways. What was replaced by a newer draft that is not there yet, is not wanted for certain."""
        draft = oracle.approved(path)
        match how if self._is_newest(draft.key) else "move":
            case "move":
                path.rename(self.root / "Approved" / path.name)
            case "tick":
                self._rewrite(path, lambda text: person.tick(text, "approve"))
            case _:
                self._say(draft.key[0], "approve")
        if self._is_newest(draft.key):
            self.wanted[draft.key] = draft

    def edit(self) -> None:
        """The words, before the yes or while it is held."""
        drafts = [path for path in self._drafts("Pending_Approval", "Approved") if not self._no(path)]
        free = [path for path in drafts if oracle.approved(path).action in work.FREE_TEXT]
        if free:
            path = self.chance.choice(free)
            self._number += 1
            self._rewrite(path, lambda text: person.with_text(text, f"PS: this is line {self._number}."))
            draft = oracle.approved(path)
            if draft.key in self.wanted:
                self.wanted[draft.key] = draft

    def undo(self) -> None:
        """During the hold, which the daemon has taken note of, while the draft still lies there."""
        held = [path for path in self._drafts("Approved") if self._is_held(path)]
        if held:
            path = self.chance.choice(held)
            key = oracle.approved(path).key
            way, back = self.chance.choice(_WAYS), self.root / "Pending_Approval" / path.name
            match "tick" if way == "move" and back.exists() else way:  # what a crash left under both names
                case "move":
                    path.rename(back)
                case "tick":
                    self._rewrite(path, lambda text: person.tick(text, "reject"))
                case _:
                    self._say(key[0], "undo")
            del self.wanted[key]
            self.refused.add(key)
            self.tally.counts["undone"] += 1

    def reject(self) -> None:
        if path := self._any("Pending_Approval"):
            key = oracle.approved(path).key
            match self.chance.choice(_WAYS):
                case "move":
                    path.rename(self.root / "Rejected" / path.name)
                case "tick":
                    self._rewrite(path, lambda text: person.tick(text, "reject"))
                case _:
                    self._say(key[0], "reject")
            self.refused.add(key)
            self.tally.counts["rejected"] += 1

    def ask_for_another(self) -> None:
        if path := self._any("Pending_Approval"):
            self._number += 1
            self._rewrite(path, lambda text: person.with_feedback(text, f'add: "Thank you, {self._number}"'))
            self.refused.add(oracle.approved(path).key)
            path.rename(self.root / "Rejected" / path.name)

    def pause(self) -> None:
        if self.shop.person.paused:
            self.shop.person.resume("owner", self.shop.clock.now())
        else:
            self.shop.person.pause("", "owner", self.shop.clock.now())

    def wait(self) -> None:
        self.shop.clock.advance(timedelta(seconds=self.chance.choice([1, 30, 61, 400, 3600])))

    def upset_the_provider(self) -> None:
        mail = self.shop.provider
        match self.chance.choice(["mood", "mood", "blind", "slow to index"]):
            case "mood":
                mail.script += self.chance.choices(MOODS, k=self.chance.randint(1, 3))
            case "blind":
                mail.go_blind(timedelta(minutes=1))
            case _:
                mail.indexing = timedelta(seconds=self.chance.choice([0, 30]))

    # --- the end of the day

    def settle(self) -> None:
        """Answer truthfully whatever is asked, approve whatever waits, until nothing is open. A fault if that fails.

        No model makes trouble any more; what waits for the money of the next day is there the next day.
        """
        if self.shop.model:
            self.shop.model.calm = True
        self.shop.person.resume("owner", self.shop.clock.now())
        for _ in range(_ROUNDS):
            self.shop.rest(3 * DAY)
            self.shop.clock.advance(timedelta(hours=9))  # quiet hours end, a fault is tried again
            self.shop.rest(3 * DAY)
            if not (self._answer() or self._retry() or self.approve_all() or self._held()):
                return
        self.tally.faults.append(f"it does not come to an end: {oracle.places(self.root)} {self._trouble()}")

    def _answer(self) -> bool:
        """What nobody can know: the person looks, and says what they found."""
        asked = self._drafts("Needs_Review")
        for path in asked:
            key = oracle.approved(path).key
            wanted = self.wanted.get(key)
            there = oracle.happened(wanted, self.effects()) if wanted else []
            self.tally.counts["unknown outcomes: the person said " + ("it happened" if there else "it did not")] += 1
            if not there:
                self.wanted.pop(key, None)
                self.insist(key[0])
            path.rename(self.root / ("Done" if there else "Pending_Approval") / path.name)
        return bool(asked)

    def _retry(self) -> bool:
        """All but what only the person can do, as its note says."""
        notes = sorted((self.root / "Failed").glob("*.md"))
        failed = [path for path in notes if "Answer it by hand." not in path.read_text(encoding="utf-8")]
        for path in failed:
            task, _ = oracle.key_of(path.name) or ("", 0)
            latest = self.shop.person.proposals.latest(task)
            if latest and latest.state is State.REFUSED:
                self.wanted.pop(latest.key, None)
            self.tally.counts["failed, tried again"] += 1
            self.insist(task)
            self._say(task, "retry")
        return bool(failed)

    def insist(self, task: str) -> None:
        """They want it tried again, whatever became of it before."""

    def approve_all(self) -> bool:
        """Whatever waits; False when nothing does."""
        waiting = [path for path in self._drafts("Pending_Approval") if not self._no(path)]
        for path in waiting:
            self.approve_this(path, "move")
        return bool(waiting)

    def _held(self) -> bool:
        folders = ("Approved", "Needs_Action", "In_Progress", "Inbox", "Pending_Approval")
        return any(list((self.root / folder).rglob("[!.]*.*")) for folder in folders)

    def effects(self) -> list[oracle.Effect]:
        self.shop.provider.catch_up()
        return oracle.effects(self.root, self.shop.provider.accepted)

    def judge(self) -> None:
        """Count what was done, and note what must not be."""
        found = self.effects()
        wanted = list(self.wanted.values())
        self.tally.counts["actions"] += len(wanted)
        self.tally.counts["effects"] += len(found)
        self.tally.counts.update(self.shop.settled)
        self.tally.counts.update(f"done: {each.action}" for each in wanted)
        self.tally.faults += oracle.faults(wanted, found, self.root) + self.lost()
        if wrong := self.shop.person.audit.verify().wrong:
            self.tally.faults.append(f"the audit: {wrong}")
        if self.shop.model:
            self._judge_models(self.shop.model, found)

    def lost(self) -> list[str]:
        """What came in and is not there any more."""
        return oracle.lost(self.root)

    def _judge_models(self, model: MoodyModel, found: Sequence[oracle.Effect]) -> None:
        """What they cost, what they changed, and where their words went: into approved texts and nowhere else."""
        ledger = self.shop.app.places.ledger
        self.tally.counts["questions to a model"] += model.asked
        self.tally.counts["answers with a mark that left"] += sum(MARK in str(each) for each in found)
        self.tally.counts["calls that a kill left open"] += (left := len(bills.left_open(ledger)))
        alone = left <= self.tally.counts["kills"] or bool(model.names)  # a batch that is lost stays open as well
        self.tally.expect(alone, f"{left} calls were never settled")
        self.tally.counts.update(self.shop.questioned)
        self.tally.counts.update({f"a model: {mood}": count for mood, count in model.said.items()})
        self.tally.faults += [*model.faults, *self.shop.differences, *bills.faults(model.bills, ledger)]
        self.tally.faults += oracle.misplaced(found, MARK.casefold(), self.shop.provider.accepted)

    # --- small things

    def _drafts(self, *folders: str) -> list[Path]:
        found = [path for folder in folders for path in sorted((self.root / folder).glob("*.md"))]
        return [path for path in found if "type: approval" in path.read_text(encoding="utf-8")]

    def _any(self, folder: str) -> Path | None:
        """A draft that the person has not decided about."""
        open_ = [path for path in self._drafts(folder) if not self._decided(path)]
        return self.chance.choice(open_) if open_ else None

    def _decided(self, path: Path) -> bool:
        return oracle.approved(path).key in self.wanted or self._no(path)

    def _no(self, path: Path) -> bool:
        return oracle.approved(path).key in self.refused

    def _is_newest(self, key: Key) -> bool:
        latest = self.shop.person.proposals.latest(key[0])
        return latest is not None and latest.key == key

    def _is_held(self, path: Path) -> bool:
        key = oracle.approved(path).key
        known = self.shop.person.proposals.get(key)
        return key in self.wanted and known is not None and known.state is State.HELD

    def _rewrite(self, path: Path, how: Callable[[str], str]) -> None:
        text = how(path.read_text(encoding="utf-8"))
        path.write_text(text, encoding="utf-8", newline="")

    def _say(self, task: str, verdict: Verdict) -> None:
        """As `employee approve ID` and its like do, which mean the newest draft; they may say that it is too late."""
        ledger = self.shop.person
        with suppress(UserError):
            decide.decide(ledger, decide.find(ledger, task), verdict, self.shop.clock.now())

    def _trouble(self) -> list[str]:
        return [problem for role in self.shop.roles for problem in role.step(self.shop.clock.now()).problems]
