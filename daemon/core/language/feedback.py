"""What a person's feedback asks for, as far as rules can follow it. Free rewriting needs a model.

Understood: "shorter"; `add: text`, `say: text` or a quoted "text" (a new paragraph, above the closing); remove "text";
replace "text" with "text"; "once more", which gives the draft as it is made now. English and German always, other
languages by their phrasebooks. "More formal" and "in English" are for the agent to follow: see `asked`. Whatever else
it says is left alone, and said so.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from daemon.core.language import dates, phrasebook, salutation, signature, times, words
from daemon.core.language.phrasebook import Phrasebook
from daemon.core.mail import Address
from daemon.core.ports import Earlier

_BY_HAND = (
    "Your feedback was not followed: without a language model only “shorter”, `add: text`, remove “text” and "
    "replace “this” with “that” are understood. You can also edit the draft itself."
)
_COPIED = "Whoever else was on the message gets a copy, as you asked."
_RENEWED = "The closing is the one that your handbook gives now."
_AGAIN = "Drafted once more from the beginning, as you asked; your own edits are not in it."
_ANSWERS_NOBODY = (
    "This draft answers nobody, whatever the feedback says. To write to them, drop a note into Inbox/ that begins "
    "with “Write to”, their name or address, and a colon: behind it stands what to write."
)
_LATER = ("later", "later_one", "later_many", "later_rest")  # what we promise to see about
_ANY_DAY = date(2026, 1, 1)  # whether words name a day depends on none
_ENDING = 14  # lines in which a closing stands
_QUOTED = re.compile(r"\"([^\"\n]+)\"|“([^”\n]+)”|„([^“”\n]+)[“”]|«([^»\n]+)»")
_WORD = re.compile(r"[\w'-]+")
_DICTATED = re.compile(r":[^\n]*")  # words for the draft are no wishes
_SAY = ("say", "add", "write", "schreib", "ergänze", "sag", "hinzufügen")
_SHORTER = ("shorter", "too long", "shorten", "brief", "briefer", "kürzer", "kürzen", "zu lang", "knapper")
_REMOVE = (
    "remove", "delete", "drop", "without", "don't say", "do not say", "don't", "not", "no", "never",
    "leave out", "entferne", "lösche", "streiche", "ohne", "nicht", "kein", "keine", "weglassen",
)  # fmt: skip
_REPLACE = ("replace", "instead of", "change", "ersetze", "statt", "ändere")
_ADD = ("add", "ergänze", "hinzufügen")
_EVERYONE = (
    "reply to all", "reply all", "reply-all", "answer all", "answer everyone", "reply to everyone", "include everyone",
    "an alle", "allen antworten", "alle antworten", "répondre à tous", "responder a todos", "rispondi a tutti",
    "allen beantwoorden",
)  # fmt: skip
_INSTEAD = ("instead of", "statt")  # the new text comes first
_ONCE_MORE = (
    "once more", "once again", "one more time", "again", "from the beginning", "from scratch", "anew", "redo",
    "noch einmal", "noch mal", "nochmal", "nochmals", "erneut", "von vorn", "von vorne", "von neuem", "neu",
    "encore une fois", "une nouvelle fois", "à nouveau", "de nouveau", "recommence", "recommencer", "refais", "refaire",
    "otra vez", "una vez más", "de nuevo", "nuevamente", "ancora una volta", "un'altra volta", "di nuovo", "da capo",
    "nuovamente", "mais uma vez", "outra vez", "de novo", "novamente", "nog een keer", "nog eens", "nogmaals",
    "opnieuw",
)  # fmt: skip
_BESIDE = frozenset(  # words that may stand beside these and ask for nothing else
    "please just try do draft write make it this the a new one bitte versuch versuche es mach mache schreib schreibe "
    "den das entwurf s'il te vous plaît stp svp le la essaie essayez por favor inténtalo hazlo el borrador per piacere "
    "riprova fallo tenta faz o rascunho alsjeblieft alstublieft probeer doe het graag".split()
)
_ANSWER = (
    "answer*", "reply", "replies", "respond*", "write to", "write them", "write him", "write her", "mail them",
    "mail him", "mail her", "email them", "antwort*", "antworte*", "beantworte*", "schreib ihm", "schreib ihr",
    "schreib ihnen", "schreibe ihm", "schreibe ihr", "schreibe ihnen", "schreib an", "schreibe an", "réponds*",
    "répondez*", "répondre", "réponse", "écris-lui", "écris-leur", "écrire à", "respuesta", "contesta*", "escríbele*",
    "escribe a", "rispond*", "risposta", "scrivi a", "scrivigli", "responde*", "resposta", "escreve a",
    "escreve-lhe*", "antwoord*", "beantwoord*", "schrijf hem", "schrijf haar", "schrijf hun", "schrijf aan",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Revised:
    """A text after feedback. `done`: sentences on what was changed; empty when nothing could be."""

    text: str
    done: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """How the next draft is to be written: a language and a tone, "" as before."""

    language: str = ""
    tone: Literal["", "formal", "informal"] = ""
    anew: str = ""  # the last feedback asked for it: what to tell the person
    everyone: bool = False  # all who were on the message get the answer

    def book(self, book: Phrasebook, books: Mapping[str, Phrasebook]) -> Phrasebook:
        """The phrasebook to write with, instead of the one for what came."""
        chosen = books[self.language] if self.language and self.language != book.code else book
        if self.tone == "formal":
            return books[chosen.code]
        return chosen.familiar() if self.tone == "informal" else chosen


def asked(earlier: Sequence[Earlier], books: Mapping[str, Phrasebook]) -> Asked:
    """Language and tone that the feedback on all earlier drafts asks for; the newest counts."""
    wish = Asked()
    for one in earlier:
        said = _DICTATED.sub(":", _QUOTED.sub(" ", one.feedback))
        language = next((code for code, book in books.items() if book.has("fb_in", said)), "")
        tone = _tone(said, books.values())
        told = [f"in {books[language].name}"] if language else []
        told += [f"in {'a more' if tone == 'formal' else 'a less'} formal tone"] if tone else []
        anew = f"Written anew {' and '.join(told)}, as far as rules can; your own edits are not in it." if told else ""
        everyone = wish.everyone or bool(words.mentioned(said, _EVERYONE))
        wish = Asked(language or wish.language, tone or wish.tone, anew, everyone)
    return wish


def _tone(said: str, books: Iterable[Phrasebook]) -> Literal["", "formal", "informal"]:
    listened = tuple(books)
    if words.mentioned(said, phrasebook.every(listened, "fb_informal")):
        return "informal"
    return "formal" if words.mentioned(said, phrasebook.every(listened, "fb_formal")) else ""


def follow(
    earlier: Sequence[Earlier],
    fresh: Sequence[str],
    optional: Collection[str],
    *,
    books: Iterable[Phrasebook] = (),
    anew: str = "",
) -> Revised:
    """The text of the next draft: at first the paragraphs of `fresh`, later the last draft as revised.

    The last of `fresh` is the closing, empty parts are left out, and what the person edited is kept. With `anew`,
    which says why, the draft is `fresh` again.
    """
    first = "\n\n".join(part for part in fresh if part)
    if not earlier:
        return Revised(first, ())
    last = earlier[-1]
    if not anew and _is_once_more(last.feedback):
        return Revised(first, (_AGAIN,))
    listened = tuple(books)
    text = first if anew else _renewed(last.text, fresh[-1], listened)
    renewed = (_RENEWED,) if not anew and text != last.text else ()
    revised = revise(text, last.feedback, optional=optional, closing=fresh[-1], books=listened)
    copied = (_COPIED,) if words.mentioned(last.feedback, _EVERYONE) else ()
    done = (*((anew,) if anew else ()), *copied, *revised.done)
    followed = done if done or not last.feedback.strip() else (_BY_HAND,)
    return Revised(revised.text, (*followed, *renewed))


def to_nobody(revised: Revised, earlier: Sequence[Earlier]) -> Revised:
    """The same for a draft that goes to nobody, of which no feedback makes a mail: what to do instead."""
    wanted = bool(earlier) and bool(words.mentioned(earlier[-1].feedback, _ANSWER))
    return replace(revised, done=tuple(_ANSWERS_NOBODY if wanted and d == _BY_HAND else d for d in revised.done))


def _is_once_more(feedback: str) -> bool:
    """Whether it asks for the draft again, and for nothing else."""
    rest = " ".join(_WORD.findall(words.fold(feedback)))
    found = sorted(words.mentioned(rest, _ONCE_MORE), key=len, reverse=True)
    for phrase in found:
        rest = re.sub(rf"(?<!\w){re.escape(phrase)}(?!\w)", " ", rest)
    return bool(found) and _BESIDE.issuperset(rest.split())


def revise(
    text: str, feedback: str, *, optional: Collection[str], closing: str, books: Iterable[Phrasebook] = ()
) -> Revised:
    """Apply feedback to an earlier draft, which may hold the person's own edits: only what is asked changes.

    `optional`: paragraphs that "shorter" may drop; `closing`: new paragraphs go in before it, or before the one that
    stands there. Without `books`, a text without `closing` has none.
    """
    listened = tuple(books)
    ear = _ear(listened)
    quoted = [next(part for part in found.groups() if part) for found in _QUOTED.finditer(feedback)]
    rest = _QUOTED.sub(" ", feedback)
    done: list[str] = []
    if len(quoted) == 2 and words.mentioned(rest, ear.replace):  # noqa: PLR2004 - what, and by what
        text = _replaced(text, quoted if not words.mentioned(rest, ear.instead) else quoted[::-1], done)
    elif quoted and words.mentioned(rest, ear.remove) and not words.mentioned(rest, ear.add):
        text = _removed(text, quoted, done)
    else:
        said = [found.strip() for found in ear.dictated(rest)]
        parted = _parted(text, closing) if closing or listened else (text, "")
        parts = [part.strip() for part in (*quoted, *said) if part.strip()]
        text = _added((_unpromised(parted[0], parts, listened, done), parted[1]), parts, done)
    if words.mentioned(rest, ear.shorter):
        text = _shortened(text, optional, done)
    return Revised(text, tuple(done))


@dataclass(frozen=True, slots=True)
class _Ear:
    """The words that are listened for."""

    shorter: tuple[str, ...]
    say: tuple[str, ...]
    add: tuple[str, ...]
    remove: tuple[str, ...]
    replace: tuple[str, ...]
    instead: tuple[str, ...]  # the new text comes first

    def dictated(self, feedback: str) -> list[str]:
        """What follows "say:" on its line."""
        verbs = "|".join(re.escape(verb) for verb in sorted(self.say, key=len, reverse=True))
        return re.findall(rf"(?:^|[\s.;,])(?:{verbs})\s?:[ \t]*([^\n]+)", feedback, re.IGNORECASE)


def _ear(books: tuple[Phrasebook, ...]) -> _Ear:
    plain = {"shorter": _SHORTER, "say": _SAY, "add": _ADD, "remove": _REMOVE, "replace": _REPLACE, "instead": _INSTEAD}
    return _Ear(**{name: (*known, *phrasebook.every(books, f"fb_{name}")) for name, known in plain.items()})


def _replaced(text: str, pair: list[str], done: list[str]) -> str:
    if pair[0] in text:
        done.append(f"Replaced “{pair[0]}” as you asked.")
    return text.replace(pair[0], pair[1])


def _removed(text: str, parts: list[str], done: list[str]) -> str:
    for part in parts:
        if part in text:
            done.append(f"Removed “{part}” as you asked.")
        text = text.replace(part, "")
    return _tidy(text)


def _added(text: tuple[str, str], parts: list[str], done: list[str]) -> str:
    body, ending = text
    if not parts:
        return body + ending
    done.append(
        "Added your own words as a paragraph." if len(parts) == 1 else f"Added {len(parts)} paragraphs of yours."
    )
    return "\n\n".join(part for part in (body.rstrip(), *parts, ending) if part)


def _unpromised(body: str, parts: Sequence[str], books: Iterable[Phrasebook], done: list[str]) -> str:
    """The text without our own promise to see about what the person's words now say: the date, else the answer."""
    said = [each for book in books for each in (book.say, book.familiar().say)]
    meeting = {each["later_meeting"] for each in said if each["later_meeting"] in body}
    dated = any(dates.find(part, _ANY_DAY) or times.find(part) for part in parts)
    if meeting and dated:
        return _without(body, meeting, "your own words say when", done)
    answers = {each[key] for each in said for key in _LATER} if parts else set[str]()
    return _without(body, answers, "your own words answer instead", done)


def _without(body: str, promises: Iterable[str], why: str, done: list[str]) -> str:
    for promise in sorted(promises, key=len, reverse=True):
        if promise in body:
            done.append(f"Took “{promise}” out: {why}.")
            body = _tidy(body.replace(promise, ""))
    return body


def _renewed(text: str, closing: str, books: Iterable[Phrasebook]) -> str:
    """The text with the closing that the handbook gives it now; one in the person's own words stays."""
    body, ending = _parted(text, closing)
    now, then = closing.partition("\n")[0], ending.partition("\n")[0].strip()
    ours = {now, *(said["closing"] for book in books for said in (book.say, book.familiar().say))}
    return f"{body}{closing}" if signature.is_closing(now) and then in ours else text


def _parted(text: str, closing: str) -> tuple[str, str]:
    """The text up to its closing, and the closing: the one that is known, else whatever looks like one."""
    if closing and text.endswith(closing):
        return text.removesuffix(closing), closing
    if closing and not signature.is_closing(closing.partition("\n")[0]):
        return text, ""
    lines = text.rstrip().splitlines(keepends=True)
    start = next(
        (n for n in range(max(1, len(lines) - _ENDING), len(lines)) if signature.is_closing(lines[n].strip())), 0
    )
    start = start or _name_below(lines)
    return ("".join(lines[:start]), "".join(lines[start:])) if start else (text, "")


def _name_below(lines: Sequence[str]) -> int:
    """The last line, when it stands alone and is nothing but a name; 0 when it is more."""
    alone = len(lines) > 1 and not lines[-2].strip()
    return len(lines) - 1 if alone and salutation.plausible(Address(lines[-1], "")) and lines[-1].istitle() else 0


def _shortened(text: str, optional: Collection[str], done: list[str]) -> str:
    paragraphs = text.split("\n\n")
    kept = [paragraph for paragraph in paragraphs if paragraph not in optional]
    if len(kept) < len(paragraphs):
        done.append("Made shorter: the parts that answer nothing are gone.")
    return "\n\n".join(kept)


def _tidy(text: str) -> str:
    lines = "\n".join(re.sub(r"[ \t]{2,}", " ", line).strip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip()
