"""Which of the words that became nothing in an invoice a person wants to see: all but greetings and printed labels."""

from __future__ import annotations

import re

from daemon.core.accounting import cues
from daemon.core.accounting.buyer import Sender

_FEW, _MANY = 3, 5  # words of a whole line, and of a piece of one, that may say something
_POLITE = re.compile(
    r"\W*(?:hello|hi|dear|hey"
    r"|good (?:morning|afternoon|day)|hallo|lieber?|liebes|sehr geehrte\w*|guten \w+|moin|bonjour"
    r"|bonsoir|cher|chère|hola|buenos|buenas|estimad\w+|ciao|buongiorno|salve|gentil\w+|olá|bom dia|boa tarde|car[oa]"
    r"|beste|geachte|dag|(?:kind|best|warm|many)(?:est)? (?:regards|wishes|thanks)|regards|best|cheers|yours"
    r"|thanks?|thank you|many thanks|danke|vielen dank|besten dank|herzlichen dank|merci|gracias|muchas gracias"
    r"|grazie|mille|obrigad[oa]|muito|bedankt|dank|alvast|mit (?:freundlichen|besten)|freundliche|viele|liebe"
    r"|beste grüße"
    r"|cordialement|bien (?:à vous|cordialement)|sincères|saludos|un saludo|atentamente|cordiali|distinti|saluti"
    r"|cumprimentos|com os melhores|melhores|met vriendelijke|groet\w*|vriendelijke|bom trabalho|sent from|gesendet von"
    r"|envoyé de|enviado desde|inviato da|verzonden|von meinem|page \d|seite \d)(?!\w)",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"\W*(?:[a-z]+_[a-z_]+:|(?:re|aw|fwd?|wg|rv|tr|i):)"
    r"|\W*(?:(?:order|po|bestell|liefer|delivery|document)?[ -]?dat(?:e|um)|fecha|data|supplier|vendor|seller|lieferant"
    r"|fournisseur|proveedor|fornitore|fornecedor|leverancier|to|an|à|para|aan|tel|telefon|phone|fax|mobile|www|net"
    r"|netto|from|von|subject|betreff|page|seite)[ ]?(?:\.|:|\d|$)",
    re.IGNORECASE,
)


def lines(text: str) -> frozenset[str]:
    """The lines and sentences of a text, as a piece of it that nobody understood would read."""
    said = (" ".join(line.split()).lstrip("-*•– ") for line in re.split(r"\n|(?<=[.!?]) ", text))
    return frozenset(form for line in said for form in (line, line.rstrip(".!?")))


def may_be_a_line(piece: str) -> bool:
    """Whether it has a number and something that is counted or paid."""
    words = re.sub(r"[^\W\d_]{1,2}(?![^\W\d_])", "", cues.pattern("money").sub("", piece))
    return bool(re.search(r"\d", piece) and re.search(r"[^\W\d_]{3}", words)) and not piece.endswith("?")


def is_form(piece: str, sender: Sender) -> bool:
    """Whether it is a greeting, a label or a name, which nobody needs to read again."""
    return bool(_POLITE.match(piece) or _LABEL.match(piece)) or sender.says(piece)


def says_something(piece: str, whole: frozenset[str]) -> bool:
    """`whole`: the lines of the text that it is from; a piece of a line needs more words to make sense."""
    return len(re.findall(r"[^\W\d_]{2,}", piece)) >= (_FEW if piece in whole else _MANY)
