"""What a model is told of the company and of how things are done here: its rules, in the person's own words.

Contacts and what is noted on them, routing, bank details and prices of the handbook stay here: no text needs them,
and what a model does not know nobody can talk it into saying. Of a sender who is a contact it is told the name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.abc import Traversable

from daemon.core.handbook import Handbook
from daemon.core.ports import Desk, Earlier
from daemon.core.skills import Skill

_FACTS = 20_000  # characters
_ABOUT = 6_000
_AGAIN = (
    "This will be draft {number}. The person you work for rejected the last one, which you find as “last draft”, maybe "
    "with changes of their own in it. Do what they say about it, and keep what they do not speak of."
)


def rules(role: str, told: str, desk: Desk, skills: Sequence[Skill]) -> str:
    """The system prompt: the role, what holds for every task of it, then the skills for this one.

    `told`: what of the handbook is needed, `known` or only `company`.
    """
    goals = f"# Goals of the company\n\n{desk.goals}" if desk.goals else ""
    return "\n\n".join(filter(None, (role.strip(), told, goals, *map(_skill, skills))))


def roles(folder: Traversable) -> Mapping[str, str]:
    """The prompts that travel with the agents, by name."""
    files = (file for file in folder.iterdir() if file.name.endswith(".md"))
    return {file.name.removesuffix(".md"): file.read_text(encoding="utf-8").strip() for file in files}


def known(handbook: Handbook) -> str:
    """What may be said as a fact, what may not be said, and how a mail ends."""
    facts = [f"- {', '.join(fact.topics)}: {fact.answer}" for fact in handbook.facts]
    parts = {
        "Facts": _listed(facts) or "The handbook has no facts yet.",
        "Never write": "\n".join(f"- {phrase}" for phrase in handbook.never),
        "Signature": handbook.signature or handbook.company,
    }
    sections = (f"# {heading}\n\n{text.strip()}" for heading, text in parts.items() if text.strip())
    return "\n\n".join((company(handbook), *sections))


def company(handbook: Handbook) -> str:
    """Who the person's company is."""
    about = "\n\n".join(filter(None, (handbook.company, handbook.about)))[:_ABOUT]
    return f"# The company\n\n{about or 'The handbook does not say anything about the company yet.'}"


def feedback(earlier: Sequence[Earlier]) -> str:
    """What the person said of the drafts before, oldest first, in their own words; "" on the first draft."""
    if not earlier:
        return ""
    said = [f"On draft {number}: {text}" for number, each in enumerate(earlier, 1) if (text := each.feedback.strip())]
    return "\n".join((_AGAIN.format(number=len(earlier) + 1), *(said or ["They did not say why: write it anew."])))


def _listed(lines: Iterable[str]) -> str:
    """As many whole lines as there is room for."""
    return "\n".join(_fitting(lines))


def _fitting(lines: Iterable[str]) -> Iterator[str]:
    room = _FACTS
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            return
        yield line


def _skill(skill: Skill) -> str:
    return f"# How it is done here: {skill.name}\n\n{skill.body.strip()}"
