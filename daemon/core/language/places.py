"""Where something takes place, as a text says it. Whoever has a long text cuts it first."""

from __future__ import annotations

import re

_LABEL = re.compile(
    r"^[ \t*]*(?:where|place|location|venue|ort|treffpunkt|lieu|endroit|lugar|luogo|dove|local|onde|locatie|plaats)"
    r"[ \t]*:[ \t]*(\S.{0,200})$",
    re.IGNORECASE | re.MULTILINE,
)
_VIDEO = re.compile(
    r"https?://[^\s<>\"'\])]{0,80}(?:zoom|meet|teams|webex|whereby|jitsi|video|skype|gotomeeting|"
    r"call)[^\s<>\"'\])]{0,300}",
    re.IGNORECASE,
)
_STREET = re.compile(
    r"\b(?:\d{1,4}[a-z]?,?\s(?:[A-Z][\w'\u2019-]{1,25}\s){1,3}(?:Street|St|Road|Rd|Lane|Avenue|Ave|Way|Square|"
    r"Drive|Close)\b"
    r"|(?:[A-Z][\w'\u2019-]{1,25}\s){1,2}(?:Street|Road|Lane|Avenue|Square)\s\d{1,4}\b"
    r"|[A-ZÄÖÜ][\wäöüß-]{1,30}(?:straße|strasse|str\.|weg|platz|gasse|allee|straat|laan|plein|gracht|"
    r"kade)\s\d{1,4}[a-z]?\b(?:,?\s\d{4,5}(?:\s[A-Z]{2})?\s[A-ZÄÖÜ][\wäöüß-]{1,30})?"
    r"|\d{1,4},?\s(?:rue|avenue|boulevard|place|quai|chemin)\s[\w'\u2019 -]{2,40}"
    r"|(?:Calle|Avenida|Plaza|Paseo|Via|Piazza|Viale|Corso|Rua|Praça|Largo)\s[A-Z][\w'\u2019. -]{1,30},?\s\d{1,4}\b)"
)
_ROOM = re.compile(
    r"\b(?:(?:building|Gebäude|bâtiment|edificio|edifício|gebouw)\s\w{1,12},?\s)?"
    r"(?:room|hall|Halle|hal|Raum|Zimmer|salle|sala|aula|zaal|kamer)\s\w{0,3}\d[\w.]{0,6}\b",
    re.IGNORECASE,
)
_ONLINE = re.compile(
    r"\b(?:by phone|on the phone|telefonisch|par téléphone|por teléfono|al telefono|por telefone|online|by video|"
    r"video call|per video|videocall|en visio|en visioconférence|por vídeo|videoconferencia|in videochiamata)\b",
    re.IGNORECASE,
)


def video(text: str) -> str:
    """The link to a video call."""
    found = _VIDEO.search(text)
    return found[0].rstrip(".,;") if found else ""


def find(text: str) -> str:
    """The place that a text names: on a line of its own, a link to a video call, an address, a room, or online."""
    if labelled := _LABEL.search(text):
        return labelled[1]
    found = (pattern.search(text) for pattern in (_VIDEO, _STREET, _ROOM, _ONLINE))
    return " ".join(each[0].rstrip(".,;") for each in found if each and each[0]).strip()
