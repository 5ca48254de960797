"""Time zones as people write them: abbreviations, "London time", "UTC+2", "Europe/Berlin".

The table holds what people in business write; an abbreviation that means several zones is named as such.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

_NAMED: Mapping[str, str] = {
    "utc": "UTC", "gmt": "UTC", "bst": "Europe/London",
    "cet": "Europe/Berlin", "cest": "Europe/Berlin", "mez": "Europe/Berlin", "mesz": "Europe/Berlin",
    "hnec": "Europe/Paris", "eet": "Europe/Helsinki", "eest": "Europe/Helsinki", "msk": "Europe/Moscow",
    "est": "America/New_York", "edt": "America/New_York", "et": "America/New_York", "cdt": "America/Chicago",
    "mdt": "America/Denver", "pst": "America/Los_Angeles", "pdt": "America/Los_Angeles", "pt": "America/Los_Angeles",
    "brt": "America/Sao_Paulo", "jst": "Asia/Tokyo", "sgt": "Asia/Singapore",
    "hkt": "Asia/Hong_Kong", "aest": "Australia/Sydney", "aedt": "Australia/Sydney", "nzst": "Pacific/Auckland",
    "nzdt": "Pacific/Auckland", "sast": "Africa/Johannesburg",
}  # fmt: skip
_SEVERAL: Mapping[str, str] = {
    "ist": "India, Ireland or Israel", "cst": "Chicago or China", "mst": "Denver, Phoenix or Malaysia",
    "ast": "Halifax or Arabia",
}  # fmt: skip
_CITIES: Mapping[str, str] = {
    "london": "Europe/London", "londoner": "Europe/London", "londres": "Europe/London", "londra": "Europe/London",
    "londen": "Europe/London", "uk": "Europe/London", "dublin": "Europe/Dublin", "lisbon": "Europe/Lisbon",
    "lisboa": "Europe/Lisbon", "lisbonne": "Europe/Lisbon", "lissabon": "Europe/Lisbon", "madrid": "Europe/Madrid",
    "paris": "Europe/Paris", "pariser": "Europe/Paris", "parigi": "Europe/Paris", "parís": "Europe/Paris",
    "berlin": "Europe/Berlin", "berliner": "Europe/Berlin", "berlino": "Europe/Berlin", "rome": "Europe/Rome",
    "roma": "Europe/Rome", "amsterdam": "Europe/Amsterdam", "amsterdamse": "Europe/Amsterdam",
    "brussels": "Europe/Brussels", "vienna": "Europe/Vienna", "wiener": "Europe/Vienna", "zurich": "Europe/Zurich",
    "zürich": "Europe/Zurich", "zürcher": "Europe/Zurich", "central european": "Europe/Berlin",
    "mitteleuropäische": "Europe/Berlin", "athens": "Europe/Athens", "helsinki": "Europe/Helsinki",
    "stockholm": "Europe/Stockholm", "warsaw": "Europe/Warsaw", "istanbul": "Europe/Istanbul",
    "new york": "America/New_York", "new yorker": "America/New_York", "nueva york": "America/New_York",
    "eastern": "America/New_York", "boston": "America/New_York", "toronto": "America/Toronto",
    "chicago": "America/Chicago", "denver": "America/Denver", "pacific": "America/Los_Angeles",
    "los angeles": "America/Los_Angeles", "san francisco": "America/Los_Angeles", "mexico": "America/Mexico_City",
    "méxico": "America/Mexico_City", "são paulo": "America/Sao_Paulo", "brasília": "America/Sao_Paulo",
    "buenos aires": "America/Argentina/Buenos_Aires", "bogotá": "America/Bogota", "dubai": "Asia/Dubai",
    "mumbai": "Asia/Kolkata", "india": "Asia/Kolkata", "indian": "Asia/Kolkata", "irish": "Europe/Dublin",
    "singapore": "Asia/Singapore", "hong kong": "Asia/Hong_Kong", "shanghai": "Asia/Shanghai",
    "beijing": "Asia/Shanghai", "tokyo": "Asia/Tokyo", "sydney": "Australia/Sydney", "auckland": "Pacific/Auckland",
}  # fmt: skip
# As Outlook and Exchange name them: where our seven languages are spoken, and beside (Unicode CLDR, windowsZones).
_WINDOWS: Mapping[str, str] = {
    "w. europe standard time": "Europe/Berlin", "romance standard time": "Europe/Paris",
    "gmt standard time": "Europe/London", "central europe standard time": "Europe/Budapest",
    "central european standard time": "Europe/Warsaw", "e. europe standard time": "Europe/Chisinau",
    "fle standard time": "Europe/Kiev", "gtb standard time": "Europe/Bucharest", "turkey standard time":
    "Europe/Istanbul", "russian standard time": "Europe/Moscow", "greenwich standard time": "Atlantic/Reykjavik",
    "utc": "UTC", "eastern standard time": "America/New_York", "central standard time": "America/Chicago",
    "mountain standard time": "America/Denver", "pacific standard time": "America/Los_Angeles",
    "atlantic standard time": "America/Halifax", "e. south america standard time": "America/Sao_Paulo",
    "argentina standard time": "America/Argentina/Buenos_Aires", "central standard time (mexico)":
    "America/Mexico_City", "sa pacific standard time": "America/Bogota", "pacific sa standard time":
    "America/Santiago", "india standard time": "Asia/Kolkata", "china standard time": "Asia/Shanghai",
    "tokyo standard time": "Asia/Tokyo", "singapore standard time": "Asia/Singapore", "arabian standard time":
    "Asia/Dubai", "israel standard time": "Asia/Jerusalem", "aus eastern standard time": "Australia/Sydney",
    "new zealand standard time": "Pacific/Auckland", "south africa standard time": "Africa/Johannesburg",
}  # fmt: skip
_CITY = "|".join(sorted(_CITIES, key=len, reverse=True))
_ABBREVIATION = "|".join(sorted({*_NAMED, *_SEVERAL}, key=len, reverse=True)).upper()
_ZONE = re.compile(
    r"[\s,(\[]*(?:"
    r"(?P<area>[A-Z][a-z]{2,12}/[A-Z][A-Za-z_]{2,20}(?:/[A-Z][A-Za-z_]{2,20})?)"
    r"|(?:(?:UTC|GMT)\s?(?=[+\u2212-]\d)|(?=[+\u2212-]\d\d:\d\d))"
    r"(?P<sign>[+\u2212-])(?P<hours>\d{1,2})(?::?(?P<minutes>\d\d))?(?![\w:.])"
    rf"|(?P<name>{_ABBREVIATION})\b(?!\s?[+-]\d)"
    rf"|(?i:(?P<city>{_CITY})\s+(?:local\s+)?(?:time|zeit|ortszeit|tijd))\b"
    rf"|(?i:(?:heure\s+(?:de|d['\u2019])|hora\s+de|horas\s+de|ora\s+di|de|di)\s+(?P<latin>{_CITY}))\b"
    r")"
)
_ELSEWHERE = re.compile(
    rf"(?:(?!ET|PT)\b(?P<name>{_ABBREVIATION})\b"
    rf"|(?i:\b(?P<city>{_CITY})\s+(?:local\s+)?(?:time|zeit|ortszeit|tijd)\b))"
)


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone that a text names. `doubt`: which ones it could be; then `info` is None."""

    quote: str
    info: tzinfo | None
    doubt: str = ""


def after(text: str, position: int) -> Zone | None:
    """The zone that stands right behind a time."""
    found = _ZONE.match(text, position, position + 60)
    return _zone(found) if found else None


def anywhere(text: str) -> Zone | None:
    """The one zone that the text names for all its times ("all times CET"); None when none or several."""
    found = {zone.quote.lower(): zone for match in _ELSEWHERE.finditer(text) if (zone := _zone(match))}
    return next(iter(found.values())) if len(found) == 1 else None


def named(name: str) -> tzinfo | None:
    """The zone of that name in the world's table, or None."""
    try:
        return ZoneInfo(name) if name else None
    except (LookupError, ValueError, OSError):
        return None


def of_windows(name: str) -> tzinfo | None:
    """The zone that Windows programs call so ("W. Europe Standard Time"), or None."""
    return named(_WINDOWS.get(" ".join(name.lower().split()), ""))


def _zone(found: re.Match[str]) -> Zone | None:
    said = {key: value for key, value in found.groupdict().items() if value}
    quote = " ".join(found[0].strip(" \t\n,([").split())
    if "sign" in said:
        return _offset(said, quote)
    if "area" in said:
        info = named(said["area"])
        return Zone(quote, info) if info else None
    word = " ".join((said.get("name") or said.get("city") or said.get("latin") or "").lower().split())
    if "name" in said and word in _SEVERAL:
        return Zone(quote, None, _SEVERAL[word])
    return Zone(quote, ZoneInfo(_NAMED[word] if "name" in said else _CITIES[word]))


def _offset(said: Mapping[str, str], quote: str) -> Zone | None:
    hours, minutes = int(said["hours"]), int(said.get("minutes", 0))
    if hours > 14 or minutes > 59:  # noqa: PLR2004 - the furthest zone of the world, an hour
        return None
    span = timedelta(hours=hours, minutes=minutes)
    return Zone(quote, timezone(span if said["sign"] == "+" else -span))
