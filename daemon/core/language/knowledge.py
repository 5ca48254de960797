"""What the handbook says to a question, in the language of the answer: its facts, and the prices of its list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from daemon.core.accounting.house_rules import Price
from daemon.core.handbook import Fact, Handbook
from daemon.core.language import extract, phrasebook, words
from daemon.core.language.extract import Amount
from daemon.core.language.phrasebook import Phrasebook

_NAMED = 5  # prices


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The handbook, and the languages that tell in which one a fact is."""

    handbook: Handbook
    books: Mapping[str, Phrasebook]

    def answers(self, question: str, book: Phrasebook) -> tuple[Fact, ...]:
        """The facts that fit; of several languages those in that of the answer, else in English, else in the first.

        Who asks what something costs is told its price, when the list has it and no fact says it.
        """
        facts = self.spoken(self.handbook.answers(question), book)
        said = {amount.value for fact in facts for amount in extract.amounts(fact.answer)}
        prices = self.handbook.invoices.priced(question) if book.has("ask_price", question) else ()
        return (*facts, *(self._fact(price, book) for price in prices if price.amount not in said))

    def told(self, questions: Sequence[str], book: Phrasebook) -> Iterator[str]:
        """What the person should know of these answers, in sentences."""
        given = {fact: question for question in questions for fact in self.answers(question, book)}
        for fact in given:
            if fact.priced:
                yield f"From your price list: “{fact.answer}”"
            elif (other := self.language(fact)) and other.code != book.code:
                yield f"They write in {book.name}; your handbook's answer is in {other.name}: “{fact.answer}”"
        for question in questions:
            yield from self._left_out(question, book)
            if not self.answers(question, book):
                yield from self._unpriced(question, book)

    def language(self, fact: Fact) -> Phrasebook | None:
        """The language of a fact, by its answer, else together with its topics; None when neither tells."""
        told = phrasebook.detect(self.books, fact.answer)
        return told or phrasebook.detect(self.books, f"{', '.join(fact.topics)}: {fact.answer}")

    def spoken(self, facts: Sequence[Fact], book: Phrasebook) -> tuple[Fact, ...]:
        """Those of these facts that fit an answer in that language."""
        codes = [other.code if (other := self.language(fact)) else "" for fact in facts]
        wanted = (book.code, phrasebook.FALLBACK, *filter(None, codes))
        chosen = next((code for code in wanted if code in codes), "")
        return tuple(fact for fact, code in zip(facts, codes, strict=True) if code in {chosen, ""})

    def _left_out(self, question: str, book: Phrasebook) -> Iterator[str]:
        """Facts in another language that may say more than those that are told."""
        stems = words.stems(question)
        fitting = self.handbook.answers(question)
        told = self.spoken(fitting, book)
        heard = frozenset[str]().union(*(fact.held(stems) for fact in told))
        for fact in fitting:
            if fact not in told and not fact.fit(stems) <= heard and (other := self.language(fact)):
                yield f"Left out, because it is in {other.name}: “{fact.answer}”"

    def _unpriced(self, question: str, book: Phrasebook) -> Iterator[str]:
        """The prices of the list that may be meant."""
        if not book.has("ask_price", question):
            return
        stems = words.stems(question)
        ranked = sorted(self.handbook.invoices.prices, key=lambda price: -len(words.stems(price.name) & stems))
        if ranked:
            named = "; ".join(f"{price.name}, {_spelled(price, 'en')}" for price in ranked[:_NAMED])
            yield f"Your price list may answer it: {named}."

    def _fact(self, price: Price, book: Phrasebook) -> Fact:
        including = self.handbook.invoices.including
        key = "price" if including is None else "price_with" if including else "price_without"
        what = price.name[:1].upper() + price.name[1:]
        return Fact((price.name,), book.line(key, what=what, amount=_spelled(price, book.code)), priced=True)


def _spelled(price: Price, language: str) -> str:
    return extract.spell(Amount(price.amount, price.currency), language)
