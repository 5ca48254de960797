"""Skills as a person handles them: which there are and count, what is wrong with one, whom to trust."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from daemon.core import neutral, resources
from daemon.core.errors import UserError
from daemon.core.ports import VaultReader, VaultWriter
from daemon.core.proposal import sha256
from daemon.core.skills import Skill, reading
from daemon.core.skills.reading import Problem
from daemon.runtime import guidance
from daemon.runtime.guidance import Own
from daemon.runtime.ledger.trust import Trust

_LIST = "`employee skills list` shows all."


@dataclass(frozen=True, slots=True)
class Listed:
    """One skill. `state` is that of `Own`, or "shipped"; `used`: agents get it. What else is said is for the person."""

    name: str
    description: str
    state: str
    used: bool
    where: str
    problems: Sequence[str] = ()
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """One SKILL.md held against the standard."""

    name: str
    where: str
    problems: Sequence[Problem]


def everything(vault: VaultWriter, trust: Trust) -> list[Listed]:
    """The person's own skills first, then those that came with the program. Without a vault only the latter."""
    own = guidance.survey(vault, trust) if vault.present() else []
    replaced = {each.name for each in own if each.state == "trusted"}
    return [
        *map(_own, own),
        *(_shipped(skill, used=skill.name not in replaced) for skill in guidance.shipped()),
    ]


def _own(own: Own) -> Listed:
    description = own.skill.description if own.skill else ""
    used = own.state == "trusted"
    return Listed(own.name, description, own.state, used, own.path, own.problems, guidance.remedy(own))


def _shipped(skill: Skill, *, used: bool) -> Listed:
    return Listed(skill.name, skill.description, "shipped", used, str(_shipped_file(skill.name)))


def _shipped_file(name: str) -> Path:
    return resources.skills_folder() / name / reading.NAME


def check(vault: VaultWriter, trust: Trust, target: str = "") -> list[Checked]:
    """A skill by its name or the path of its folder or file; all of them without one. Raises UserError for neither."""
    own = {each.name: each for each in guidance.survey(vault, trust)} if vault.present() else {}
    shipped = {skill.name: Checked(skill.name, str(_shipped_file(skill.name)), ()) for skill in guidance.shipped()}
    if not target:
        return [*map(_checked, own.values()), *shipped.values()]
    if target in own:
        return [_checked(own[target])]
    if target in shipped:
        return [shipped[target]]
    return [_file(Path(target))]


def _checked(own: Own) -> Checked:
    refused = [] if own.data else [Problem(sentence) for sentence in own.problems]
    return Checked(own.name, own.path, refused or reading.read(own.data, own.name).problems)


def _file(path: Path) -> Checked:
    """A skill that lies anywhere."""
    file = path / reading.NAME if path.is_dir() else path
    if not file.is_file():
        raise UserError(f"There is no skill {path}, neither by name nor as a folder with a {reading.NAME}. {_LIST}")
    with file.open("rb") as opened:
        data = opened.read(reading.MAX_FILE + 1)
    name = file.resolve().parent.name
    return Checked(name, str(file), reading.read(data, name).problems)


# --- trust -----------------------------------------------------------------------------------------------


def to_trust(vault: VaultReader, trust: Trust, given: str) -> Own:
    """The person's skill of this name as it is now. Raises UserError with all reasons why it cannot be trusted.

    `given` may also be the skill's folder, as a shell completes it: `Skills/discounts/`.
    """
    name = given.rstrip("/").removeprefix(f"{guidance.FOLDER}/")
    own = guidance.look(vault, name, trust.pins())
    if own.state == "gone":
        raise UserError(_missing(name))
    if own.skill is None:
        raise UserError(f"{own.path} cannot be used:", *(f"  {problem}" for problem in own.problems))
    return own


def _missing(name: str) -> str:
    if any(skill.name == name for skill in guidance.shipped()):
        return f"{name} came with the program; it needs no trust of yours."
    if not reading.is_name(name):
        return f"No skill can be called {name!r}: small letters, digits and hyphens only. {_LIST}"
    return f"There is no file {guidance.path_of(name)} in your vault. {_LIST}"


def text(own: Own) -> list[str]:
    """The whole file, line by line, as it is read."""
    return own.data.decode("utf-8-sig").replace("\r\n", "\n").rstrip("\n").split("\n")


def remarks(own: Own) -> Iterator[str]:
    """What the person should know before they say yes."""
    if own.state == "changed":
        yield "It was changed since you trusted it."
    if unseen := neutral.unseen("\n".join(text(own))):
        yield f"Careful: it has characters that cannot be seen ({', '.join(unseen)}), shown here like ⟨{unseen[0]}⟩."
    if any(skill.name == own.name for skill in guidance.shipped()):
        yield "It takes the place of the skill with this name that came with the program."
    yield "Once trusted, language models are told to work as it says. When the file changes, it no longer counts."


def pin(trust: Trust, own: Own, now: datetime) -> None:
    """Exactly what was shown is what counts from now on."""
    trust.pin(own.name, sha256(own.data), "cli", now)


def unpin(trust: Trust, name: str, now: datetime) -> None:
    """Raises UserError when it was not trusted."""
    if not trust.unpin(name, "cli", now):
        raise UserError(f"You do not trust a skill {name!r}, so nothing changed. {_LIST}")
