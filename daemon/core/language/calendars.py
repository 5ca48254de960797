"""How each language writes days: one table per language, read by `dates`. A new language is a new entry.

Words are lower case. Where a text may hold several forms, the words are regular expressions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Calendar:
    """The words of one language. Months and weekdays are as they stand in a sentence, from January and Monday."""

    form: str  # how a day is spelled
    months: tuple[str, ...]
    weekdays: tuple[str, ...]
    near: Mapping[str, int]  # "tomorrow": days from today
    count: Mapping[str, int]  # number words
    ahead: str  # what stands before a count of days to come
    days: str
    weeks: str
    week_end: str
    month_end: str
    deadline: tuple[str, ...]  # a day after one of these is the last one
    filler: tuple[str, ...] = ()  # may stand between that word and the day
    before: tuple[str, ...] = ()  # "on": two numbers without a year after it are a day
    following: tuple[str, ...] = ()  # "next": before a weekday, the one of the week after
    not_coming: tuple[str, ...] = ()  # "since", "every": before a weekday that is past, or every one
    past: tuple[str, ...] = ()  # the same, after it
    week_after: tuple[str, ...] = ()  # "of next week", after a weekday
    not_near: tuple[str, ...] = ()  # before a word of `near` that means something else there: "good" morgen
    more_months: Mapping[str, int] = field(default_factory=dict[str, int])  # from 1, as months are
    more_days: Mapping[str, int] = field(default_factory=dict[str, int])  # from 0, as weekdays are


CALENDARS: Mapping[str, Calendar] = {
    "en": Calendar(
        form="{weekday}, {day} {month}{year}",
        months=(
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November", "December",
        ),
        weekdays=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        near={"today": 0, "tomorrow": 1, "the day after tomorrow": 2, "day after tomorrow": 2},
        count={
            "a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "ten": 10,
        },
        ahead=r"(?:in|within)\s+(?:the\s+next\s+)?",
        days="days?",
        weeks="weeks?",
        week_end=r"end\s+of\s+(?:(?:the|this)\s+)?week",
        month_end=r"end\s+of\s+th\w+\s+month|end\s+of\s+month",
        deadline=("by", "until", "till", "before", "than", "due", "deadline", "latest"),
        filler=("on", "by", "at", "is", "the"),
        before=("by", "until", "on"),
        following=("next", "next week", "next week on"),
        not_coming=("last", "last week", "last week on", "every", "each", "since"),
        past=("last week", "of last week", "in the last week", "a week ago"),
        week_after=("next week", "of next week"),
        not_near=("good",),
        more_months={
            "jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "oct": 10,
            "nov": 11, "dec": 12,
        },
    ),
    "de": Calendar(
        form="{weekday}, {day}. {month}{year}",
        months=(
            "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
            "November", "Dezember",
        ),
        weekdays=("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
        near={"heute": 0, "morgen": 1, "übermorgen": 2},
        count={
            "einem": 1, "einer": 1, "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8,
            "zehn": 10,
        },
        ahead=r"(?:in|innerhalb\s+von|binnen)\s+",
        days="tagen?",
        weeks="wochen?",
        week_end=r"ende\s+(?:der|dieser)\s+woche",
        month_end=r"ende\s+(?:des|dieses)\s+monats|monatsende",
        deadline=("bis", "spätestens", "vor", "fällig"),
        filler=("zum", "am", "der", "dem", "den", "ist"),
        before=("am", "bis", "vom", "ab", "zum", "den", "dem", "der"),
        following=(
            "nächsten", "nächster", "nächste", "nächste woche", "nächste woche am", "kommende woche",
            "kommende woche am",
        ),
        not_coming=(
            "letzten", "letzter", "letztem", "vergangenen", "vergangenem", "jeden", "seit", "seit dem", "letzte woche",
            "letzte woche am", "vergangene woche", "vergangene woche am", "vorige woche", "vorige woche am",
        ),
        past=(
            "letzte woche", "letzter woche", "der letzten woche", "vergangene woche", "vergangener woche",
            "der vergangenen woche", "vor einer woche",
        ),
        week_after=("nächste woche", "nächster woche", "der nächsten woche", "kommende woche", "kommender woche",
                    "der kommenden woche"),
        not_near=("guten", "am", "heute", "diesen"),
        more_months={"jänner": 1, "mär": 3, "mrz": 3, "okt": 10, "dez": 12},
        more_days={"sonnabend": 5},
    ),
    "fr": Calendar(
        form="{weekday} {day} {month}{year}",
        months=(
            "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
            "novembre", "décembre",
        ),
        weekdays=("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
        near={"aujourd'hui": 0, "aujourd\u2019hui": 0, "après-demain": 2, "demain": 1},
        count={
            "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "huit": 8, "dix": 10,
            "quinze": 15,
        },
        ahead=r"(?:dans|sous|d['\u2019]ici)\s+(?:les\s+|un\s+délai\s+de\s+)?",
        days="jours?",
        weeks="semaines?",
        week_end=r"fin\s+de\s+(?:la\s+|cette\s+)?semaine",
        month_end=r"fin\s+(?:du|de\s+ce)\s+mois",
        deadline=("avant", r"d['\u2019]ici", r"jusqu['\u2019]au", r"jusqu['\u2019]à", "plus tard", "date limite"),
        filler=("le", "la", "au", "à", "est"),
        before=("le", "au", "du", r"jusqu['\u2019]au"),
        following=("la semaine prochaine", "la semaine prochaine le"),
        not_coming=(  # "le lundi" is every Monday
            "chaque", "tous les", "le", "du", "depuis", "la semaine dernière", "la semaine dernière le",
            "la semaine passée", "la semaine passée le",
        ),
        past=("dernier", "passé", "de la semaine dernière", "de la semaine passée", "la semaine dernière"),
        week_after=("de la semaine prochaine", "la semaine prochaine"),
        more_months={"janv": 1, "févr": 2, "avr": 4, "juil": 7, "déc": 12},
    ),
    "es": Calendar(
        form="{weekday} {day} de {month}{year}",
        months=(
            "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
            "noviembre", "diciembre",
        ),
        weekdays=("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
        near={"hoy": 0, "pasado mañana": 2, "mañana": 1},
        count={
            "un": 1, "una": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8,
            "diez": 10, "quince": 15,
        },
        ahead=r"(?:dentro\s+de|en)\s+(?:los\s+próximos\s+|las\s+próximas\s+|un\s+plazo\s+de\s+)?",
        days="días?",
        weeks="semanas?",
        week_end=r"final(?:es)?\s+de\s+(?:la\s+|esta\s+)?semana|fin\s+de\s+(?:la|esta)\s+semana",  # not the weekend
        month_end=r"fin(?:al|ales|es)?\s+de(?:l|\s+este)?\s+mes",
        deadline=("antes", "hasta", "más tardar", "muy tarde", "fecha límite"),
        filler=("el", "la", "de", "del", "día", "es", "hoy"),
        before=("el", "del", "al", "día"),
        following=(
            "la semana que viene", "la semana que viene el", "la próxima semana", "la próxima semana el",
        ),
        not_coming=(
            "los", "cada", "todos los", "pasado", "desde", "desde el", "la semana pasada", "la semana pasada el",
        ),
        past=("pasado", "de la semana pasada", "la semana pasada"),
        week_after=("de la semana que viene", "de la próxima semana", "de la semana próxima"),
        not_near=("la", "esta"),  # "por la mañana" is the morning
        more_months={"ene": 1, "abr": 4, "setiembre": 9, "dic": 12},
    ),
    "it": Calendar(
        form="{weekday} {day} {month}{year}",
        months=(
            "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre",
            "novembre", "dicembre",
        ),
        weekdays=("lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica"),
        near={"oggi": 0, "dopodomani": 2, "domani": 1},
        count={
            "un": 1, "una": 1, "due": 2, "tre": 3, "quattro": 4, "cinque": 5, "sei": 6, "sette": 7, "otto": 8,
            "dieci": 10, "quindici": 15,
        },
        ahead=r"(?:tra|fra|entro)\s+(?:i\s+prossimi\s+|le\s+prossime\s+)?",
        days="giorn[oi]",
        weeks="settiman[ae]",
        week_end=r"fine\s+(?:della|di\s+questa)\s+settimana",
        month_end=r"fine\s+(?:del\s+|di\s+questo\s+)?mese",
        deadline=("entro", "prima", "fino", "oltre", "più tardi", "scadenza"),
        filler=("e", "non", "oltre", "il", "la", "di", "del", "a", "al", "è"),
        before=("il", "del", "dal", "al", "entro"),
        following=("la prossima settimana", "la settimana prossima"),
        not_coming=(
            "ogni", "il", "di", "dal", "al", "scorso", "scorsa", "la scorsa settimana", "la settimana scorsa",
        ),
        past=("scorso", "scorsa", "della settimana scorsa", "della scorsa settimana", "della settimana passata"),
        week_after=("della prossima settimana", "della settimana prossima"),
        more_months={"gen": 1, "mag": 5, "giu": 6, "lug": 7, "ott": 10, "dic": 12},
    ),
    "pt": Calendar(
        form="{weekday}, {day} de {month}{year}",
        months=(
            "janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro",
            "novembro", "dezembro",
        ),
        weekdays=(
            "segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira", "sábado", "domingo",
        ),
        near={"hoje": 0, "depois de amanhã": 2, "amanhã": 1},
        count={
            "um": 1, "uma": 1, "dois": 2, "duas": 2, "três": 3, "quatro": 4, "cinco": 5, "seis": 6, "sete": 7,
            "oito": 8, "dez": 10, "quinze": 15,
        },
        ahead=r"(?:dentro\s+de|daqui\s+a|em)\s+(?:os\s+próximos\s+)?",
        days="dias?",
        weeks="semanas?",
        week_end=r"(?:fim|final)\s+(?:da|desta)\s+semana",  # not "fim de semana", the weekend
        month_end=r"(?:fim|final)\s+d[oe](?:ste)?\s+mês",
        deadline=("até", "antes", "mais tardar", "prazo"),
        filler=("a", "ao", "à", "o", "de", "do", "da", "dia", "é"),
        before=("dia", "em", "até", "ao", "no"),
        not_coming=("toda", "todas as", "cada", "última", "último", r"(?<!até\s)a", "passada", "passado", "desde",
                    "na semana passada", "semana passada"),
        past=("passada", "passado", "da semana passada", "na semana passada"),
        following=("na próxima semana", "na semana que vem", "na próxima semana na", "na semana que vem na"),
        week_after=("da próxima semana", "da semana que vem", "na próxima semana", "na semana que vem"),
        # Without "-feira" these are also "the third", "the sixth": only what says that it is a day counts.
        more_days={"na segunda": 0, "na terça": 1, "na quarta": 2, "na quinta": 3, "na sexta": 4},
        more_months={"fev": 2, "abr": 4, "dez": 12},
    ),
    "nl": Calendar(
        form="{weekday} {day} {month}{year}",
        months=(
            "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober",
            "november", "december",
        ),
        weekdays=("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"),
        near={"vandaag": 0, "overmorgen": 2, "morgen": 1, "morgenochtend": 1, "morgenmiddag": 1},
        count={
            "een": 1, "één": 1, "twee": 2, "drie": 3, "vier": 4, "vijf": 5, "zes": 6, "zeven": 7, "acht": 8, "tien": 10,
        },
        ahead=r"(?:binnen|over)\s+(?:de\s+komende\s+)?",
        days="dag(?:en)?",
        weeks="we(?:ek|ken)",
        week_end=r"einde?\s+van\s+(?:de|deze)\s+week",
        month_end=r"einde?\s+van\s+(?:de|deze)\s+maand",
        deadline=("vóór", "voor", "uiterlijk", "tot", "tot en met", "t/m"),
        filler=("op", "de", "het", "is"),
        before=("op", "tot", "vóór", "voor", "uiterlijk"),
        following=("volgende week", "volgende week op", "volgende"),
        not_coming=(
            "elke", "iedere", "vorige", "afgelopen", "sinds", "vorige week", "vorige week op", "afgelopen week",
            "afgelopen week op",
        ),
        past=("vorige week", "van vorige week", "afgelopen week", "van afgelopen week", "jl", "een week geleden"),
        week_after=("volgende week", "van volgende week"),
        not_near=("goede", "goeie", "in de", "deze"),
        more_months={"mrt": 3, "okt": 10},
    ),
}  # fmt: skip
