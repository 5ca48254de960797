"""The section "Filing" of the handbook: which mail gets which label of the person's own in its mailbox. Pure.

A line is `label: terms`. A term is an address, "@domain", a kind of mail (newsletters, mailing lists, automated), or
words that stand in the subject; in quotation marks it is always words. A line that ends in `-> move` also takes the
mail out of the inbox, once nobody has to answer it any more.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from daemon.core.language import words
from daemon.core.mail import Mail

Kind = Literal["newsletter", "mailing list", "automated"]
LONGEST = 100  # characters of a label; Gmail takes 225
_LONGEST = 4000  # characters of a line
_KINDS: Mapping[str, Kind] = {
    "newsletter": "newsletter", "newsletters": "newsletter", "mailing list": "mailing list",
    "mailing lists": "mailing list", "automated": "automated", "automated mail": "automated",
}  # fmt: skip
_TERM = re.compile(r'["“„]([^"“”„]*)["”“]|([^,"“”„]+)')
_MOVE = re.compile(r"\s*(?:->|→)\s*(\w*)\s*\Z")
_SUBJECT = re.compile(r"\s+in(?: the)? subject\Z", re.IGNORECASE)
_AROUND = "*_` \t<>()"
_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\"\\*%(){}\ud800-\udfff]")
_OURS = re.compile(r"ai[\W_]", re.IGNORECASE)  # an IMAP server knows "AI Done" and "AI/Done" by one keyword
# Names that mailboxes keep for themselves, or that this program gives.
_TAKEN = frozenset(
    "inbox sent trash spam junk draft drafts unread starred important chat archive seen answered flagged "
    "deleted".split()
)
_HOW = (
    'a rule is written “label: terms”; terms are addresses, @domain, "words in the subject", newsletters, mailing '
    "lists, automated"
)


@dataclass(frozen=True, slots=True)
class Rule:
    """One line. `senders` are addresses or "@domain", folded."""

    label: str
    senders: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    kinds: frozenset[Kind] = frozenset()
    move: bool = False

    def fits(self, message: Mail, mine: Collection[str]) -> bool:
        """`mine`: the addresses of the mailbox it came to, folded."""
        sender = words.fold(message.sender.email) if message.sender else ""
        if any(sender.endswith(term) if term.startswith("@") else sender == term for term in self.senders):
            return True
        return not self.kinds.isdisjoint(kinds(message, mine)) or bool(words.mentioned(message.subject, self.words))


@dataclass(frozen=True, slots=True)
class Filed:
    """What becomes of one mail beside its answer."""

    labels: tuple[str, ...] = ()
    move: bool = False


def parse(bullets: Iterable[tuple[int, str]], problems: list[str]) -> tuple[Rule, ...]:
    """The rules, in their order. A line that makes no sense becomes a sentence in `problems`."""
    found = list[Rule]()
    for number, bullet in bullets:
        rule = _rule(bullet)
        if isinstance(rule, Rule):
            found.append(rule)
        else:
            problems.append(f"Line {number}: {rule}.")
    return tuple(found)


def filed(message: Mail, rules: Iterable[Rule], mine: Collection[str]) -> Filed:
    """Every label that fits; one of its rules is enough to move it."""
    fitting = [rule for rule in rules if rule.fits(message, mine)]
    labels = tuple(dict.fromkeys(rule.label for rule in fitting))
    return Filed(labels, any(rule.move for rule in fitting))


def kinds(message: Mail, mine: Collection[str]) -> Iterator[Kind]:
    """What a machine's mail is: by its headers, as `daemon.core.mail` understood them.

    Those who send newsletters name a List-Id as mailing lists do; but they write to nobody else.
    """
    why = message.automated
    if not why:
        return
    yield "automated"
    to_list = any(words.fold(each.email) not in mine for each in (*message.to, *message.cc))
    if why.startswith(("newsletter", "bulk mail")) or (why.startswith("mailing list") and not to_list):
        yield "newsletter"
    elif why.startswith("mailing list"):
        yield "mailing list"


def _rule(bullet: str) -> Rule | str:
    """A rule, or what is wrong with the line."""
    before, colon, after = bullet[:_LONGEST].partition(":")
    label = " ".join(before.strip(_AROUND).split())
    ending = _MOVE.search(after)
    terms = list(_terms(after[: ending.start()] if ending else after))
    if ending and words.fold(ending[1]) != "move":
        return f"after “->” stands the word “move”, not “{ending[1][:40]}”"
    if not colon or not label or not terms:
        return _HOW
    if why := _unfit(label):
        return f"“{label[:40]}” cannot be a label; {why}"
    return _made(label, terms, move=ending is not None)


def _terms(text: str) -> Iterator[tuple[str, bool]]:
    """Each term, and whether it stood in quotation marks."""
    for found in _TERM.finditer(text):
        quoted, plain = found[1], found[2]
        term = quoted.strip() if quoted is not None else _SUBJECT.sub("", plain.strip(_AROUND)).strip(_AROUND)
        if term:
            yield term, quoted is not None


def _unfit(label: str) -> str:
    last = words.fold(label.rpartition("/")[2])
    if len(label) > LONGEST:
        return f"it has more than {LONGEST} characters"
    if _OURS.match(label) or words.fold(label) in _TAKEN or not last or label.startswith("/"):
        return "choose a name of your own"
    return "leave out signs like quotation marks, brackets, * and %" if _UNFIT.search(label) else ""


def _made(label: str, terms: Iterable[tuple[str, bool]], *, move: bool) -> Rule:
    senders, phrases, found = list[str](), list[str](), set[Kind]()
    for term, quoted in terms:
        kind = None if quoted else _KINDS.get(words.fold(term))
        if kind:
            found.add(kind)
        elif "@" in term and not quoted:
            senders.append(words.fold(term))
        else:
            phrases.append(term)
    return Rule(label, tuple(senders), tuple(phrases), frozenset(found), move)
