import pytest

from daemon.core import handbook
from daemon.core.handbook import Handbook
from daemon.core.language import urgency

LISTS = {"urgent": ("asap",), "high": ("deadline",), "low": ("fyi",)}


def test_the_handbook_goes_before_the_words_of_the_same_priority() -> None:
    rules = handbook.parse("## Routing\n- urgent: burst pipe\n")
    assert urgency.said("burst pipe, asap", "", rules, LISTS) == ("urgent", "urgent: your handbook names “burst pipe”")


def test_urgent_goes_before_low() -> None:
    assert urgency.said("fyi: asap", "", Handbook(), LISTS)[0] == "urgent"


@pytest.mark.parametrize(
    ("said", "days", "raised"),
    [
        ("normal", 0, "urgent"),
        ("normal", 1, "urgent"),
        ("high", 1, "urgent"),
        ("normal", 5, "high"),
        ("normal", 20, "normal"),
        ("low", 1, "low"),
        ("normal", None, "normal"),
    ],
)
def test_a_near_deadline_raises_it(said: str, days: int | None, raised: str) -> None:
    assert urgency.nearer((said, ""), days)[0] == raised  # pyright: ignore[reportArgumentType]
