"""What guides the agents beside the handbook: skills that came with the program, the person's own, and their goals.

A skill of the person's counts only while its SKILL.md is the file they trusted (`employee skills trust NAME`), byte for
byte: whoever or whatever wrote into `Skills/`, its words reach no model before. Nothing else of a skill's folder is
ever opened.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from daemon.core import frontmatter, resources
from daemon.core.errors import Outage, UserError
from daemon.core.neutral import Ours, ours
from daemon.core.ports import Entry, Missing, Suspicious, TooLarge, VaultProblem, VaultReader
from daemon.core.proposal import sha256
from daemon.core.skills import Skill, reading
from daemon.runtime.ledger.trust import Trust

FOLDER = "Skills"
GOALS = "Business_Goals.md"
LONGEST_GOALS = 4_000  # characters
_HIDDEN = re.compile(r"<!--.*?(?:-->|\Z)|%%.*?%%", re.DOTALL)  # as in the handbook

State = Literal["trusted", "new", "changed", "gone", "broken"]


@dataclass(frozen=True, slots=True)
class Own:
    """One skill of the person's as it lies in the vault. `data` is what was looked at, b"" when it was not opened.

    new: never trusted; changed: not the file that was trusted; gone: trusted, and no file any more; broken: no skill
    by the standard, or no ordinary file.
    """

    name: str  # of its folder
    state: State
    skill: Skill | None = None
    problems: Sequence[str] = ()
    data: bytes = b""

    @property
    def path(self) -> str:
        return path_of(self.name)


def path_of(name: str) -> str:
    """Where a skill of this name lies in the vault."""
    return f"{FOLDER}/{name}/{reading.NAME}"


@cache
def shipped() -> tuple[Skill, ...]:
    """The skills that came with the program. One that is broken is a fault of ours: ValueError."""
    files = sorted(resources.skills_folder().glob(f"*/{reading.NAME}"))
    found = {path.parent.name: reading.read(path.read_bytes(), path.parent.name) for path in files}
    if broken := {name: each.problems for name, each in found.items() if each.problems}:
        raise ValueError(f"skills of the program are broken: {broken}")
    return tuple(each.skill for each in found.values() if each.skill)


def survey(vault: VaultReader, trust: Trust) -> list[Own]:
    """Every skill of the person's, by name, and those that they trusted and that are gone."""
    pins = trust.pins()
    named = {parts[1] for entry in vault.scan(FOLDER, deep=True) if (parts := _skill_file(entry))}
    return [look(vault, name, pins) for name in sorted({*named, *pins})]


def look(vault: VaultReader, name: str, pins: Mapping[str, str]) -> Own:
    """One skill of the person's, whether or not there is one of this name."""
    try:
        data = _read(vault, vault.stat(path_of(name)))
    except Missing:
        return Own(name, "gone", problems=[f"there is no file {path_of(name)}"])
    except (VaultProblem, UserError) as refused:  # the latter: the folder Skills/ itself is a link
        return Own(name, "changed" if name in pins else "broken", problems=[str(refused)])
    found = reading.read(data, name, own=True)
    problems = [str(problem) for problem in found.problems]
    if name in pins and pins[name] != sha256(data):
        return Own(name, "changed", found.skill, problems, data)
    state = "broken" if problems else "trusted" if name in pins else "new"
    return Own(name, state, found.skill, problems, data)


def changed(vault: VaultReader, pins: Mapping[str, str]) -> list[tuple[str, Ours]]:
    """What is to be said of each skill that was trusted and has another file now: what is wrong, and the remedy."""
    try:
        found = [look(vault, name, pins) for name in sorted(pins)]
    except Outage:
        return []  # that the vault is away is said elsewhere
    return [
        (f"the skill {own.name} was changed since you trusted it, and is not used", remedy(own))
        for own in found
        if own.state == "changed"
    ]


def remedy(own: Own) -> Ours:
    """What the person can do about a skill that is not used; "" for one that is."""
    name = own.name
    match own.state:
        case "trusted":
            return ours("")
        case "gone":
            return ours("`employee skills untrust {}` forgets it", name)
        case "new" | "changed" if own.skill:
            return ours("`employee skills trust {}` shows it and asks", name)
        case _:
            return ours("`employee skills validate {}` says what is wrong with it", name)


def _skill_file(entry: Entry) -> list[str]:
    """The parts of its path when this makes its folder a skill: SKILL.md, or a link that is there instead."""
    parts = entry.path.split("/")
    if len(parts) == len((FOLDER, "name", reading.NAME)) and parts[-1] == reading.NAME:
        return parts
    return parts if len(parts) == len((FOLDER, "name")) and not entry.regular else []


def _read(vault: VaultReader, entry: Entry) -> bytes:
    """Raises VaultProblem for everything but an ordinary file of this vault alone."""
    if entry.regular and entry.links > 1:
        raise Suspicious(f"{entry.path} has a second name somewhere (a hard link), and could be changed from there")
    try:
        return vault.read(entry.path, reading.MAX_FILE)
    except TooLarge as error:
        raise TooLarge(f"{entry.path} has more than {reading.MAX_FILE // 1024} KB") from error


class Guidance:
    """Skills and goals as they are now; files are understood anew only when they changed."""

    def __init__(self, vault: VaultReader, trust: Trust) -> None:
        self._vault = vault
        self._trust = trust
        self._own: dict[str, tuple[object, Skill | None]] = {}
        self._goals: tuple[object, str] = (None, "")

    def skills(self) -> tuple[Skill, ...]:
        """Those that count. One of the person's stands in the place of a shipped one with its name.

        Costs a question to the ledger and a look at each file that is trusted. Raises Transient.
        """
        pins = self._trust.pins()
        found = [self._current(name, pins) for name in sorted(pins)]
        own = {skill.name: skill for skill in found if skill}
        return (*own.values(), *(skill for skill in shipped() if skill.name not in own))

    def goals(self) -> str:
        """What the person wrote in Business_Goals.md, without the examples that came with it. Raises Transient."""
        try:
            entry = self._vault.stat(GOALS)
            if self._goals[0] != entry.version:
                self._goals = entry.version, goals_in(self._vault.read(GOALS))
        except VaultProblem:
            return ""
        return self._goals[1]

    def _current(self, name: str, pins: Mapping[str, str]) -> Skill | None:
        try:
            version = (self._vault.stat(path_of(name)).version, pins[name])
        except (VaultProblem, UserError):
            return None
        if name not in self._own or self._own[name][0] != version:
            own = look(self._vault, name, pins)
            self._own[name] = version, own.skill if own.state == "trusted" else None
        return self._own[name][1]


def goals_in(data: bytes) -> str:
    """The person's own lines of Business_Goals.md, "" when there are none; at most `LONGEST_GOALS` characters."""
    text = _HIDDEN.sub("", data[frontmatter.body_start(data) :].decode("utf-8", "replace"))
    lines = [line.rstrip() for line in text.splitlines() if line.rstrip() not in _examples()]
    if not any(line and not line.startswith("#") for line in lines):
        return ""
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()[:LONGEST_GOALS]


@cache
def _examples() -> frozenset[str]:
    """The lines of the template that are no headings: what a new page says is nobody's goal."""
    lines = resources.template_files()[GOALS].read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))
