"""Feedback that wants no other draft: "ignore, phishing" is a no, and nothing is to be made better."""

from __future__ import annotations

import re

from daemon.core.language import words

_LONGEST = 200  # characters; who says more wants something
_WORD = re.compile(r"[\w'-]+")
_OVER = (
    "ignore", "ignore this", "ignore it", "phishing", "spam", "scam", "fraud", "fraudulent", "fake", "hoax", "junk",
    "drop it", "forget it", "delete it", "delete", "do nothing", "nothing to do", "no answer", "no reply",
    "don't answer", "do not answer", "don't reply", "do not reply", "no answer needed", "no reply needed",
    "never answer", "already answered", "not needed", "no new draft", "no other draft",
    "ignorieren", "ignoriere", "betrug", "betrugsversuch", "betrügerisch", "vergiss es", "vergessen", "löschen",
    "nichts tun", "nicht antworten", "nicht beantworten", "keine antwort", "keine antwort nötig", "kein neuer entwurf",
    "schon beantwortet", "bereits beantwortet", "nicht nötig",
    "ignorer", "ignore-le", "ignorez", "hameçonnage", "arnaque", "fraude", "escroquerie", "oublie", "oubliez",
    "supprimer", "ne rien faire", "ne pas répondre", "ne réponds pas", "ne répondez pas", "pas de réponse",
    "déjà répondu",
    "ignorar", "ignóralo", "ignora", "estafa", "timo", "correo basura", "olvídalo", "borrar", "bórralo",
    "no hacer nada",
    "no responder", "no respondas", "no contestar", "no contestes", "sin respuesta", "ya respondido",
    "ignorare", "ignoralo", "truffa", "frode", "lascia perdere", "cancella", "cancellare", "non fare nulla",
    "non fare niente", "non rispondere", "nessuna risposta", "già risposto",
    "ignore isto", "burla", "golpe", "lixo", "esquece", "esqueça", "apagar", "não fazer nada", "não responder",
    "não respondas", "não responda", "sem resposta", "já respondido",
    "negeren", "negeer", "oplichting", "oplichterij", "nepmail", "nep", "fraude", "vergeet het", "verwijderen",
    "niets doen", "niet antwoorden", "niet beantwoorden", "geen antwoord", "geen antwoord nodig", "al beantwoord",
    "niet nodig",
)  # fmt: skip
_BESIDE = frozenset(  # words that may stand beside these and ask for nothing else
    "please just it is it's its this that a an the and mail e-mail email message draft attempt clearly them him "
    "bitte das ist die der ein eine und nur diese dieser mail nachricht versuch offensichtlich "
    "s'il te vous plaît stp svp c'est un une et le la ce cet cette message courriel "
    "por favor es un una y el la este esta correo mensaje "
    "per favore è un una e il la lo questa questo messaggio posta "
    "é um uma e o a este esta isto mensagem "
    "alsjeblieft alstublieft dit dat is een en het de deze bericht maar".split()
)


def ends(feedback: str) -> bool:
    """Whether it says that nothing more is wanted, and asks for nothing else."""
    rest = " ".join(_WORD.findall(words.fold(feedback[: _LONGEST + 1])))
    found = sorted(words.mentioned(rest, _OVER), key=len, reverse=True)
    for phrase in found:
        rest = re.sub(rf"(?<!\w){re.escape(words.fold(phrase))}(?!\w)", " ", rest)
    return bool(found) and len(feedback) <= _LONGEST and _BESIDE.issuperset(rest.split())
