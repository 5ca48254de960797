"""Killed at any step of a sending, and again, the mail leaves at most once."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field

import pytest

from daemon.adapters.imap import smtp
from daemon.adapters.imap.channel import SmtpChannel
from daemon.adapters.imap.copies import Sent
from daemon.adapters.imap.dialogue import Dialogue, Reply
from daemon.core.errors import Permanent, Transient, UnknownOutcome
from daemon.core.ports import Absent, CannotTell, Finding, Found
from tests.adapters.imap.post import KEY, Notes, Post, message
from tests.smtp import Drops, Fault, Says


class Killed(BaseException):
    """The process ends here."""


@dataclass
class Fate:
    """Lets so many steps happen, then kills at every further one."""

    left: int
    met: list[str] = field(default_factory=list[str])

    def step(self, what: str) -> None:
        self.met.append(what)
        self.left -= 1
        if self.left < 0:
            raise Killed

    @contextmanager
    def around(self, what: str) -> Generator[None]:
        self.step(f"before {what}")
        yield
        self.step(f"after {what}")


def mortal_dialogue(fate: Fate) -> type[Dialogue]:
    class Mortal(Dialogue):
        def pour(self, data: bytes, patience: float = 1.0) -> None:
            with fate.around(f"saying {data[:8]!r}"):
                super().pour(data, patience)

        def reply(self, patience: float = 1.0) -> Reply:
            with fate.around("hearing"):
                return super().reply(patience)

    return Mortal


@dataclass
class MortalNotes:
    fate: Fate
    notes: Notes

    def get(self, key: str, name: str) -> str:
        return self.notes.get(key, name)

    def put(self, key: str, name: str, value: str) -> None:
        with self.fate.around(f"noting {name}"):
            self.notes.put(key, name, value)


@dataclass
class MortalSent:
    fate: Fate
    sent: Sent

    def holds(self, message_id: str, key: str) -> bool:
        with self.fate.around("looking into Sent"):
            return self.sent.holds(message_id, key)

    def put(self, message: bytes) -> None:
        with self.fate.around("copying into Sent"):
            self.sent.put(message)


class MortalChannel(SmtpChannel):
    def __init__(self, post: Post, fate: Fate) -> None:
        self._fate = fate
        super().__init__(post.account, post.settings, MortalNotes(fate, post.notes), MortalSent(fate, post.sent))

    def _session(self) -> AbstractContextManager[smtp.Session]:
        return smtp.opened(self._account, self._settings, mortal_dialogue(self._fate))


def killed_at(post: Post, step: int, *, looking: bool = False) -> Sequence[str]:
    """The steps of a sending (or of the look-up after it) that was killed there."""
    fate = Fate(step)
    channel = MortalChannel(post, fate)
    with suppress(Killed, Transient, Permanent, UnknownOutcome):
        act = channel.look_up if looking else channel.send
        act(message(), title="Opening hours", key=KEY)
    return fate.met


def recover(post: Post) -> Finding:
    """What the executor does after a restart: ask, and send what is surely absent."""
    finding = post.look_up()
    if isinstance(finding, Absent):
        assert post.accepted == 0, "it was sent, and the look-up says it was not"
        post.channel = post.opened()
        with suppress(Transient, Permanent, UnknownOutcome):
            post.send()
    if isinstance(finding, Found):
        assert post.accepted == 1, "it was not sent, and the look-up says it was"
    return finding


STEPS = range(44)  # more than there are; the last ones are not reached and end well
WINDOW = ("noting begun", "saying b'.\\r\\n'", "hearing", "noting accepted")


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_step_the_mail_leaves_at_most_once(post: Post, step: int) -> None:
    met = killed_at(post, step)
    finding = recover(post)
    unknown = isinstance(finding, CannotTell)
    assert post.accepted == 1 or unknown
    assert not unknown or met[-1].split(" ", 1)[1] in WINDOW
    assert unknown or isinstance(post.look_up(), Found)
    assert unknown or post.sent.messages == [message()]


def test_steps_are_all_of_them(post: Post) -> None:
    assert len(killed_at(post, 10_000)) < len(STEPS)


@pytest.mark.parametrize("step", STEPS[::3])
@pytest.mark.parametrize(
    ("moment", "fault"),
    [
        ("RCPT", Says("450 4.2.0 greylisted")),
        ("CONTENT", Says("554 5.7.1 no")),
        ("END", Says("452 4.3.1 no space")),
        ("END", Drops()),
        ("ACCEPTED", Drops()),
    ],
)
def test_killed_twice_the_mail_leaves_at_most_once(post: Post, moment: str, fault: Fault, step: int) -> None:
    post.server.fails(moment, fault)
    killed_at(post, step)
    post.server.heals()
    killed_again(post, step)
    recover(post)
    assert post.accepted <= 1


def killed_again(post: Post, step: int) -> None:
    """In the second try, where there may be one."""
    if isinstance(post.look_up(), Absent):
        killed_at(post, step + 1)


@pytest.mark.parametrize("step", range(14))
def test_killed_in_the_look_up_the_copy_is_still_made_once(post: Post, step: int) -> None:
    post.sent.away = Transient("away")
    post.send()
    post.sent.away = None
    killed_at(post, step, looking=True)
    assert isinstance(post.look_up(), Found)
    assert (post.accepted, post.sent.messages) == (1, [message()])
