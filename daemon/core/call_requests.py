"""What a note or a message says of a call: whether one is wanted, with whom, about what and when.

Words of others are only shown back, never obeyed; an order counts in the person's own note alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from daemon.core import neutral
from daemon.core.language import dates, extract, phones, phrasebook, times, words
from daemon.core.language.phrasebook import Phrasebook

_NAME = 60  # characters
_MOST = 6  # sentences
_START = re.compile(
    r"[#>*\s-]*(?:\[ \]\s*)?(?:\+?\d[\d ()/-]{5,20}[,;:\s]*)?(?:(?:please|bitte|por favor|per favore)\b[,\s]*)?",
    re.IGNORECASE,
)
_WORD_BEFORE = re.compile(r"(?:\bto|\band|\bthen)\s+$", re.IGNORECASE)  # "remember to call": a verb; "a call": none
_STOP = re.compile(
    r"[,;:.!?(\n\u2013\u2014]|\s-\s|\d|\+|\b(?:about|regarding|re|because|on|at|in|before|by|to|and|if|for|back|"
    r"tell|ask|whether|"
    r"that|today|tomorrow|this|next|wegen|über|um|am|ob|dass|und|bis|vor|heute|morgen|früh|pour|sur|à|avant|au sujet|"
    r"et|demain|aujourd'hui|sobre|por|para|antes|hoy|mañana|y|per|sul|sulla|entro|domani|oggi|e|amanhã|hoje|até|"
    r"over|om|voor|vandaag|en|naar|mit|mondays?|tuesday|wednesday|thursday|friday|montag|dienstag|mittwoch|"
    r"donnerstag|freitag|"
    r"lundi|mardi|mercredi|jeudi|vendredi|lunes|martes|miércoles|jueves|viernes|lunedì|martedì|mercoledì|giovedì|"
    r"venerdì|"
    r"nummer|number|no|nr|tel\w*|unter|numéro|número|numero|so|"
    r"maandag|dinsdag|woensdag|donderdag|vrijdag|segunda|terça|quarta|quinta|sexta|terug|zurück|sur le|al|no)\b",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"(?:(?:please|bitte|bei|den|die|das|dem|der|the|le|la|les|l['\u2019]|el|il|lo|a|o|ao|à|au|aan|met|de|het|al|alla|"
    r"ähm?|äh|hm|um|uh|also|so|mal|und|doch|euh|alors|pues|allora|então|dus|dann|jetzt|"
    r"noch|kurz|morgen|heute|früh|vandaag|muss|ich|moet|ik|nog)\s+)+",
    re.IGNORECASE,
)
_ABOUT = ("wegen", "re", "pour", "per il", "per la", "per lo", "per i", "por", "por causa de", "over")
_NOUNS: Mapping[str, tuple[str, ...]] = {  # "Rückruf Frau Berg"
    "de": ("rückruf an", "rückruf bei", "rückruf", "anruf bei", "anruf an"),
    "en": ("callback to", "callback for", "callback", "call-back"),
    "nl": ("terugbelverzoek",),
}
_ENDS_WITH_VERB = ("de", "nl")  # "Frau Wiesner anrufen": whom to call stands before the verb


@dataclass(frozen=True, slots=True)
class Order:
    """What the person's own note asks for."""

    name: str
    matter: str
    say: tuple[str, ...]  # its other sentences
    quote: str
    language: str  # in which it is written


# --- whether a call is wanted ----------------------------------------------------------------------------


def wanted(text: str, books: Mapping[str, Phrasebook], *, own: bool = False) -> str:
    """Why `text` asks for a phone call, or "". `own`: it is a note of the person, and gives orders.

    An offer to talk "sometime", or "if you have questions", is none unless a number stands beside it.
    """
    if own and (order := ordered(text, books)):
        return f"your note asks for a call (“{order.quote}”)"
    for sentence in extract.sentences(text[: extract.LIMIT]):
        asked = words.mentioned(sentence, phrasebook.every(books.values(), "call_back")) or asks(sentence)
        vague = words.mentioned(sentence, phrasebook.every(books.values(), "call_vague"))
        if asked and (not vague or phones.find(sentence)):
            return f"it asks for a call (“{asked[0].strip('*')}”)"
    return ""


_MISSED = re.compile(
    r"\b(?:missed (?:a )?call|new voice ?(?:mail|message)|entgangene[nr]? anruf|verpasste[nr]? anruf|"
    r"anruf in abwesenheit|"
    r"neue (?:sprach|mailbox-?)nachricht|appel (?:manqué|en absence)|nouveau message vocal|llamada perdida|"
    r"nuevo mensaje de voz|chiamata persa|nuovo messaggio vocale|chamada (?:perdida|não atendida)|nova mensagem de voz|"
    r"gemiste oproep|nieuw voicemailbericht|nieuwe voicemail)",
    re.IGNORECASE,
)
_CALLING = re.compile(  # "kun je me even bellen"
    r"\b(?:(?:could|can|would|will) you (?:please |maybe |just )?(?:call|ring|phone)|"
    r"(?:könnt\w{1,3}|können|kannst|würde[nt]?|würdest) (?:sie|du|ihr) [^.!?\n]{0,80}(?:zurück|an)rufen|"
    r"(?:pourriez|pouvez|peux|pourrais|pourrait)[- ](?:vous|tu|on) (?:me |m['\u2019]|nous )?r?appeler|"
    r"(?:puedes?|podrías?|podéis|pueden) [^.!?\n]{0,30}llamar(?:me|nos)|"
    r"(?:può|puoi|potrebbe|potresti) [^.!?\n]{0,30}(?:ri)?(?:chiamar|telefonar)(?:mi|ci)|"
    r"(?:podes?|podia|poderia)s? [^.!?\n]{0,30}(?:ligar|telefonar)(?:-me|-nos)?|"
    r"(?:kun|kan|kunt|wil|zou) (?:je|u|jij|jullie) [^.!?\n]{0,40}bellen)(?!\w)",
    re.IGNORECASE,
)


def asks(sentence: str) -> tuple[str, ...]:
    """The words that ask for a call, or report one that was missed, where no phrase of the books stands."""
    found = _MISSED.search(sentence) or _CALLING.search(sentence)
    return (found[0],) if found else ()


def missed(text: str) -> bool:
    """Whether it reports a call that nobody answered."""
    return bool(_MISSED.search(text[: extract.LIMIT]))


def ordered(text: str, books: Mapping[str, Phrasebook]) -> Order | None:
    """The call that a note orders: "Call Anna tomorrow about the offer", "Frau Berg anrufen wegen …"."""
    lines = _OWN_LINE.split(phones.in_figures(text[: extract.LIMIT]))
    sentences = tuple(sentence for line in lines for sentence in extract.sentences(line))
    for index, sentence in enumerate(sentences):
        if words.mentioned(sentence, phrasebook.every(books.values(), "not_call")):
            continue
        for book in books.values():
            if name := _called(sentence, book):
                order, told = _told(sentence, book)
                rest = tuple(each for n, each in enumerate(sentences) if n != index and not _is_number(each))
                matter = _plain(_matter(order, (*phrasebook.every(books.values(), "subject_after"), *_ABOUT)), book)
                say = tuple(filter(None, (told, *rest)))[:_MOST]
                return Order(name, matter, say, neutral.visible(sentence)[:80], book.code)
    return None


def _plain(matter: str, book: Phrasebook) -> str:
    """Without an article whose case another sentence would change: "wegen der Zuleitung", "es geht um Zuleitung"."""
    return _ARTICLE.sub("", matter, count=1) if book.code == "de" else matter


_ARTICLE = re.compile(r"^(?:d(?:er|ie|as|es|em|en)|eine[mrs]?)\s+", re.IGNORECASE)
_OWN_LINE = re.compile(r"\n(?=[ \t]*(?:[A-ZÄÖÜÉÈÁÍÓÚ\d*-]))")  # a new line that begins something
_SPOKEN_END = re.compile(r"[\s,.]*(?:\b(?:punkt|danke|ende|full stop|thanks|point|merci|punto|gracias|grazie|ponto|"
                         r"obrigad[oa]|punt|dank je)\b[\s,.]*){1,3}$", re.IGNORECASE)  # fmt: skip


def _told(sentence: str, book: Phrasebook) -> tuple[str, str]:
    """The order itself, and what the person wants to have said: "… and tell her that …"."""
    cues = sorted((cue for cue in book.cues["tell_on"] if " " in cue), key=len, reverse=True)
    found = re.search(rf"[\s,](?:{'|'.join(map(re.escape, cues))})\s", sentence, re.IGNORECASE) if cues else None
    if not found:
        return sentence, ""
    said = sentence[found.end() :].strip()
    that = next((cue for cue in book.cues["tell_that"] if words.fold(said).startswith(f"{words.fold(cue)} ")), "")
    told = _SPOKEN_END.sub("", said[len(that) :]).strip()
    return sentence[: found.start()], neutral.visible(f"{told[:1].upper()}{told[1:]}")[:300]


def _called(sentence: str, book: Phrasebook) -> str:
    """Whom a sentence orders to call, in the words of one language, or ""."""
    start = _START.match(sentence)
    at_start = sentence[start.end() if start else 0 :]
    for noun in _NOUNS.get(book.code, ()):
        if (found := re.match(rf"{re.escape(noun)}\b[\s:]*", at_start, re.IGNORECASE)) and found.end() < len(at_start):
            return _name(at_start[found.end() :])
    for verb, found in _verbs(sentence, book):
        begins = words.fold(at_start).startswith(words.fold(verb))
        if book.code == "en" and not begins and not _WORD_BEFORE.search(sentence, 0, found.start()):
            continue
        after, before = sentence[found.end() :], sentence[: found.start()]
        if book.code in _ENDS_WITH_VERB and not begins and (name := _name(_from_last_stop(before))):
            return name
        return _name(after) or (_name(_from_last_stop(before)) if book.code in _ENDS_WITH_VERB else "")
    return ""


def _verbs(sentence: str, book: Phrasebook) -> Iterator[tuple[str, re.Match[str]]]:
    """The words that order a call, in their order; of two at one place the longer."""
    verbs = ((verb, re.search(rf"(?<!\w){re.escape(verb)}(?!\w)", sentence, re.IGNORECASE))
             for verb in book.cues["call_order"])  # fmt: skip
    found = ((verb, match) for verb, match in verbs if match)
    yield from sorted(found, key=lambda each: (each[1].start(), -len(each[0])))


def another(text: str, books: Mapping[str, Phrasebook]) -> bool:
    """Whether a note orders a second call: "ring Kay, then call Tom"."""
    parts = re.split(
        r"[,;.\n]\s*(?:(?:and|then|und|dann|et|puis|y|luego|e|poi|en|daarna|depois)\s+)*", text[: extract.LIMIT]
    )
    return sum(ordered(part, books) is not None for part in parts[:20]) > 1


def _from_last_stop(before: str) -> str:
    """The words right before the verb: what follows the last comma, day or number."""
    ends = [stop.end() for stop in _STOP.finditer(before)]
    return before[ends[-1] :] if ends else before


def _name(words_after: str) -> str:
    text = words_after.strip()
    the = "the " if words.fold(text).startswith(("the ", "my ")) else ""
    text = _LEADING.sub("", f"{text} ", count=1) if _LEADING.match(f"{text} ") else text
    stop = _STOP.search(text)
    name = " ".join(text[: stop.start() if stop else None].split()).strip("\"'“”* ")
    return neutral.visible(f"{the if name[:1].islower() else ''}{name}")[:_NAME] if len(name) > 1 else ""


def _matter(sentence: str, cues: Sequence[str]) -> str:
    found = re.search(rf"(?:^|[\s,])(?:{'|'.join(map(re.escape, cues))})\s+([^.,!?;(]+)", sentence, re.IGNORECASE)
    if not found:
        return ""
    matter = found[1]
    for phone in phones.find(matter):
        matter = matter[: phone.at]
    return neutral.visible(" ".join(matter.split()).strip(" ,"))[:80]


def _is_number(sentence: str) -> bool:
    """A sentence that is little more than a phone number."""
    return any(len(sentence) - len(phone.written) < 20 for phone in phones.find(sentence))  # noqa: PLR2004 - a label


# --- who, about what, and when -----------------------------------------------------------------------------

_WORD = r"[A-ZÀ-ÖØ-Þ][\w'’-]{1,25}"
_PERSON = (
    r"((?:(?:Mr|Mrs|Ms|Herr|Frau|Dr|Prof|M|Mme|Sr|Sra|Sig)\.?[ ])?"
    rf"{_WORD}(?:[ ](?:van|von|de|da|di|der|den)){{0,2}}(?:[ ]{_WORD}){{0,2}})"
)
_LABELLED = re.compile(
    r"^[ \t*|-]{0,5}(?i:(?:your |full |ihr |votre |su |il suo |o seu |uw )?(?:name|nom|nombre|nome|naam|caller|anrufer|"
    rf"appelant|contact|ansprechpartner))[ \t*]{{0,3}}[:|][ \t*]{{0,3}}{_PERSON}",
    re.MULTILINE,
)
_INTRODUCED = re.compile(
    r"\b(?i:this is|it's|my name is|hier ist|hier spricht|mein name ist|c'est|ici|je m'appelle|je suis|soy|habla|"
    rf"me llamo|sono|mi chiamo|parla|daqui fala|aqui é|fala|chamo-me|met|je spreekt met|u spreekt met)\s+{_PERSON}"
)
_CLAUSE_LENGTH = 90  # characters
_CLAUSE = re.compile(r"[,;:()]\s|[.!?]$|\s[\u2013\u2014-]\s")
_MATTER_END = re.compile(  # what follows a matter and is none: when, and the verb
    r"\s(?:(?:this|tomorrow|today|tonight|on|before|by|as soon|when|if|at|heute|morgen|am|vor|um|noch|"
    r"(?:zu(?:rück)?|an|ab)?(?:zu)?rufen|"
    r"anzurufen|zurückzurufen|melden|demain|aujourd'hui|avant|dès|ce|cet|cette|hoy|mañana|antes|esta|oggi|domani|"
    r"prima|entro|"
    r"questa|hoje|amanhã|vandaag|vanmiddag|(?:terug)?bellen|alsjeblieft|bitte|please|por favor|per favore|s'il|"
    r"we|i|wir|ich|que|che|qui|r?appel\w*|call|back|richiam\w*|lig[au]\w*|llám\w*)\b)",
    re.IGNORECASE,
)
_GENITIVE = re.compile(r"(?:ihre|deine|eure|unsere|meine|eine|de)[rs]\s", re.IGNORECASE)  # "wegen Ihres Angebots"
_PART_OF_DAY = re.compile(
    r"\b(?:this (?:morning|afternoon|evening)|today|tonight|heute(?: (?:vormittag|mittag|nachmittag|abend))?|"
    r"ce (?:matin|soir)|cet après-midi|aujourd['\u2019]hui|hoy|esta (?:mañana|tarde|noche)|oggi(?: pomeriggio)?|"
    r"stamattina|"
    r"stasera|hoje|esta manhã|vandaag|vanmiddag|vanochtend|vanavond)\b",
    re.IGNORECASE,
)
_IS_ABOUT = (  # the words before a matter, beside those of the phrasebooks
    "re", "it's about", "it is about", "a question about", "questions about", "es geht um", "geht um", "eine frage zu",
    "fragen zu", "frage zum", "frage zur", "il s'agit de", "une question sur", "se trata de", "una duda sobre",
    "una pregunta sobre", "si tratta di", "si tratta del", "si tratta della", "si tratta dei", "si tratta delle",
    "una domanda su", "trata-se de",
    "por causa do", "por causa da", "por causa de", "il s'agit du", "il s'agit des", "se trata del",
    "vous appelle pour",
    "t'appelle pour", "le llamo por", "te llamo por", "la chiamo per", "ti chiamo per", "calling about",
    "calling regarding", "uma dúvida sobre", "het gaat om",
    "het gaat over", "een vraag over", "to discuss", "to talk about", "sobre", "riguardo", "in merito a", "wegen",
)  # fmt: skip
_NOT_ABOUT = ("zu", "por", "pour", "per")  # mean other things as well
_POSSESSIVE = re.compile(
    r"(?:(?:ihre?[mnrs]?|deine?[mnrs]?|eure?[mnrs]?|unsere?[mnrs]?|meine?[mnrs]?|d(?:er|ie|as|es|em|en)|"
    r"(?:l[ao]s?\s|il\s|i\s|[ao]s?\s)?"
    r"(?:sus?|tus?|mis?|su[oaei]|tu[oaei]|mi[oae]i?|seus?|suas?|teus?|tuas?|meus?|minhas?|nuestr[oa]s?|"
    r"vuestr[oa]s?|nostr[oaie]|vostr[oaie]|noss[oa]s?|voss[oa]s?)|"
    r"vos|votre|nos|notre|mon|ma|mes|ton|ta|tes|uw|jullie|je|jouw|mijn|onze|ons|your|my|our)\s+)",
    re.IGNORECASE,
)


def introduced(text: str) -> str:
    """Who a transcript or a form says is calling: "this is Tom Ellery", "Name: Tom Ellery"; or ""."""
    found = _LABELLED.search(text[: extract.LIMIT]) or _INTRODUCED.search(text[: extract.LIMIT])
    return neutral.visible(" ".join(found[1].split()))[:_NAME] if found else ""


def asked_about(text: str, books: Mapping[str, Phrasebook]) -> str:
    """What the call is about, in the words of whoever asks for it, as one can say them back; or ""."""
    cues = {*phrasebook.every(books.values(), "subject_after"), *_IS_ABOUT} - {*_NOT_ABOUT}
    for sentence in _asking(text, books):
        matter = _CLAUSE.split(_matter(sentence, sorted(cues, key=len, reverse=True)))[0]
        matter = _MATTER_END.split(matter)[0].strip()
        if _GENITIVE.match(matter):
            return ""
        if matter and not re.match(r"(?:\d|me\b|mich\b|it\b|this\b|that\b)", matter, re.IGNORECASE):
            return _POSSESSIVE.sub("", matter, count=1) if _POSSESSIVE.match(matter) else matter
    return ""


def wished_time(text: str, books: Mapping[str, Phrasebook], written: dates.date) -> tuple[str, dates.date | None]:
    """When they want to be called, in their words, and the day that is meant, if there is one.

    A deadline of something else ("reprint by Friday") is none, nor is a day in a question about another thing.
    """
    cues = phrasebook.every(books.values(), "call_back")
    for sentence in _asking(text, books):
        asked = bool(words.mentioned(sentence, cues) or asks(sentence))
        mentions = [m for m in dates.find(sentence, written) if not m.rough and (asked or not m.deadline)]
        today, spells = _PART_OF_DAY.search(sentence), times.find(sentence)
        if not (mentions or spells or today) or (sentence.endswith("?") and not asked):
            continue
        at = mentions[0].quote if mentions else today[0] if today else spells[0].quote
        clause = next((part for part in _CLAUSE.split(sentence) if at in part), sentence)
        day = next((m.day for m in mentions if not m.other and m.day >= written), written if today else None)
        return _around(neutral.visible(clause.strip("¿¡ ")), at), day
    return "", None


def _around(clause: str, said: str) -> str:
    """The clause, or of a long one the words next to what is `said` in it."""
    at = clause.find(said)
    if len(clause) <= _CLAUSE_LENGTH or at < 0:
        return clause[:_CLAUSE_LENGTH]
    before, after = clause[:at].split()[-2:], clause[at + len(said) :].split()[:2]
    return f"… {' '.join((*before, said, *after))} …"


def _asking(text: str, books: Mapping[str, Phrasebook]) -> tuple[str, ...]:
    """The sentences that ask for the call, then all others."""
    sentences = extract.sentences(text[: extract.LIMIT])
    cues = phrasebook.every(books.values(), "call_back")
    return tuple(sorted(sentences, key=lambda sentence: not (words.mentioned(sentence, cues) or asks(sentence))))
