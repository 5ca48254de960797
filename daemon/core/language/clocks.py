"""How each language says times of day and lengths of time: one table per language, read by `times`.

Words are lower case and regular expressions where a text may hold several forms. `{n}` in a form stands for an hour.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Clock:
    """The words of one language. `forms` and `lengths` are minutes: beside the hour, and in all."""

    hours: tuple[str, ...]  # the words for one to twelve
    forms: Mapping[str, int]  # "half past {n}": 30
    at: tuple[str, ...]  # before an hour in figures
    fixed: Mapping[str, int]  # "noon": minutes of the day
    to: tuple[str, ...]  # between the beginning and the end
    morning: tuple[str, ...]  # near a time: as it stands
    later: tuple[str, ...]  # near a time: after noon
    oclock: tuple[str, ...]  # after an hour in figures
    lengths: Mapping[str, int]  # "half an hour": 30
    hour: str
    minute: str
    not_length: tuple[str, ...]  # before a number of hours that is a distance: "in two hours"
    after_length: tuple[str, ...] = field(default=())  # and behind one: "two hours before"
    more_hours: Mapping[str, int] = field(default_factory=dict[str, int])


CLOCKS: Mapping[str, Clock] = {
    "en": Clock(
        hours=(
            "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
        ),
        forms={
            "half past {n}": 30, "half {n}": 30, "(?:a\\s)?quarter past {n}": 15, "(?:a\\s)?quarter to {n}": -15,
            "{n} o'clock": 0, "at {n}": 0, "at {n} thirty": 30, "at {n} fifteen": 15, "twenty past {n}": 20,
            "ten past {n}": 10, "twenty to {n}": -20,
        },
        at=("at", "from", "around", "about", "@", "until", "by"),
        fixed={"noon": 720, "midday": 720, "lunchtime": 720},
        to=("to", "until", "till"),
        morning=("in the morning", "morning"),
        later=("in the afternoon", "in the evening", "afternoon", "evening", "tonight", "at night"),
        oclock=("o'clock",),
        lengths={
            "half an hour": 30, "half hour": 30, "an hour and a half": 90, "one and a half hours": 90,
            "a quarter of an hour": 15, "three quarters of an hour": 45, "an hour": 60,
        },
        hour=r"hours?|hrs?|h",
        minute=r"minutes?|mins?|min",
        not_length=("in", "within", "least", "every", "last", "next", "than", "under"),
        after_length=("before", "ago", "earlier", "later", "early", "late", "notice", "in advance", "a day",
                      "away", "drive"),
    ),
    "de": Clock(
        hours=(
            "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf",
        ),
        forms={
            "halb {n}": -30, "viertel nach {n}": 15, "viertel vor {n}": -15, "dreiviertel {n}": -15,
            "{n} uhr dreißig": 30, "{n} uhr": 0, "um {n}": 0, "zehn nach {n}": 10, "zehn vor {n}": -10,
        },
        at=("um", "ab", "gegen", "bis"),
        fixed={"mittags um zwölf": 720, "12 uhr mittags": 720},
        to=("bis",),
        morning=("morgens", "früh", "vormittags", "vormittag", "in der früh"),
        later=("nachmittags", "nachmittag", "abends", "abend"),
        oclock=("uhr",),
        lengths={
            "ein stündchen": 60, "ein halbes stündchen": 30, "eine halbe stunde": 30, "halbe stunde": 30,
            "anderthalb stunden": 90, "eineinhalb stunden": 90,
            "eine viertelstunde": 15, "eine dreiviertelstunde": 45, "dreiviertelstunde": 45, "eine stunde": 60,
        },
        hour=r"stunden?|std\.?",
        minute=r"minuten?|min\.?",
        not_length=("in", "innerhalb", "von", "binnen", "mindestens", "alle", "vor", "unter", "als"),
        after_length=("vorher", "zuvor", "früher", "eher", "später", "verspätung", "fahrt", "entfernt"),
        more_hours={"ein": 1},
    ),
    "fr": Clock(
        hours=(
            "une", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze",
        ),
        forms={
            "(?:à|vers|dès|de) {n} heures? et demie?": 30, "(?:à|vers|dès|de) {n} heures? et quart": 15,
            "(?:à|vers|dès|de) {n} heures? moins le quart": -15,
            "(?:à|dès|vers) {n} heures?": 0,
        },
        at=("à", "vers", "dès", "pour", "jusqu'à"),
        fixed={"midi et demie?": 750, "midi": 720},
        to=("à", "jusqu'à"),
        morning=("du matin", "le matin", "matin"),
        later=("de l'après-midi", "après-midi", "du soir", "le soir"),
        oclock=("heures", "heure", "h"),
        lengths={
            "une petite heure": 60, "une demi-heure": 30, "demi-heure": 30, "une heure et demie": 90,
            "un quart d'heure": 15,
            "trois quarts d'heure": 45, "une heure": 60,
        },
        hour=r"heures?|h",
        minute=r"minutes?|min\.?|mn",
        not_length=("dans", "sous", "moins", "toutes les", "à", "vers", "dès", "retard de", "avance de"),
        after_length=("avant", "en avance", "d'avance", "à l'avance", "de retard", "plus tôt", "plus tard", "de route"),
    ),
    "es": Clock(
        hours=(
            "una", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "once", "doce",
        ),
        forms={
            "las? {n} y media": 30, "las? {n} y cuarto": 15, "las? {n} menos cuarto": -15, "a las? {n}": 0,
        },
        at=("a las", "a la", "las", "desde las", "sobre las", "hasta las"),
        fixed={"mediodía": 720},
        to=("a", "a las", "hasta las", "hasta la"),
        morning=("de la mañana", "por la mañana"),
        later=("de la tarde", "por la tarde", "de la noche"),
        oclock=("horas", "hs", "h"),
        lengths={
            "una horita": 60, "media hora": 30, "hora y media": 90, "una hora y media": 90, "un cuarto de hora": 15,
            "tres cuartos de hora": 45, "una hora": 60,
        },
        hour=r"horas?|h",
        minute=r"minutos?|min\.?",
        not_length=("en", "dentro de", "cada", "menos", "menos de", "las", "la"),
        after_length=("antes", "después", "de antelación", "de retraso", "tarde"),
    ),
    "it": Clock(
        hours=(
            "una", "due", "tre", "quattro", "cinque", "sei", "sette", "otto", "nove", "dieci", "undici", "dodici",
        ),
        forms={
            "(?:alle|le|dalle|all') ?{n} e mezz[ao]": 30, "(?:alle|le|dalle|all') ?{n} e un quarto": 15,
            "(?:alle|le|dalle|all') ?{n} meno un quarto": -15, "(?:alle|all') ?{n}": 0,
        },
        at=("alle", "alle ore", "ore", "dalle", "verso le", "entro le", "all'"),
        fixed={"mezzogiorno": 720},
        to=("alle", "fino alle"),
        morning=("di mattina", "del mattino", "mattina"),
        later=("di pomeriggio", "del pomeriggio", "pomeriggio", "di sera", "sera"),
        oclock=("ore", "h"),
        lengths={
            "un'oretta": 60, "un’oretta": 60, "mezz'oretta": 30, "mezz'ora": 30, "mezz’ora": 30, "mezzora": 30,
            "un'ora e mezza": 90, "un’ora e mezza": 90,
            "un quarto d'ora": 15, "tre quarti d'ora": 45, "un'ora": 60, "un’ora": 60,
        },
        hour=r"ore|ora|h",
        minute=r"minuti|minuto|min\.?",
        not_length=("tra", "fra", "entro", "ogni", "almeno", "alle", "le", "meno di"),
        after_length=("prima", "dopo", "fa", "in anticipo", "di anticipo", "in ritardo", "di ritardo"),
    ),
    "pt": Clock(
        hours=(
            "uma", "duas", "três", "quatro", "cinco", "seis", "sete", "oito", "nove", "dez", "onze", "doze",
        ),
        forms={
            "[àa]s? {n}(?: horas?)? e meia": 30, "[àa]s? {n}(?: horas?)? e um quarto": 15,
            "um quarto para as {n}": -15, "às {n}(?: horas)?": 0, "à {n}": 0,
        },
        at=("às", "à", "pelas", "das", "até às"),
        fixed={"meio-dia": 720, "meio dia": 720},
        to=("às", "até às", "até as"),
        morning=("da manhã", "de manhã"),
        later=("da tarde", "à tarde", "da noite", "à noite"),
        oclock=("horas", "hora", "h"),
        lengths={
            "meia hora": 30, "hora e meia": 90, "uma hora e meia": 90, "um quarto de hora": 15,
            "três quartos de hora": 45, "uma hora": 60,
        },
        hour=r"horas?|h",
        minute=r"minutos?|min\.?",
        not_length=("em", "dentro de", "daqui a", "cada", "menos", "às", "à"),
        after_length=("antes", "depois", "mais cedo", "de antecedência", "de atraso"),
    ),
    "nl": Clock(
        hours=(
            "een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien", "elf", "twaalf",
        ),
        forms={
            "half {n}": -30, "kwart over {n}": 15, "kwart voor {n}": -15, "(?:om|vanaf|rond|tegen) {n}(?: uur)?": 0,
            "tien over {n}": 10, "tien voor {n}": -10,
        },
        at=("om", "vanaf", "rond", "tegen", "tot"),
        fixed={"12 uur 's middags": 720},
        to=("tot", "tot en met"),
        morning=("'s ochtends", "'s morgens", "ochtend"),
        later=("'s middags", "'s avonds", "middag", "avond"),
        oclock=("uur", "u"),
        lengths={
            "een uurtje": 60, "een half uurtje": 30, "een half uur": 30, "half uur": 30, "anderhalf uur": 90,
            "een kwartier": 15, "drie kwartier": 45,
            "een uur": 60,
        },
        hour=r"uren|uur",
        minute=r"minuten|minuut|min\.?",
        not_length=("over", "binnen", "om", "elk", "per", "minstens", "vanaf", "rond", "tegen", "tot", "na"),
        after_length=("te vroeg", "te laat", "eerder", "van tevoren", "vooraf", "geleden", "later"),
        more_hours={"één": 1},
    ),
}  # fmt: skip
