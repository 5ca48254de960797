"""A new mail from the person's own note: their words, with greeting and closing; see `dictation` for how it is read.

Nothing is invented: an order becomes at most one fixed sentence of the phrasebook ("leider muss ich absagen").
What the rules did not do, and who could not be found, is said to the person.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from daemon.core import neutral
from daemon.core.draft import Draft
from daemon.core.handbook import Handbook
from daemon.core.language import extract, feedback, orders, phrasebook, salutation, words
from daemon.core.language.dictation import Dictated
from daemon.core.language.phrasebook import Phrasebook
from daemon.core.mail import Address
from daemon.core.mailboxes import senders
from daemon.core.mailboxes.senders import Way
from daemon.core.ports import Desk

_FRAMES: Mapping[str, str] = {
    "that": "letter_tell", "whether": "letter_ask", "what": "letter_what", "for": "letter_for",
    "request": "letter_request",
}  # fmt: skip
_STRANGERS = "Not everyone it goes to is among your contacts."
_NO_FILE = "Your text mentions an attachment, and none goes along."
_SURE, _FRAMED, _OPEN, _BARE = 0.8, 0.6, 0.4, 0.3


@dataclass(frozen=True, slots=True)
class _Letter:
    """One mail in the making."""

    said: Dictated
    book: Phrasebook
    books: Mapping[str, Phrasebook]
    handbook: Handbook
    way: Way

    @property
    def verb_last(self) -> bool:
        """Whether "that …" puts the verb at its end, so that the clause is no sentence by itself."""
        return bool(self.book.cues["order_last"])

    @property
    def framed(self) -> bool:
        return self.said.clause in _FRAMES and (self.said.clause != "that" or self.verb_last)

    @property
    def reads_well(self) -> bool:
        """Whether rules are sure that what the order left of the note reads as a mail."""
        said = self.said
        ours = said.clause in {"for", "request"}  # the note has a thing, the sentence round it is ours
        return bool(said.body or said.decline) and not (ours or said.abrupt or _speaks_of_them(self))


def compose(said: Dictated, desk: Desk, books: Mapping[str, Phrasebook]) -> Draft:
    """The draft of the mail that a note asks for. Who has no address is asked for, and nobody is guessed."""
    wish = feedback.asked(desk.earlier, books)
    letter = _Letter(said, wish.book(_language(said, books), books), books, desk.handbook, senders.anew(desk.senders))
    text = feedback.follow(desk.earlier, _paragraphs(letter), (), books=books.values(), anew=wish.anew)
    whom = ", ".join((*said.to, *said.missing))
    return Draft(
        action="email.send",
        params=_params(letter),
        text=text.text,
        title=neutral.visible(f"Mail to {whom}: {_subject(letter)}")[:120],
        reason="The words are yours; rules added greeting and closing.",
        confidence=_confidence(letter),
        risk="low" if _known(said, desk.handbook) and letter.reads_well else "medium",
        found=(*text.done, *_told(letter, text.text)),
    )


def _language(said: Dictated, books: Mapping[str, Phrasebook]) -> Phrasebook:
    """Of the words to be sent, else of the order; in the tone of the words, or of a first name alone.

    Half a sentence goes on in the language of its order, and so does what is only a little like another.
    """
    order, found = books.get(said.language), phrasebook.detect(books, said.body or said.subject)
    if order and (said.clause or said.thank or not (found and phrasebook.differs(found, order, said.body))):
        found = order
    book = found or order or books[phrasebook.FALLBACK]
    alone = said.ordered and not said.role and len(said.whom) == 1 and _is_first_name(said.whom[0])
    return book.familiar() if alone and not book.has("formal", said.body) else book.toward(said.body)


def _is_first_name(said: str) -> bool:
    return said.isalpha() and said[:1].isupper()


def _params(letter: _Letter) -> dict[str, object]:
    said = letter.said
    return {
        "to": list(said.to),
        "cc": list(said.cc),
        "bcc": [],
        "subject": _subject(letter),
        "from_account": letter.way.address,
        "account": letter.way.account,
        "attachments": [],
    }


def _confidence(letter: _Letter) -> float:
    said = letter.said
    if said.missing:
        return _OPEN
    if not said.body:
        return _BARE
    return _SURE if letter.reads_well and not letter.framed else _FRAMED


def _subject(letter: _Letter) -> str:
    """What the note says it is about, else how the text begins; of half a sentence no more than its kind."""
    said, book = letter.said, letter.book
    if letter.framed and not said.subject:
        return book.line("letter_news" if said.clause == "that" else "letter_question")
    thanks = _words(letter).partition(".")[0] if said.thank and not said.subject else ""
    return thanks[:1].upper() + thanks[1:] or said.title


# --- the text --------------------------------------------------------------------------------------------


def _paragraphs(letter: _Letter) -> tuple[str, ...]:
    """Greeting, body, closing; what the person's own words hold already is not added."""
    books, body = tuple(letter.books.values()), _body(letter)
    lines = body.splitlines()
    greets = bool(lines) and any(other.has("greeting", lines[0]) for other in books)
    closes = len(lines) > 1 and any(other.has("closing", " ".join(lines[-4:])) for other in books)
    closing = "" if closes else salutation.closing(letter.book, letter.handbook)
    return ("" if greets else salutation.greeting(letter.book, _people(letter)), body, closing)


def _people(letter: _Letter) -> list[Address]:
    """Who is greeted: by the handbook's name, else by the name in the note, never by a role."""
    said, handbook = letter.said, letter.handbook
    contacts = {to: handbook.contact(to) for to in said.to}
    # Whoever the note calls by name is a person, also when a company's domain has that name.
    known = [Address(contact.name if contact else "", "" if said.by_name else to) for to, contact in contacts.items()]
    if len(said.whom) == 1 and salutation.is_title(said.whom[0].partition(" ")[0]):
        return [Address(said.whom[0], "")]  # "Frau Schulz", who is Sabine Schulz among the contacts
    return [*known, *(Address("" if said.role else name, "") for name in said.missing)]


def _body(letter: _Letter) -> str:
    said, book = letter.said, letter.book
    decline = book.line("letter_decline") if said.decline else ""
    if not said.body:
        return decline or book.line("about", matter=said.subject)
    if not said.ordered:
        return said.body
    return " ".join(filter(None, (decline, _words(letter))))


def _words(letter: _Letter) -> str:
    """The note's own words as sentences."""
    said, book = letter.said, letter.book
    first, rest = _first_sentence(said.body)
    clause = first.rstrip(" .")
    if said.thank:
        return book.line("letter_thank", matter=clause) + rest
    if letter.framed and not clause.endswith("?"):
        return book.line(_FRAMES[said.clause], clause=clause) + rest
    return _ended(_begun(said.body, book, after_sentence=said.decline))


def _first_sentence(body: str) -> tuple[str, str]:
    """The first sentence, and the rest with the space before it."""
    first = next(iter(extract.sentences(body.partition("\n")[0])), body)
    return (first, body[len(first) :]) if body.startswith(first) else (body, "")


def _begun(body: str, book: Phrasebook, *, after_sentence: bool) -> str:
    """With a capital, but after the comma of a greeting where that is not done: "Hallo Anna, wir …"."""
    capital = after_sentence or book.say["about"][:1].isupper()
    return body[:1].upper() + body[1:] if capital else body


def _ended(body: str) -> str:
    return body if body[-1:] in ".!?:)" or not body[-1:].isalnum() else f"{body}."


# --- what the person is told -----------------------------------------------------------------------------


def noticed(said: Dictated, desk: Desk, books: Iterable[Phrasebook]) -> Iterator[str]:
    """What the person is told of the mail that their note asks for, whoever wrote it."""
    handbook = desk.handbook
    yield from _receivers(said, handbook)
    yield from _way(senders.anew(desk.senders))
    if words.mentioned(said.body, phrasebook.every(books, "attachment")):
        yield _NO_FILE
    yield from _unsigned(handbook)


def _told(letter: _Letter, text: str) -> Iterator[str]:
    said, handbook = letter.said, letter.handbook
    yield from _receivers(said, handbook)
    yield from _way(letter.way)
    yield from _wording(letter)
    yield from (f"Never say “{phrase}”: your handbook forbids it." for phrase in handbook.forbidden(text))
    if letter.book.has("attachment", said.body):
        yield _NO_FILE
    if not said.body:
        yield "Your note gives no text, so the draft only says what it is about: write yours below."
    yield from _unsigned(handbook)


def _receivers(said: Dictated, handbook: Handbook) -> Iterator[str]:
    yield from (_asked(name, said, handbook) for name in said.missing)
    yield from _origin(said)
    strangers = [email for email in (*said.to, *said.cc) if not handbook.knows(email)]
    if strangers:
        several = len((*said.to, *said.cc)) > 1
        yield _STRANGERS if several else f"{strangers[0]} is not among your contacts."


def _way(way: Way) -> Iterator[str]:
    if way.why:
        yield way.why


def _known(said: Dictated, handbook: Handbook) -> bool:
    return not said.missing and all(handbook.knows(email) for email in (*said.to, *said.cc))


def _unsigned(handbook: Handbook) -> Iterator[str]:
    if not handbook.signature:
        yield "Your handbook has no signature yet."


def _asked(name: str, said: Dictated, handbook: Handbook) -> str:
    several = orders.candidates(name, handbook)
    if several:
        listed = ", ".join(contact.email for contact in several[:5])
        return f"Several contacts are called “{name}” ({listed}). Write the right address into “to” above."
    where = f" {said.place}" if said.place and len(said.whom) == 1 else ""
    return f"Who is “{name}{where}”? Your contacts do not say. Write the address into “to” above."


def _origin(said: Dictated) -> Iterator[str]:
    if said.to or said.cc:
        origin = "your handbook's contacts, by the name in your note" if said.by_name else "your note"
        yield f"The address {', '.join((*said.to, *said.cc))} was taken from {origin}."


def _wording(letter: _Letter) -> Iterator[str]:
    said = letter.said
    if letter.framed:
        yield "The beginning of the first sentence was added, because your note only says what to tell or to ask."
    if said.abrupt:
        yield "The first sentence may not be one: it is what your note says behind the name."
    if them := _speaks_of_them(letter):
        yield f"Your note says “{them[0]}”: where this means the one you write to, change it."
    if said.style:
        wishes = "”, “".join(said.style)
        yield f"Not followed, because rules cannot change the tone of a text: “{wishes}”."


def _speaks_of_them(letter: _Letter) -> tuple[str, ...]:
    """Words such as "she", which may mean the receiver, where the note told somebody what to write."""
    return words.mentioned(letter.said.body, letter.book.cues["about_them"]) if letter.said.ordered else ()
