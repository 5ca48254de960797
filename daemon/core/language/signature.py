"""What stands below a message and says nothing about it: the sender's card, a booking link, the small print."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from daemon.core.language import words

_LONGEST_NAME = 60  # characters of a line that may be a name or a closing
_NAMES = 4  # words of a name
_LINES = 14  # a signature has no more
_POSTSCRIPT = re.compile(r"(?:p\.?\s?s|p\.?\s?d|n\.?\s?b)\b[.:\s-]", re.IGNORECASE)
_CONTACT = re.compile(r"https?://|www\.|[\w.-]+@[\w-]+\.\w|\+?\(?\d[\d ()./-]{6,20}\d")
_CARD = re.compile(r"\s[|•·]\s|^\W*(?:tel|fon|phone|mob|mobile|mobil|m|t|f|fax|web|www)\b[.:\s]", re.IGNORECASE)
_SHORT_CARD = 12  # words; a line with an address or number and more of them is a sentence
_MARKS = " \t,.!;:-\u2013\u2014*_~()\"'"
_CLOSINGS = frozenset(
    words.fold(
        "regards, best, kind regards, best regards, warm regards, many thanks, thanks, thank you, cheers, "
        "sincerely, yours sincerely, yours faithfully, yours, best wishes, all the best, with kind regards, warmly, "
        "thanks again, thanks a lot, with best wishes, mit freundlichen grüßen, mit freundlichen grüssen, "
        "freundliche grüße, viele grüße, viele grüsse, beste grüße, liebe grüße, herzliche grüße, herzlich, mfg, "
        "lg, vg, gruß, grüße, danke, vielen dank, schöne grüße, mit besten grüßen, hochachtungsvoll, cordialement, "
        "bien cordialement, bien à vous, salutations, sincères salutations, amicalement, merci, merci d'avance, "
        "à bientôt, cdt, bises, belle journée, bonne journée, merci beaucoup, respectueusement, un saludo, saludos, "
        "saludos cordiales, atentamente, un abrazo, gracias, muchas gracias, cordialmente, un cordial saludo, "
        "cordiali saluti, distinti saluti, saluti, un saluto, grazie, grazie mille, a presto, cari saluti, "
        "un caro saluto, cumprimentos, com os melhores cumprimentos, melhores cumprimentos, atenciosamente, abraço, "
        "abraços, obrigado, obrigada, att, abs, met vriendelijke groet, vriendelijke groet, vriendelijke groeten, "
        "groet, groeten, groetjes, mvg, bedankt, alvast bedankt, dank, hoogachtend, liefs, bien à toi, um abraço, "
        "mit freundlichem gruß, mit lieben grüßen, warmest regards, yours truly, respectfully, cordially, love"
    ).split(", ")
)
_SMALL_PRINT = (
    "intended recipient", "is confidential", "may be confidential", "confidentiality notice", "legally privileged",
    "before printing", "registered office", "registered in england", "company number", "company registration",
    "handelsregister", "amtsgericht", "geschäftsführer", "geschäftsführerin", "vertrauliche informationen",
    "vertraulich", "bevor sie diese", "confidentiel", "confidentielle", "destinataire", "siège social",
    "imprimer ce", "confidencial", "destinatario", "destinatário", "antes de imprimir", "aviso legal",
    "información confidencial", "informazioni riservate", "riservate", "prima di stampare", "vertrouwelijk",
    "geadresseerde", "disclaimer", "kvk", "kamer van koophandel", "all rights reserved",
    "terms and conditions apply", "virus-free", "scanned for viruses",
)  # fmt: skip


def without(text: str, sender: str = "") -> str:
    """The text without its signature and small print; a postscript stays. `sender`: the name in From."""
    blocks = [block for block in re.split(r"\n\s*\n", text) if not _is_small_print(block)]
    lines = "\n\n".join(blocks or [text]).split("\n")
    end = _end(lines, frozenset(words.fold(sender).replace(".", " ").split()))
    kept = [line for number, line in enumerate(lines) if number < end or _is_postscript(lines, end, number)]
    return "\n".join(_without_card(kept)).strip() or text.strip()


def _is_small_print(block: str) -> bool:
    return len(block) > _LONGEST_NAME and bool(words.mentioned(block, _SMALL_PRINT)) and "?" not in block


def _end(lines: Sequence[str], name: Collection[str]) -> int:
    """The line at which the signature begins: a closing, or the sender's own name, with little after it."""
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    for number in range(max(first + 1, len(lines) - _LINES), len(lines)):
        if is_closing(lines[number]) or _is_name(lines[number], name):
            return number
    return len(lines)


def is_closing(line: str) -> bool:
    """Whether a line is a closing phrase in any language, with at most a name after it: "Best, Anna"."""
    said, _, after = line.strip(_MARKS)[:_LONGEST_NAME].partition(",")
    names = after.split()
    return words.fold(said).strip(_MARKS) in _CLOSINGS and len(names) <= _NAMES and all(n[0].isupper() for n in names)


def _is_name(line: str, name: Collection[str]) -> bool:
    """The name of the sender, part of it, or an initial: nothing else may stand in the line."""
    said = words.fold(line).replace(".", " ").strip(_MARKS).split()
    known = {*name, *(part[0] for part in name), "x", "xx", "dr", "mrs", "mr", "ms"}
    return 0 < len(said) <= _NAMES and set(said) <= known and any(part in name or len(part) == 1 for part in said)


def _is_postscript(lines: Sequence[str], end: int, number: int) -> bool:
    """A line of a postscript, which goes on to the next empty line."""
    paragraph = number
    while paragraph > end and lines[paragraph - 1].strip():
        paragraph -= 1
    return any(_POSTSCRIPT.match(line.strip()) for line in lines[paragraph : number + 1])


def _without_card(lines: Sequence[str]) -> list[str]:
    """Without lines of the lower half that only tell how to reach somebody."""
    half = max(1, len(lines) // 2)
    return [line for number, line in enumerate(lines) if number < half or not _is_card(line)]


def _is_card(line: str) -> bool:
    short = len(line.split()) <= _SHORT_CARD and not line.rstrip().endswith("?")
    return short and bool(_CONTACT.search(line)) and bool(_CARD.search(line))
