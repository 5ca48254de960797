import pytest

from daemon.core import salutation
from daemon.core.mail import Address


@pytest.mark.parametrize(
    ("name", "greeted"),
    [
        ("Maria Lopez", "Maria Lopez"),
        ("LOPEZ, MARIA", "Maria Lopez"),
        ("maria", "Maria"),
        ("Dr. Elisabeth Hofer", "Dr. Hofer"),
        ("Frau Elisabeth Hofer", "Frau Hofer"),
        ("Herr Dr. Klein", "Herr Dr. Klein"),
        ("Mr. Brown", "Mr Brown"),
        ("Chris O'Neill (Acme)", "Chris O'Neill"),
        ("Kevin from GrowthRocket", "Kevin"),
        ("Zoë Müller-Lüdenscheidt", "Zoë Müller-Lüdenscheidt"),
        ("李小龙", "李小龙"),
    ],
)
def test_a_plausible_name_is_used(name: str, greeted: str) -> None:
    assert salutation.plausible(Address(name, "someone@mail.example")) == greeted


@pytest.mark.parametrize(
    "name",
    [
        "",
        "info",
        "Support Team",
        "Hotel Elbe GmbH",
        "maria@lopez.example",
        "R2 D2",
        "<b>Bob</b>",
        "[[Company_Handbook]]",
        "one two three four five",
        "A" * 41,
        "Acme",
        "http://evil.example",
    ],
)
def test_what_may_be_no_person_is_greeted_without_a_name(name: str) -> None:
    assert salutation.plausible(Address(name, "office@acme.example")) == ""


def test_line_breaks_and_controls_never_survive() -> None:
    assert salutation.plausible(Address("Bob\r\nBcc: x", "b@mail.example")) == ""
    assert salutation.plausible(Address("Bob\u202e Smith\x00", "b@mail.example")) == "Bob Smith"
