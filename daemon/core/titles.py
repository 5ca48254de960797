"""What a subject or a sentence is about, without what mail programs and people put around it."""

from __future__ import annotations

import re

from daemon.core import neutral
from daemon.core.language import times

_PREFIX = re.compile(
    r"^(?:\s*(?:re|aw|sv|antw|rv|res|wg|fwd?|tr|updated invitation|invitation|einladung|invitación|invito|convite|"
    r"uitnodiging|new event|neuer termin|canceled|cancelled|abgesagt|event)\s*:)+",
    re.IGNORECASE,
)
_EDGES = r"[\s,;:.!?()\-\u2013\u2014]"
_SMALL = (
    r"(?:at|on|in|to|the|my|a|an|for|from|and|is|by|about|um|am|im|den|der|dem|ein|eine|einen|von|bitte|\u00e0|le|"
    r"la|les|"
    r"un|une|dans|pour|mon|el|en|los|una|para|mi|a las|il|alle|nel|per|s|o|no|na|meu|minha|op|om|het|de|een|voor|mijn|"
    r"please|put|add|enter|note|remind me|trag|trage|setze|inscrire|mets|noter|pon|poner"
    r"|auf|bis|au|al|naar|moved|moved to|verschoben|verlegt|reporté|spostat[oa]|aplazad[oa]|adiad[oa]|verplaatst"
    r"|apuntar?|apunta|anotar?|"
    r"notieren?|noter|segnare|segna|marcar?|noteer|termin|metti|inserire|marcar|zet)"
)
_TRIM = re.compile(rf"^(?:{_EDGES}|{_SMALL}(?!\w))+|(?:{_EDGES}|(?<!\w){_SMALL}(?!\w))+$", re.IGNORECASE)


def unprefixed(subject: str) -> str:
    """Without "Re:", "Invitation:" and their like, in seven languages."""
    return _PREFIX.sub("", subject)


def titled(subject: str, who: str = "") -> str:
    """The subject, without what mail programs put before it, and who it is with."""
    plain = unprefixed(neutral.visible(subject)).strip(" :")[:150] or "Appointment"
    parts = re.split(r"\s[-\u2013\u2014|]\s", plain)
    kept = [part for part in parts if not times.find(part)]
    plain = " - ".join(kept) if kept else plain
    return plain if not who or who.lower() in plain.lower() else f"{plain} ({who})"


def trimmed(part: str) -> str:
    """Without small words and signs at both ends; capitalised. Empty when no more than a letter is left."""
    text = _TRIM.sub("", part)
    return f"{text[:1].upper()}{text[1:]}" if len(text) > 1 else ""
