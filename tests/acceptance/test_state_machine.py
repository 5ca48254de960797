"""A person, a phone, a disk, a provider and a daemon that dies, all at their worst, in any order.

After every look the world must still make sense; the rules of what that means are the `_check_*` methods.
EMPLOYEE_HYPOTHESIS=large plays longer and differently each time.
"""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from daemon.core import mail, names
from daemon.core.proposal import Decision, Key, News, Proposal, State, Verdict, sha256
from tests.acceptance import person
from tests.acceptance.mortal import Killed, MortalHouse
from tests.acceptance.person import Note, Wish

CAP = 4
LARGE = os.environ.get("EMPLOYEE_HYPOTHESIS") == "large"
FAST_DISK = "/dev/shm" if Path("/dev/shm").is_dir() else None  # what a power cut loses is tested with the vault
OVER = {State.REJECTED, State.EXPIRED, State.SUPERSEDED, State.DONE, State.REFUSED}
OURS = ("Pending_Approval", "Approved", "Rejected")
MAIL = """From: Anna Example <anna{n}@example.com>
To: me@company.example
Subject: Question {n}
Message-ID: <{n}@example.com>
Date: Tue, 10 Mar 2026 09:00:00 +0000
{more}
Hello, when are you open on Saturday?
Anna
"""


THEN = st.sampled_from(["look", "look", "rest", "wait", "die"])


class World(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory(dir=FAST_DISK)
        self._dropped: dict[str, bytes] = {}  # task id: original
        self._odd: set[str] = set[str]()  # tasks whose notes the person copied, deleted or misplaced
        self._late: list[tuple[datetime, Path, bytes | None]] = []  # what a phone still has to deliver
        self._number = 0

    @initialize(hold=st.sampled_from([0, 60]))
    def move_in(self, hold: int) -> None:
        self.house = MortalHouse(Path(self._folder.name), hold=hold, approval__daily_cap=str(CAP))
        self.root = self.house.root
        for kind in ("mail", "note", "letter"):
            self._arrive(kind)
        self._live(timedelta(0))

    def teardown(self) -> None:
        if hasattr(self, "house"):
            self.house.reborn()
            self._live(timedelta(days=2))
            self.house.bury()
        self._folder.cleanup()

    # --- things arrive

    @rule(data=st.data(), kind=st.sampled_from(["mail", "newsletter", "note", "letter", "broken"]))
    def drop(self, data: st.DataObject, kind: str) -> None:
        self._arrive(kind)
        self._then(data)

    def _arrive(self, kind: str) -> None:
        self._number += 1
        n = self._number
        match kind:
            case "mail":
                self._put(f"mail {n}.eml", MAIL.format(n=n, more=""))
            case "newsletter":
                self._put(f"news {n}.eml", MAIL.format(n=n, more="List-Unsubscribe: <https://example.com/u>\n"))
            case "note":
                self._put(f"plan {n}.md", f"# Plan {n}\n\nBuy paint {n}.\n")
            case "broken":
                self._put(f"broken {n}.md", f"---\npriority: [unclosed\n---\nBroken {n}\n")
            case _:
                self._put(f"letter {n}.md", f"to: bob{n}@example.com\nsubject: Offer {n}\n\nHere it is, {n}.\n")

    @precondition(lambda self: self._dropped)
    @rule(data=st.data())
    def drop_the_same_again(self, data: st.DataObject) -> None:
        self._number += 1
        original = self._dropped[data.draw(st.sampled_from(sorted(self._dropped)))]
        suffix = "eml" if original.startswith(b"From:") else "md"
        (self.root / "Inbox" / f"again {self._number}.{suffix}").write_bytes(original)
        self._then(data)

    # --- the person's hands

    @rule(data=st.data(), folder=st.sampled_from(OURS))
    def decide_by_moving(self, data: st.DataObject, folder: str) -> None:
        if note := self._any(data, *OURS):
            self._move(note.path, folder)
        self._then(data)

    @rule(data=st.data(), box=st.sampled_from(["approve", "approve", "reject"]))
    def tick(self, data: st.DataObject, box: str) -> None:
        if note := self._any(data, "Pending_Approval", "Approved"):
            self._write(note.path, person.tick(note.path.read_text(encoding="utf-8"), box))
        self._then(data)

    @rule(data=st.data())
    def edit_the_text(self, data: st.DataObject) -> None:
        self._number += 1
        if note := self._any(data, *OURS):
            self._write(note.path, person.with_text(note.path.read_text(encoding="utf-8"), f"PS {self._number}"))
        self._then(data)

    @rule(data=st.data())
    def edit_the_recipient(self, data: st.DataObject) -> None:
        self._number += 1
        if note := self._any(data, *OURS):
            address = f"other{self._number}@example.com"
            self._write(note.path, person.with_recipient(note.path.read_text(encoding="utf-8"), address))
        self._then(data)

    @rule(data=st.data())
    def write_feedback(self, data: st.DataObject) -> None:
        self._number += 1
        if note := self._any(data, "Pending_Approval", "Rejected"):
            said = f'add: "Thank you, {self._number}"'
            self._write(note.path, person.with_feedback(note.path.read_text(encoding="utf-8"), said))
        self._then(data)

    @rule(data=st.data(), verdict=st.sampled_from(["approve", "approve", "reject", "undo", "retry"]))
    def decide_by_command(self, data: st.DataObject, verdict: Verdict) -> None:
        if keys := [p.key for p in self._latest()]:
            key = data.draw(st.sampled_from(keys))
            if verdict != "retry" or not self._happened(key):  # they look before they say that it did not happen
                decision = Decision(0, *key, verdict, "cli", "owner", "", self.house.clock.now())
                self.house.app.ledger.decisions.add(decision)
        self._then(data)

    @rule(data=st.data(), stop=st.booleans())
    def pause_or_resume(self, data: st.DataObject, stop: bool) -> None:  # noqa: FBT001 - drawn by name
        if stop:
            self.house.app.ledger.pause("", "owner", self.house.clock.now())
        else:
            self.house.app.ledger.resume("owner", self.house.clock.now())
        self._then(data)

    @rule(data=st.data())
    def answer_a_review(self, data: st.DataObject) -> None:
        if note := self._any(data, "Needs_Review"):
            honest = ["Done"] if self._happened(note.key) else ["Pending_Approval", "Rejected"]
            self._move(note.path, data.draw(st.sampled_from([*honest, "Approved"])))
        self._then(data)

    # --- odd hands, phones and sync tools

    @rule(data=st.data(), folder=st.sampled_from(["Needs_Review", "Failed", "Done/2026-03", "Needs_Action", "Inbox",
                                                  "In_Progress/executor", "In_Progress/mail", "Outbox"]))  # fmt: skip
    def misplace(self, data: st.DataObject, folder: str) -> None:
        if note := self._any(data, *OURS):
            self._odd.add(note.key[0])
            self._move(note.path, folder)
        self._then(data)

    @rule(data=st.data(), folder=st.sampled_from([*OURS, "Done/2026-03", "In_Progress/executor"]),
          name=st.sampled_from(["{}", "{} 2", "{}.sync-conflict-20260310-120000-ABCDEFG", "other"]))  # fmt: skip
    def copy(self, data: st.DataObject, folder: str, name: str) -> None:
        if note := self._any(data, *OURS, "Needs_Review"):
            self._odd.add(note.key[0])
            self._write(self.root / folder / f"{name.format(note.path.stem)}.md", note.path.read_text(encoding="utf-8"))
        self._then(data)

    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        if note := self._any(data, *OURS):
            self._odd.add(note.key[0])
            note.path.unlink()
        self._then(data)

    @rule(data=st.data(), folder=st.sampled_from(OURS), minutes=st.sampled_from([1, 9, 11, 60]), new=st.booleans())
    def move_on_a_phone(self, data: st.DataObject, folder: str, minutes: int, *, new: bool) -> None:
        """The new file and the deletion arrive apart, in either order."""
        note = self._any(data, *OURS)
        if note is None or note.place == folder:
            return
        self._odd.add(note.key[0])
        later, there = self.house.clock.now() + timedelta(minutes=minutes), self.root / folder / note.path.name
        content = note.path.read_bytes()
        if new:
            self._write(there, content.decode())
            self._late.append((later, note.path, None))
        else:
            note.path.unlink()
            self._late.append((later, there, content))
        self._then(data)

    # --- time, providers, death

    @rule(minutes=st.sampled_from([1, 2, 11, 60, 60 * 13, 60 * 24 * 3, 60 * 24 * 8]))
    def pass_time(self, minutes: int) -> None:
        self.house.clock.advance(timedelta(minutes=minutes))
        now = self.house.clock.now()
        due, self._late = [x for x in self._late if x[0] <= now], [x for x in self._late if x[0] > now]
        for _, path, content in due:
            if content is None:
                path.unlink(missing_ok=True)
            else:
                self._write(path, content.decode())

    @rule(how=st.sampled_from(["accept-then-drop", "drop", "refuse", "busy"]), blind=st.booleans())
    def the_provider_gets_worse(self, how: str, *, blind: bool) -> None:
        self.house.provider.script.append(how)
        self.house.provider.blind = blind

    @rule()
    def the_provider_can_search_again(self) -> None:
        self.house.provider.blind = False

    @rule()
    def rest(self) -> None:
        self._live(timedelta(hours=1))

    def _then(self, data: st.DataObject) -> None:
        """What the daemon does meanwhile: nothing, a look, everything that needs no person, or a sudden death."""
        match data.draw(THEN):
            case "look":
                self._live(timedelta(0))
            case "rest":
                self._live(timedelta(hours=1))
            case "die":
                self.house.die(data.draw(st.integers(1, 12)), after=data.draw(st.booleans()))
                self._live(timedelta(0))
                self.house.fate.at = 0
            case _:
                pass

    # --- what must hold

    def _live(self, limit: timedelta) -> None:
        """Let the daemon work, dead or alive, and check what it did against what the person wanted before."""
        house = self.house
        wishes, over, paused = self._wishes(), self._over(), house.app.ledger.paused
        mails, saved = len(house.provider.accepted), self._documents()
        died = True
        with suppress(Killed):
            paces = house.rest(limit)
            died = False
            assert not [p for pace in paces for p in pace.problems if "fault of the program" in p], paces
        if died:
            house.reborn()
        out = {self._key(key): person.of_mail(message) for key, message in house.provider.accepted[mails:]}
        assert not (out.keys() & over), "a generation that was over was carried out"
        assert not (out and paused), "something left while paused"
        for key, wish in out.items():
            assert wish in wishes.get(key, set()), (key, wish, wishes.get(key))
        for text in self._documents() - saved:
            assert any(Wish(text) in wanted for wanted in wishes.values()), (text, wishes)
        self._check_world(died=died)

    def _check_world(self, *, died: bool) -> None:
        self._check_once()
        assert not self.house.app.ledger.audit.verify().wrong
        for task, original in self._dropped.items():
            kept = [p.read_bytes() for p in (self.root / "Attachments" / task).glob("*")]
            waiting = [p.read_bytes() for p in (self.root / "Inbox").glob("*")]
            assert original in (*kept, *waiting), f"{task} lost its original"
            if not died and task not in self._odd:
                self._check_place(task)

    def _check_once(self) -> None:
        provider = self.house.provider
        keys = [key for key, _ in provider.accepted]
        assert len(keys) == len(set(keys)), "one key was accepted twice"
        tasks = Counter(self._key(key)[0] for key in keys)
        assert not [task for task, count in tasks.items() if count > 1], "one task was carried out twice"
        days = Counter(at.date() for at in provider.times)
        assert all(count <= CAP for count in days.values()), days
        texts = [text.partition("\n")[0] for text in self._documents()]
        assert len(texts) == len(set(texts)), "one document was saved twice"

    def _check_place(self, task: str) -> None:
        """One active note, where the ledger says the task is."""
        found = [path.relative_to(self.root).as_posix() for folder in person.STATE
                 for path in person.named_by((self.root / folder).rglob("*.md"), task)]  # fmt: skip
        proposal = self.house.app.ledger.proposals.latest(task)
        state = proposal.state if proposal else None
        found = [path for path in found if not (proposal and _is_history(path, proposal))]
        expected = {
            State.PROPOSED: ("Pending_Approval/",), State.HELD: ("Approved/",), State.DONE: ("Done/",),
            State.REFUSED: ("Failed/",), State.UNKNOWN: ("Needs_Review/",), State.EXPIRED: ("Rejected/",),
            State.REJECTED: ("Rejected/", "Needs_Action/", "In_Progress/"),
            None: ("Needs_Action/", "Done/", "Failed/", "In_Progress/"),
        }[state]  # fmt: skip
        waiting = not self.house.app.ledger.tasks.get(task)  # still in Inbox/
        assert waiting or len(found) == 1, (task, state, found)
        assert all(path.startswith(expected) for path in found), (task, state, found)

    @invariant()
    def status_can_be_told(self) -> None:
        if hasattr(self, "house"):
            self.house.app.status()

    # --- what the person wants

    def _wishes(self) -> dict[Key, set[Wish]]:
        """What may be done now: said yes to, and no `no` stands against it."""
        said: dict[Key, Verdict | News] = {
            (d.id, d.generation): d.verdict for d in self.house.app.ledger.decisions.open()
        }
        notes = person.drafts(self.root, *OURS)
        elsewhere = person.drafts(self.root, "Needs_Review", "Failed", "In_Progress/executor")
        notes += [n for n in elsewhere if n.key not in {note.key for note in notes}]
        against = {n.key for n in notes if n.no or (n.yes and n.asks)}
        against |= {key for key, verdict in said.items() if verdict in {"reject", "undo"}}
        wishes: dict[Key, set[Wish]] = {}
        for note in self._said_yes(notes, said):
            if note.key not in against:
                wishes.setdefault(note.key, set()).add(note.wish)
        return {key: wanted for key, wanted in wishes.items() if len(wanted) == 1}

    def _said_yes(self, notes: list[Note], said: dict[Key, Verdict | News]) -> list[Note]:
        """What lies in Approved/ counts before what is ticked, and that before what was approved by command."""
        chosen: list[Note] = []
        for key in {note.key for note in notes}:
            mine = [note for note in notes if note.key == key]
            approved = [note for note in mine if note.place == "Approved"]
            ticked = [note for note in mine if note.yes and note.place in OURS]
            chosen += approved or ticked or (mine if said.get(key) == "approve" else [])
        return chosen + self._claimed()

    def _claimed(self) -> list[Note]:
        """What the executor had taken when it died: only what the person had approved is the recorded file."""
        found = person.drafts(self.root, "In_Progress/executor")
        held = {p.key: p.hold.file_digest for p in self._latest() if p.hold and p.state in {State.HELD, State.SENDING}}
        return [note for note in found if held.get(note.key) == sha256(note.path.read_bytes())]

    def _over(self) -> set[Key]:
        return {p.key for task in self._tasks() for p in self._generations(task) if p.state in OVER}

    # --- small things

    def _put(self, name: str, text: str) -> None:
        data = text.encode()
        (self.root / "Inbox" / name).write_bytes(data)
        key = f"file:{sha256(data)}"
        if name.endswith(".eml"):
            key = mail.source_key(mail.read(data))
        self._dropped[names.task_id(key)] = data

    def _any(self, data: st.DataObject, *folders: str) -> Note | None:
        found = person.drafts(self.root, *folders)
        return data.draw(st.sampled_from(found)) if found else None

    def _move(self, path: Path, target: str) -> None:
        there = self.root / target / path.name
        if not there.exists():
            there.parent.mkdir(parents=True, exist_ok=True)
            path.rename(there)

    def _write(self, path: Path, text: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")

    def _tasks(self) -> list[str]:
        return sorted({*self._dropped, *self.house.app.ledger.tasks.matching("t")})

    def _latest(self) -> list[Proposal]:
        found = [self.house.app.ledger.proposals.latest(task) for task in self._tasks()]
        return [proposal for proposal in found if proposal]

    def _generations(self, task: str) -> list[Proposal]:
        latest = self.house.app.ledger.proposals.latest(task)
        numbers = range(1, latest.generation + 1) if latest else ()
        return [p for n in numbers if (p := self.house.app.ledger.proposals.get((task, n)))]

    def _key(self, effect: str) -> Key:
        task, _, generation = effect.partition(".")[0].partition("-g")
        return task, int(generation)

    def _happened(self, key: Key) -> bool:
        return any(self._key(effect)[0] == key[0] for effect, _ in self.house.provider.accepted)

    def _documents(self) -> set[str]:
        return {person.plain(p.read_text(encoding="utf-8")) for p in (self.root / "Documents").glob("*.md")}


def _is_history(path: str, latest: Proposal) -> bool:
    """An older generation in the archive of what was rejected or had expired."""
    folder, _, name = path.rpartition("/")
    return folder.startswith("Rejected/") and name != latest.name


TestWorld = World.TestCase
TestWorld.settings = settings(
    max_examples=600 if LARGE else 30,
    stateful_step_count=60 if LARGE else 40,
    deadline=None,
    derandomize=not LARGE,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
