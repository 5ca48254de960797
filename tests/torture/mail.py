"""Mail in and mail out through a connected mailbox that fails, forgets and tells twice, under a daemon that is killed.

Every second round is a day of a person, who also answers in their own mail program; the others take one way of a mail
and kill it at each thing that lasts, before and after, and again while it recovers.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from random import Random
from typing import Self

from daemon.core.mailboxes.values import IGNORE
from tests.fakes import NOON
from tests.mailboxes import letter
from tests.torture import kills, points, talks
from tests.torture.owner import Owner
from tests.torture.postbox import PostShop
from tests.torture.shop import MOODS, Shop, new_folder
from tests.torture.talks import Said, Talk
from tests.torture.tally import Tally

LIVES = 30
UPSET = (0.0, 0.0, 0.05, 0.2)  # of how many requests go wrong, for a while
OLD = letter("This was read long ago.", message_id="<old@example.com>", sender="Old <old@example.com>")


class Addressee(Owner):
    """The person whom people write to, and their world."""

    shop: PostShop

    def __init__(self, shop: PostShop, chance: Random, tally: Tally) -> None:
        super().__init__(shop, chance, tally)
        self.talks: list[Talk] = []
        self.insisted = set[tuple[str, str]]()  # tasks, and the answers by hand that were seen before
        shop.box.messages[shop.box.deliver(OLD, unread=False)].at = NOON - timedelta(days=5)
        self._listen()

    def again(self, shop: Shop, tally: Tally) -> Self:
        twin = super().again(shop, tally)
        twin.talks, twin.insisted = copy.deepcopy(self.talks), set(self.insisted)
        twin._listen()
        return twin

    def _listen(self) -> None:
        self.shop.post.told = self._sent

    def act(self) -> None:
        deeds: tuple[tuple[int, Callable[[], None]], ...] = (
            (5, self.receive), (4, self.receive_more), (2, self.answer_by_hand), (1, self.ignore), (1, self.delete),
            (2, self.deliver_again), (1, self.forget), (1, self.rename), (3, self.upset_the_mailbox),
            (8, self.approve), (1, self.edit), (2, self.undo), (1, self.reject), (1, self.ask_for_another),
            (2, self.wait), (3, self.upset_the_provider),
        )  # fmt: skip
        weights = [weight for weight, _ in deeds]
        self.chance.choices([deed for _, deed in deeds], weights)[0]()

    # --- what comes

    def receive(self) -> None:
        """Somebody writes for the first time."""
        self._number += 1
        self.talks.append(talk := Talk(self._number))
        self._deliver(talk.write())

    def receive_more(self) -> None:
        """Somebody writes once more, before or after they got an answer."""
        if self.talks:
            self._deliver(self.chance.choice(self.talks).write())

    def answer_by_hand(self) -> None:
        """In the person's own mail program."""
        if self.talks:
            self._deliver(self.chance.choice(self.talks).write(by_hand=True))

    def deliver_again(self) -> None:
        """The same mail lies in the mailbox under another name as well."""
        if said := self._any_mail():
            self._deliver(said)

    def ignore(self) -> None:
        """Hands off this conversation."""
        if said := self._any_mail():
            for remote in self._remotes(said):
                self.shop.box.ignore(remote)
                self._of(said).ignored = True

    def delete(self) -> None:
        if said := self._any_mail():
            for remote in self._remotes(said):
                self.shop.box.remove(remote)
            said.gone = True

    def forget(self) -> None:
        self.shop.box.forget()

    def rename(self) -> None:
        self.shop.box.rename()

    def upset_the_mailbox(self) -> None:
        self.shop.box.upset = self.chance.choice(UPSET)

    def _deliver(self, said: Said) -> None:
        self.tally.counts["answered by hand" if said.by_hand else "mails"] += 1
        self.shop.box.deliver(said.data, sent=said.by_hand)

    def _any_mail(self) -> Said | None:
        mails = [said for talk in self.talks for said in talk.said if not (said.by_hand or said.gone)]
        return self.chance.choice(mails) if mails else None

    def _of(self, said: Said) -> Talk:
        return next(talk for talk in self.talks if said in talk.said)

    def _remotes(self, said: Said) -> list[str]:
        return [remote for remote, kept in self.shop.box.messages.items() if kept.data == said.data]

    # --- what must hold

    def _sent(self, message: bytes) -> None:
        """Something is about to leave: nothing that the daemon knows the person has answered, unless they insist."""
        about = talks.answered(message)
        talk = talks.of(about, self.talks)
        if talk is None:
            self.tally.faults.append(f"a mail that is in no conversation left: it answers {about!r}")
            return
        talk.ids.append(talks.own_id(message))
        overruled = {hand for task, hand in self.insisted if f"<{task}-g" in talk.ids[-1]}
        by_hand = (said.id for said in talk.answered_by_hand(about) if self._is_seen(said))
        known = [own for own in by_hand if own not in overruled and self._is_answered(about, own)]
        lost = any(said.id == about and said.gone for said in talk.said)  # it cannot be told which thread it was of
        self.tally.expect(lost or not known, f"{about} is answered, though the person's answers {known} were seen")

    def insist(self, task: str) -> None:
        """Only what they do after their own answer overrules it: that it did not happen, or to try again."""
        self.insisted |= {(task, said.id) for talk in self.talks for said in talk.said if self._is_seen(said)}

    def _is_seen(self, said: Said) -> bool:
        return bool(self.shop.person.letters(self.shop.box.account.name).naming([said.id]))

    def _is_answered(self, about: str, own: str) -> bool:
        """Whether the daemon can know: what it saw after an answer that goes back to another mail is new to it.

        A copy may come of a mail that was deleted, or where the person said hands off, before anybody looked.
        """
        letters = self.shop.person.letters(self.shop.box.account.name)
        answer = letters.naming([own])[0]
        seen = [letter.message_id for letter in letters.thread(answer.thread)]
        if about not in seen or seen.index(about) < seen.index(own):
            return True
        back, earlier = {own}, answer.answers
        while earlier not in {"", *back}:
            back.add(earlier)
            earlier = next((letter.answers for letter in letters.naming([earlier])), "")
        return about in back

    def look_at_the_cursor(self) -> None:
        """All that came before it is durable."""
        box, ledger = self.shop.box, self.shop.person
        letters = ledger.letters(box.account.name)
        kept, cursor = letters.cursor, int(letters.cursor or 0)
        told = [event.remote for event in box.history if event.seq <= cursor and event.happened is None]
        there = [remote for remote in told if remote in box.messages and box.messages[remote].at >= box.born]
        for remote in there:
            letter = letters.get(remote)
            task = ledger.tasks.get(letter.task) if letter and letter.task else None
            seen = letter is not None and (not letter.task or (task is not None and task.durable))
            ignored = IGNORE in box.messages[remote].labels
            self.tally.expect(seen or ignored, f"the cursor {kept} is ahead of {remote}, which is not kept")

    def settle(self) -> None:
        self.shop.box.upset = 0.0
        super().settle()

    def judge(self) -> None:
        """A yes to what somebody wrote about once more, or the person answered or ignored, may be in vain."""
        self.look_at_the_cursor()
        happened = {effect.key for effect in self.effects()}
        mails = {task: data for data, tasks in talks.tasks(self.root).items() for task in tasks}
        vain = {key for key in self.wanted if key not in happened and self._is_moot(mails.get(key[0], b""))}
        self.wanted = {key: draft for key, draft in self.wanted.items() if key not in vain}
        self.tally.counts["approved in vain"] += len(vain)
        self.tally.counts["requests that went wrong"] += self.shop.box.refused
        super().judge()
        rejected = {task for task, _ in self.refused}
        self.tally.faults += talks.faults(self.talks, self.root, self.shop.post.accepted, rejected)
        self.tally.faults += [f"it left through no mailbox: {path}" for path in (self.root / "Outbox").glob("[!.]*")]
        self.tally.expect(OLD not in mails.values(), "a mail that was read before became a task")

    def lost(self) -> list[str]:
        """A mail that was begun before a kill may have been taken away, or answered, before the next look.

        Then its folder is there, still empty or with the mail, and never was anything a task: of what the ledger calls
        durable, the note must be there. An empty folder says not whose it is; a mail that somebody has to look at
        and that is in no folder is told as one that became no task.
        """
        mails = talks.tasks(self.root)
        off = {task for talk in self.talks for said in talk.off for task in mails.get(said.data, [])}
        empty = {path.name for path in (self.root / "Attachments").glob("t*") if not any(path.glob("[!.]*"))}
        begun = {f"task {task} lies in no folder" for task in off | empty if self._is_only_announced(task)}
        return [fault for fault in super().lost() if fault not in begun]

    def _is_only_announced(self, task: str) -> bool:
        known = self.shop.person.tasks.get(task)
        return known is not None and not known.durable

    def _is_moot(self, data: bytes) -> bool:
        talk = next((talk for talk in self.talks if any(said.data == data for said in talk.said)), None)
        return talk is not None and (talk.ignored or talk.later_than(data))


def round(seed: int) -> Tally:  # noqa: A001 - what a kind of torture is called
    """A day, or one way of a mail."""
    return _day(seed) if seed % 2 else _way(seed // 2)


# --- a day


def _day(seed: int) -> Tally:
    tally, chance = Tally(), Random(seed)
    with new_folder() as folder:
        hold, fine = chance.choice([0, 60, 7200]), chance.random() < 0.5
        owner = Addressee(PostShop(folder, chance, hold=hold, fine=fine), chance, tally)
        for _ in range(LIVES):
            _live(owner, chance)
            owner.look_at_the_cursor()
        owner.settle()
        owner.judge()
        owner.shop.close()
    return tally


def _live(owner: Addressee, chance: Random) -> None:
    """From a start to a kill, most of them while there is something to do."""
    for _ in range(chance.randint(1, 4)):
        owner.act()
    kills.rest_until_killed(owner, chance)


# --- one way


@dataclass(frozen=True, slots=True)
class Way:
    """What is done before, each deed followed by rest, and the deed whose consequences are killed."""

    name: str
    before: tuple[Callable[[Addressee], None], ...]
    killed: Callable[[Addressee], None]
    hold: float = 0


def _approve(owner: Addressee, *moods: str) -> None:
    owner.shop.provider.script += moods
    for path in sorted((owner.root / "Pending_Approval").glob("*.md")):
        owner.approve_this(path, "move")


def _both(first: Callable[[Addressee], None], second: Callable[[Addressee], None], owner: Addressee) -> None:
    first(owner)
    second(owner)


def _ways() -> Iterator[Way]:
    receive, more, by_hand, day = Addressee.receive, Addressee.receive_more, Addressee.answer_by_hand, 86400.0
    yield Way("a mail comes", (), receive)
    yield Way("two mails come at once", (), partial(_both, receive, more))
    for name, deed in (("a second mail", more), ("an answer by hand", by_hand), ("hands off", Addressee.ignore)):
        yield Way(f"{name} while the draft waits", (receive,), deed)
        yield Way(f"{name} during the hold", (receive, _approve), deed, day)
        yield Way(f"{name} just after the yes", (receive,), partial(_both, _approve, deed))
        yield Way(f"{name} after it was sent", (receive, _approve), deed)
        yield Way(f"a mail and {name} at once", (), partial(_both, receive, deed))
    for name, deed in (("the cursor is lost", Addressee.forget), ("all names change", Addressee.rename)):
        yield Way(f"{name} while a draft waits", (receive, more), deed)
        yield Way(f"{name} after the person answered", (receive, by_hand, more), deed)
        yield Way(f"{name} when new mail came", (receive, _approve), partial(_both, more, deed))
    yield Way("the same mail again", (receive,), Addressee.deliver_again)
    yield Way("an answer after a second mail", (receive, more), _approve)
    yield Way("approved", (receive,), _approve)
    for mood in MOODS:
        yield Way(f"approved, provider: {mood}", (receive,), partial(_approve_with, mood))


def _approve_with(mood: str, owner: Addressee) -> None:
    _approve(owner, mood)


WAYS = tuple(_ways())


def _way(number: int) -> Tally:
    chance = Random(number)
    way = WAYS[number % len(WAYS)]
    with new_folder() as folder:
        shop = PostShop(folder / "prepared", chance, hold=way.hold, fine=bool(number // len(WAYS) % 2))
        prepared = points.prepare(Addressee(shop, chance, Tally()), way.before)
        tally = points.moments(folder, prepared, way.killed, number=number // len(WAYS), chance=chance)
    tally.faults = [f"{way.name}, {fault}" for fault in tally.faults]
    return tally
