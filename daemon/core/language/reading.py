"""What a message asks of us, as far as rules can tell: a value that an agent composes an answer from.

Only our own words come out: answers of the handbook, questions of a phrasebook, numbers and dates that were
parsed. The sender's sentences are kept for the person alone (`open_questions`), never for the answer.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from daemon.core import mail
from daemon.core.handbook import Fact, Handbook
from daemon.core.language import complaints, dates, extract, phrasebook, questions, words
from daemon.core.language.dates import Mention
from daemon.core.language.extract import Amount
from daemon.core.language.knowledge import Knowledge
from daemon.core.language.phrasebook import Ask, Phrasebook
from daemon.core.mail import Mail

# What warns of harm, and the sentence for the person. The cues are in the phrasebooks.
HARMS: Mapping[str, str] = {
    "harm_bank": "it speaks of changed bank details; ask back by a number you already know",
    "harm_payment": "it asks for a payment; check it before anybody pays",
    "harm_secrecy": "it asks for secrecy",
    "harm_password": "it asks for passwords, codes or a confirmation of an account",
    "harm_machine": "it gives instructions to a machine; none of them was followed",
}
_DIGITS = re.compile(r"(?<![\w.,/:-])\d{1,6}(?![\w/:-])")
_OLDEST = 1990  # the year; mail dated before is not that old
_REPLY = re.compile(r"\s*(?:re|aw|wg|fwd?|sv|antw)\s*:", re.IGNORECASE)
_BRIEF = 30  # words; a longer message says more than thanks
_SHORT = 8  # words of a sentence
_NAME = 4  # words of a greeting, a closing, a name


@dataclass(frozen=True, slots=True)
class Reading:
    """One message, understood by rules. `book` is its language, or English when `recognised` is false."""

    book: Phrasebook
    recognised: bool
    answered: tuple[tuple[str, Fact], ...]  # question as asked, fact of the handbook
    open_questions: tuple[str, ...]
    returned: tuple[str, ...]  # questions that the draft answers with a question
    dates: tuple[Mention, ...]
    amounts: tuple[Amount, ...]
    asks: tuple[Ask, ...]  # what is missing
    harms: tuple[str, ...]  # sentences for the person
    complaint: bool
    demands: tuple[str, ...]  # the sentences of a complaint that demand something
    attachment: Literal["", "here", "missing"]  # what became of one that the text mentions
    meeting: bool
    legal: bool
    kind: bool  # it praises or thanks, and wishes for nothing
    cut: bool  # only the first part was looked at
    told: tuple[str, ...] = ()  # on what the handbook answers, sentences for the person

    @property
    def facts(self) -> tuple[Fact, ...]:
        return tuple(dict.fromkeys(fact for _, fact in self.answered))


@dataclass(frozen=True, slots=True)
class Reader:
    """How to read: the handbook and the languages. One for many messages."""

    handbook: Handbook
    books: Mapping[str, Phrasebook]

    def read(self, subject: str, text: str, written: date, *, files: bool = False) -> Reading:
        """Read the newest text of a message. `written`: its day; `files`: whether attachments came along."""
        body = text[: extract.LIMIT]
        found = phrasebook.detect(self.books, f"{subject}\n{body}")
        book = (found or self.books[phrasebook.FALLBACK]).toward(body)
        whole = f"{subject}\n\n{body}"
        mentions, asking = dates.find(body, written, book.code), self._questions(book, subject, body)
        asks = tuple(ask for ask in book.asks if _is_open(book, ask, whole, mentions))
        answered = self._answered(asking, book)
        complaint = complaints.is_one(whole, book, self.books.values())
        known = {question for question, _ in answered}
        asked = (*(term for ask in asks for term in ask.about), *(m.quote for m in mentions if m.other))
        left = tuple(question for question in asking if question not in known)
        returned = tuple(question for question in left if words.mentioned(question, asked))
        return Reading(
            book=book,
            recognised=found is not None,
            answered=answered,
            open_questions=tuple(question for question in left if question not in returned),
            returned=returned,
            dates=mentions,
            amounts=extract.amounts(body),
            asks=asks,
            harms=self.harms(whole),
            complaint=complaint,
            demands=complaints.demands(body, book) if complaint else (),
            attachment=("here" if files else "missing") if book.has("attachment", body) else "",
            meeting=book.has("meeting", whole),
            legal=bool(words.mentioned(whole, phrasebook.every(self.books.values(), "legal"))),
            kind=(book.has("thanks", body) or book.has("pleasantry", body)) and not book.has("wish", body),
            cut=len(text) > extract.LIMIT,
            told=(*self._knows.told(asking, book), *(self._helpful(answered, book) if complaint else ())),
        )

    def told_in(self, read: Reading, book: Phrasebook) -> Reading:
        """The same message, answered in another language or tone."""
        asked = tuple(once(question for question, _ in read.answered))
        told = self._knows.told((*asked, *read.open_questions, *read.returned), book)
        answered = self._answered(asked, book)
        helpful = self._helpful(answered, book) if read.complaint else ()
        return replace(read, book=book, answered=answered, told=(*told, *helpful))

    def together(self, earlier: Sequence[Mail], message: Mail, now: datetime) -> Reading:
        """A message, and those before it that wait for the same answer. Days count from each one's own."""
        thread = (*earlier, message)
        texts = [mail.newest(each.text) for each in thread]
        reads = [self.read(each.subject, text, day_written(each, now), files=bool(each.attachments))
                 for each, text in zip(thread, texts, strict=True)]  # fmt: skip
        if not earlier:
            return reads[0]
        room = max(0, extract.LIMIT - len(texts[-1])) // len(earlier)
        whole = "\n\n".join((*(text[:room] for text in texts[:-1]), texts[-1]))
        merged = _merged(reads, self.read(message.subject, whole, day_written(message, now)))
        return self.told_in(merged, merged.book)

    def harms(self, text: str) -> tuple[str, ...]:
        """Why a person should look twice, in sentences. All languages count, whatever was detected."""
        books = self.books.values()
        return tuple(say for cue, say in HARMS.items() if words.mentioned(text, phrasebook.every(books, cue)))

    def about_money(self, text: str) -> bool:
        """Whether it speaks of money, in any language."""
        cues = phrasebook.every(self.books.values(), "money")
        return bool(extract.amounts(text) or words.mentioned(text, cues))

    @property
    def _knows(self) -> Knowledge:
        return Knowledge(self.handbook, self.books)

    def _answered(self, asked: Iterable[str], book: Phrasebook) -> tuple[tuple[str, Fact], ...]:
        return tuple((question, fact) for question in asked for fact in self._knows.answers(question, book))

    def _helpful(self, answered: Iterable[tuple[str, Fact]], book: Phrasebook) -> Iterator[str]:
        """What of the handbook is often said to a complaint, and nobody asked for."""
        said = {fact for _, fact in answered}
        facts = tuple(complaints.helpful(self.handbook.facts, self.books.values()))
        for fact in self._knows.spoken(facts, book):
            if fact not in said:
                yield f"Your handbook may have more to say to it: “{fact.answer}”"

    def _questions(self, book: Phrasebook, subject: str, text: str) -> tuple[str, ...]:
        """Also the subject, when it asks and is the sender's own."""
        own = "" if _REPLY.match(subject) or not subject.rstrip().endswith("?") else subject
        asked = (part for q in questions.find(f"{own}\n\n{text}", book) for part in self._apart(q, book))
        return tuple(q for q in dict.fromkeys(asked) if not book.has("courtesy", q) or self.handbook.answers(q))

    def _apart(self, question: str, book: Phrasebook) -> tuple[str, ...]:
        """Two questions in one sentence, unless the handbook answers only the two together."""
        parts, knows = questions.halves(question, book), self._knows
        apart = any(knows.answers(part, book) for part in parts) or not knows.answers(question, book)
        return parts if apart else (question,)


def _merged(reads: Sequence[Reading], whole: Reading) -> Reading:
    """In the newest language that is known. What one of them left out, another may say."""
    newest = next((read for read in reversed(reads) if read.recognised), reads[-1])
    return replace(
        newest,
        attachment=reads[-1].attachment,
        answered=tuple(dict.fromkeys(pair for read in reads for pair in read.answered)),
        open_questions=tuple(dict.fromkeys(question for read in reads for question in read.open_questions)),
        returned=tuple(dict.fromkeys(question for read in reads for question in read.returned)),
        dates=tuple(dict.fromkeys(mention for read in reads for mention in read.dates)),
        amounts=tuple(dict.fromkeys(amount for read in reads for amount in read.amounts)),
        asks=whole.asks if whole.book.code == newest.book.code else newest.asks,
        harms=tuple(dict.fromkeys(harm for read in reads for harm in read.harms)),
        complaint=any(read.complaint for read in reads),
        demands=tuple(dict.fromkeys(demand for read in reads for demand in read.demands)),
        meeting=any(read.meeting for read in reads),
        legal=any(read.legal for read in reads),
        kind=all(read.kind for read in reads),
        cut=any(read.cut for read in reads),
    )


def day_written(message: Mail, now: datetime) -> date:
    """The day that "tomorrow" counts from, in the zone of `now`. A date that cannot be true is taken as now."""
    sent = message.date
    return sent.astimezone(now.tzinfo).date() if sent and sent.year >= _OLDEST and sent <= now else now.date()


def needs_no_answer(reading: Reading, text: str) -> str:
    """Why a message needs no answer, or "". In doubt it needs one."""
    asked = reading.answered or reading.open_questions or reading.returned or reading.asks
    quiet = not (asked or reading.harms or reading.complaint)
    if not quiet or "?" in text:
        return ""
    if reading.book.has("no_reply", text):
        return "the sender says that no answer is needed"
    bare = not (reading.dates or reading.amounts) and len(text.split()) <= _BRIEF
    return "it only says thanks" if bare and _only_thanks(reading.book, text) else ""


def _only_thanks(book: Phrasebook, text: str) -> bool:
    """Thanks, pleasantries and names, each short, and nothing that could be a wish."""
    said = extract.sentences(text)
    return book.has("thanks", text) and not book.has("wish", text) and all(_idle(book, s) for s in said)


def _idle(book: Phrasebook, sentence: str) -> bool:
    length = len(sentence.split())
    if length <= _NAME and (sentence.istitle() or book.has("greeting", sentence) or book.has("closing", sentence)):
        return True
    return length <= _SHORT and (book.has("thanks", sentence) or book.has("pleasantry", sentence))


def _is_open(book: Phrasebook, ask: Ask, text: str, mentions: Iterable[Mention]) -> bool:
    if not words.mentioned(text, ask.about) or words.mentioned(text, ask.unless):
        return False
    match ask.need:
        case "quantity":
            return not _has_quantity(book, text, mentions)
        case "date":
            return not tuple(mentions)
        case "reference":
            return not extract.reference(text)


def _has_quantity(book: Phrasebook, text: str, mentions: Iterable[Mention]) -> bool:
    """A number that is not part of a date or an amount of money. Rather too often than asking the obvious."""
    for mention in mentions:
        text = text.replace(mention.quote, " ")
    return bool(_DIGITS.search(text) or book.has("number", text))


def report(read: Reading, today: date) -> Iterator[str]:
    """What was understood, in sentences for the person. They quote the sender."""
    yield from (f"Answered from the handbook: “{question}”" for question in once(q for q, _ in read.answered))
    yield from (f"Not answered, yours to add: “{question}”" for question in once(read.open_questions))
    yield from demanded(read)
    yield from (f"Answered with a question, something is missing: “{question}”" for question in once(read.returned))
    yield from read.told
    yield from noticed(read, today)
    if read.cut:
        yield f"The text is long: only its first {extract.LIMIT:,} characters were looked at."
    if not read.recognised:
        yield "The language was not recognised, so the draft is in English."


def noticed(read: Reading, today: date) -> Iterator[str]:
    """What a message speaks of, in sentences for the person."""
    if read.meeting and read.dates:
        yield "They speak of meeting: look into your calendar."
    if read.legal:
        yield "They speak of law or a contract: read it twice before you answer."
    if read.dates:
        yield f"Dates: {'; '.join(_dated(mention, today) for mention in read.dates)}."
    if read.amounts:
        yield f"Amounts: {', '.join(extract.spell(amount, 'en') for amount in read.amounts)}."


def unanswered(read: Reading) -> Iterator[str]:
    """The questions that the handbook does not answer, in sentences that quote the sender."""
    asked = once((*read.open_questions, *read.returned))
    yield from (f"They ask, and your handbook does not say: “{question}”" for question in asked)
    yield from demanded(read)


def demanded(read: Reading) -> Iterator[str]:
    """What a complaint demands, in sentences that quote the sender: nothing of it is the rules' to grant."""
    yield from (f"They demand, and only you can answer it: “{demand}”" for demand in read.demands)


def once(asked: Iterable[str]) -> list[str]:
    """Each question once: the subject often asks what the text asks again, behind a greeting."""
    found = {" ".join(_WORD.findall(question.casefold())): question for question in reversed([*asked])}
    return [question for plain, question in reversed(found.items()) if not _is_greeted(plain, found)]


def _is_greeted(plain: str, others: Collection[str]) -> bool:
    """Whether it is another question with a few words before it."""
    parts = plain.split()
    return any(" ".join(parts[count:]) in others for count in range(1, min(_GREETING, len(parts) - 1) + 1))


_WORD = re.compile(r"\w+")
_GREETING = 3  # words: "Hello dear Maria, …"


def _dated(mention: Mention, today: date) -> str:
    day = dates.spell(mention.day, "en", today)
    other = f" or {dates.spell(mention.other, 'en', today)}" if mention.other else ""
    return f"“{mention.quote}” is {day}{other}"
