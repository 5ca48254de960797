"""The company handbook as a value: what the person wrote about the company, its facts, contacts and rules.

Only the person writes `Company_Handbook.md`. Reading it never fails: what makes no sense becomes a sentence
in `problems`, and the rest counts. Headings: About, Facts, Contacts, Routing, Filing, Signature, Never, Me, Invoices.
"""

from __future__ import annotations

import difflib
import itertools
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from daemon.core.accounting import house_rules
from daemon.core.accounting.house_rules import HouseRules
from daemon.core.language import phones, words
from daemon.core.mailboxes import filing
from daemon.core.task import Priority

PRIORITY_RULES: tuple[Priority, ...] = ("urgent", "high", "low")
IGNORE = "ignore"
SPECIALISTS = ("accounting", "assistant", "mail", "social", "voice")  # whom a line of Routing may name

_SECTIONS = ("about", "facts", "contacts", "routing", "filing", "signature", "never", "me", "invoices")
_HEADING = re.compile(r"#{1,2}\s+(.*)")
_BULLET = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)])\s+(?:\[.\]\s+)?(.*)")
_HIDDEN = re.compile(r"<!--.*?(?:-->|\Z)|%%.*?%%", re.DOTALL)  # what nobody closes hides the rest
_LINK = re.compile(r"\[([^\]\n]*)\]\([^)\n]*\)")
_ADDRESS = re.compile(r"[^\s<>()\[\],;:@]*@[^\s<>()\[\],;:@]+")
_EMPHASIS = "*_` \t"
_AROUND = "*_` \t<>()-\u2013\u2014,;:\"'“”„"  # what may stand round a name, an address or a note
_FENCES = ("```", "~~~")
_NEAR = 0.75  # how like a known heading a mistyped one is: Nevver, Contact, About us


@dataclass(frozen=True, slots=True)
class Fact:
    """An answer the person gave beforehand. `topics`: any one of them makes a question fit."""

    topics: tuple[str, ...]
    answer: str
    priced: bool = False  # not written as a fact: an entry of the price list

    def fit(self, stems: frozenset[str]) -> frozenset[str]:
        """The stems of the longest topic that a question's stems hold completely; empty when none does."""
        fitting = (_held(topic, stems) for topic in self.topics)
        return max(fitting, key=len, default=frozenset[str]())

    def held(self, stems: frozenset[str]) -> frozenset[str]:
        """The stems of all its topics that a question's stems hold completely."""
        return frozenset[str]().union(*(_held(topic, stems) for topic in self.topics))


@dataclass(frozen=True, slots=True)
class Contact:
    """Someone the person knows. `email` is folded; "@example.com" stands for everyone there."""

    name: str
    email: str
    note: str = ""
    phone: str = ""  # as written, when the line names one


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of Routing: `terms` are words, phrases, addresses or "@domain"."""

    name: str  # urgent, high, low, ignore, or an agent
    terms: tuple[str, ...]

    def sender(self, email: str) -> str:
        """The term that names this address or its domain, or ""."""
        return next((term for term in self.terms if "@" in term and same_address(term, email)), "")

    def words(self, text: str) -> str:
        """The first term whose words stand in `text`, or ""."""
        return next(iter(words.mentioned(text, (t for t in self.terms if "@" not in t))), "")


@dataclass(frozen=True, slots=True)
class Handbook:
    """Everything the handbook says. An empty one is valid: it knows nobody and answers nothing."""

    company: str = ""
    about: str = ""
    facts: tuple[Fact, ...] = ()
    contacts: tuple[Contact, ...] = ()
    rules: Mapping[str, Rule] = field(default_factory=dict[str, Rule])
    filing: tuple[filing.Rule, ...] = ()
    signature: str = ""
    never: tuple[str, ...] = ()
    me: tuple[str, ...] = ()
    invoices: HouseRules = field(default_factory=HouseRules)
    problems: tuple[str, ...] = ()  # sentences with line numbers

    def contact(self, email: str) -> Contact | None:
        """Who this address is. A contact's own address goes before its domain."""
        fitting = (c for c in self.contacts if same_address(c.email, email))
        return min(fitting, key=lambda c: c.email.startswith("@"), default=None)

    def knows(self, email: str) -> bool:
        """Whether this address or its domain is among the contacts. Display names never count."""
        return self.contact(email) is not None

    def is_me(self, email: str) -> bool:
        return any(same_address(mine, email) for mine in self.me)

    def named(self, name: str) -> Contact | None:
        """The one mailbox among the contacts whose name has all the words of `name`; None when several."""
        asked = frozenset(words.fold(name).split())
        fitting = [c for c in self.contacts if asked and asked <= frozenset(words.fold(c.name).split())]
        own = [c for c in fitting if not c.email.startswith("@")]
        return own[0] if len(own) == 1 else None

    def is_borrowed(self, name: str) -> bool:
        """Whether a stranger who goes by this name would be taken for a contact: it is a whole name of one."""
        contact, parts = self.named(name), len(name.split())
        return contact is not None and parts > 1 and parts == len(contact.name.split())

    def answers(self, question: str) -> tuple[Fact, ...]:
        """The facts whose topic words all stand in the question; "opening hours" goes before "hours"."""
        stems = words.stems(question)
        fits = [(fact, fit) for fact in self.facts if (fit := fact.fit(stems))]
        return tuple(fact for fact, fit in fits if not any(fit < other for _, other in fits))

    def forbidden(self, text: str) -> tuple[str, ...]:
        """The phrases under Never that stand in `text`."""
        return words.mentioned(text, self.never)

    def rule(self, name: str) -> Rule:
        return self.rules.get(name, Rule(name, ()))

    def ignored(self, email: str, subject: str) -> str:
        """Why a mail is ignored, or "". Words count in the subject only: a customer may write any word into a text."""
        rule = self.rule(IGNORE)
        if term := rule.sender(email):
            return f"Your handbook says to ignore mail from {term}."
        if term := rule.words(subject):
            return f"Your handbook says to ignore mail with “{term}” in the subject."
        return ""


def same_address(known: str, email: str) -> bool:
    """Whether `known`, an address or "@domain", means this address. No subdomains."""
    given = words.fold(email)
    return given.endswith(words.fold(known)) if known.startswith("@") else given == words.fold(known)


def parse(text: str, agents: Collection[str] = SPECIALISTS) -> Handbook:
    """Read a handbook. Never raises; `agents` are the names that Routing may send work to."""
    sections = _sections(text)
    problems: list[str] = []
    company, _, about = _block(sections["about"]).partition("\n")
    return Handbook(
        company=company.strip(_EMPHASIS),
        about=about.strip(),
        facts=tuple(_facts(sections["facts"], problems)),
        contacts=tuple(_contacts(sections["contacts"], problems)),
        rules=_rules(sections["routing"], (*PRIORITY_RULES, IGNORE, *agents), problems),
        filing=filing.parse(_bullets(sections["filing"]), problems),
        signature=_block(sections["signature"]),
        never=tuple(phrase.strip("\"“”„'") for _, phrase in _bullets(sections["never"])),
        me=tuple(words.fold(email) for _, bullet in _bullets(sections["me"]) for email in _ADDRESS.findall(bullet)),
        invoices=house_rules.parse(_bullets(sections["invoices"]), problems),
        problems=tuple(problems),
    )


@dataclass(frozen=True, slots=True)
class Unread:
    """A heading under which nothing counts. `near`: the one that was probably meant, or ""."""

    line: int
    heading: str
    near: str

    @property
    def sentence(self) -> str:
        return f"Line {self.line}: nothing is read under “## {self.heading[:60]}”"


def unread(text: str) -> tuple[Unread, ...]:
    """The headings that nobody knows; of level 1, which are titles, only those that look like a known one."""
    found: list[Unread] = []
    fenced = False
    for number, line in enumerate(_shown(text).splitlines(), start=1):
        fenced ^= line.lstrip().startswith(_FENCES)
        name = _named(line)
        if fenced or not name or words.fold(name) in _SECTIONS:
            continue
        near = difflib.get_close_matches(words.fold(name[:40]), _SECTIONS, n=1, cutoff=_NEAR)
        if near or line.startswith("##"):
            found.append(Unread(number, name, near[0].capitalize() if near else ""))
    return tuple(found)


def _named(line: str) -> str:
    """The heading that a line is, or ""."""
    heading = _HEADING.match(line)
    return heading[1].rstrip().rstrip("#").rstrip() if heading else ""


def private(text: str) -> Mapping[str, str]:
    """What of a handbook is for the person's eyes only, by heading: notes on contacts, Routing, Filing and Invoices."""
    sections = _sections(text)
    notes = ((number, line[found.end() :] if (found := _ADDRESS.search(line)) else line)
             for number, line in sections["contacts"])  # fmt: skip
    kept = {"Contacts": notes} | {name.capitalize(): sections[name] for name in ("routing", "filing", "invoices")}
    return {heading: "\n".join(line for _, line in lines) for heading, lines in kept.items()}


def tellable(text: str) -> str:
    """What of a handbook anybody may hear: About, Facts, Signature, Me, and whom the person knows."""
    sections = _sections(text)
    lines = [line for name in ("about", "facts", "signature", "me") for _, line in sections[name]]
    return "\n".join((*lines, *(f"{each.name} {each.email}" for each in _contacts(sections["contacts"], []))))


_Line = tuple[int, str]  # number in the file, from 1


def _sections(text: str) -> Mapping[str, Sequence[_Line]]:
    """The lines under each known heading of level 1 or 2; deeper headings only group."""
    sections: dict[str, list[_Line]] = {name: [] for name in _SECTIONS}
    current: list[_Line] = []
    fenced = False
    for number, line in enumerate(_shown(text).splitlines(), start=1):
        if line.lstrip().startswith(_FENCES):
            fenced = not fenced
        elif not fenced and _HEADING.match(line):
            current = sections.get(words.fold(_named(line)), [])
        elif not fenced and not line.lstrip().startswith("###"):
            current.append((number, line))
    return sections


def _shown(text: str) -> str:
    """The text without comments, its line numbers kept."""
    return _HIDDEN.sub(lambda hidden: "\n" * hidden[0].count("\n"), text.removeprefix("\ufeff"))


def _block(lines: Iterable[_Line]) -> str:
    """The text up to an example, which goes on to the end of its section."""
    own = itertools.takewhile(lambda line: not _is_example(line), (line.rstrip() for _, line in lines))
    return "\n".join(own).strip()


def _bullets(lines: Iterable[_Line]) -> Iterator[_Line]:
    """Each bullet with the lines that continue it; empty ones and examples are left out."""
    bullets: list[_Line] = []
    open_bullet = False
    for number, line in lines:
        if bullet := _BULLET.match(line):
            bullets.append((number, bullet[1]))
        elif open_bullet and line.strip():
            start, text = bullets[-1]
            bullets[-1] = (start, f"{text} {line.strip()}")
        open_bullet = bool(bullet) or (open_bullet and bool(line.strip()))
    cleaned = ((number, _LINK.sub(r"\1", text).strip()) for number, text in bullets)
    return (bullet for bullet in cleaned if bullet[1] and not _is_example(bullet[1]))


def _is_example(text: str) -> bool:
    return words.fold(text).lstrip(_EMPHASIS).startswith("example:")


def _facts(lines: Iterable[_Line], problems: list[str]) -> Iterator[Fact]:
    for number, bullet in _bullets(lines):
        before, _, after = bullet.partition(":")
        bare = before.replace("**", "").lstrip("*")  # a star at the end of a topic means any ending
        topics = tuple(topic for part in bare.split(",") if (topic := part.strip("_` \t")))
        answer = after.strip(_EMPHASIS)
        if topics and answer:
            yield Fact(topics, answer)
        else:
            problems.append(f"Line {number}: a fact is written “topic words: the answer”.")


def _contacts(lines: Iterable[_Line], problems: list[str]) -> Iterator[Contact]:
    for number, bullet in _bullets(lines):
        found = _ADDRESS.search(bullet)
        if found and "." in found[0].partition("@")[2]:
            name, note = bullet[: found.start()], bullet[found.end() :]
            phone = next((phone.written for phone in phones.find(note)), "")
            yield Contact(name.strip(_AROUND), words.fold(found[0].rstrip(".")), note.strip(_AROUND), phone)
        else:
            problems.append(f"Line {number}: a contact is written “Name <address> — note” or “@domain — note”.")


def _rules(lines: Iterable[_Line], known: Sequence[str], problems: list[str]) -> Mapping[str, Rule]:
    rules: dict[str, Rule] = {}
    for number, bullet in _bullets(lines):
        before, colon, after = bullet.partition(":")
        name = words.fold(before).strip(_EMPHASIS)
        terms = tuple(term for part in after.split(",") if (term := part.strip(_AROUND)))
        if colon and name in known:
            rules[name] = Rule(name, (*rules.get(name, Rule(name, ())).terms, *terms))
        else:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean “{near[0]}”?" if near else f"it begins with one of {', '.join(known)}."
            problems.append(f"Line {number}: no routing rule is called “{name[:40]}”; {hint}")
    return rules


def _held(topic: str, stems: frozenset[str]) -> frozenset[str]:
    """The stems that a topic needs and a text has; empty when one is missing. "ship*": any word so begun."""
    wanted = topic.split()
    begun = tuple(next(iter(words.stems(word)), word) for word in wanted if word.endswith("*"))
    whole = words.stems(" ".join(word for word in wanted if not word.endswith("*")))
    matches = [frozenset(stem for stem in stems if stem.startswith(start)) for start in begun]
    return whole.union(*matches) if whole <= stems and all(matches) else frozenset[str]()
