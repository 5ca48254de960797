from datetime import UTC, datetime, timedelta

import pytest

from daemon.core.language import zones

WINTER, SUMMER = datetime(2026, 1, 15, 12, tzinfo=UTC), datetime(2026, 7, 15, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "winter", "summer"),
    [
        ("CET", 1, 2), ("(CET)", 1, 2), ("MEZ", 1, 2), ("GMT", 0, 0), ("UTC", 0, 0), ("BST", 0, 1), ("EST", -5, -4),
        ("EDT", -5, -4), ("ET", -5, -4), ("PST", -8, -7), ("UTC+2", 2, 2), ("GMT-5", -5, -5), ("+02:00", 2, 2),
        ("Europe/Berlin", 1, 2), ("London time", 0, 1), ("Londoner Zeit", 0, 1), ("hora de Lisboa", 0, 1),
        ("de Lisboa", 0, 1), ("heure de Paris", 1, 2), ("ora di Roma", 1, 2), ("Amsterdamse tijd", 1, 2),
        ("Eastern time", -5, -4), ("JST", 9, 9), ("Sydney time", 11, 10),
    ],
)  # fmt: skip
def test_a_zone_is_read_behind_a_time_in_winter_and_summer(written: str, winter: int, summer: int) -> None:
    zone = zones.after(f"3pm {written}", 3)
    assert zone
    assert zone.info
    assert [moment.astimezone(zone.info).utcoffset() for moment in (WINTER, SUMMER)] == [
        timedelta(hours=winter),
        timedelta(hours=summer),
    ]


@pytest.mark.parametrize("written", ["IST", "CST", "MST", "AST"])
def test_an_abbreviation_of_several_zones_is_in_doubt(written: str) -> None:
    zone = zones.after(f"3pm {written}", 3)
    assert zone
    assert (zone.info, bool(zone.doubt)) == (None, True)


@pytest.mark.parametrize(
    "behind", [" - 15:00", " -3 people", " est confirmé", " in Berlin", " +49 40 123", " Nowhere/Land"]
)
def test_other_words_are_no_zone(behind: str) -> None:
    assert zones.after(f"3pm{behind}", 3) is None


def test_a_zone_for_all_times_counts_when_it_is_the_only_one() -> None:
    assert zones.anywhere("All times are CET.")
    assert zones.anywhere("CET or EST") is None
    assert zones.anywhere("c'est bien") is None
