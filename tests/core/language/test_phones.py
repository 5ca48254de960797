import pytest

from daemon.core.language import phones


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("ring me on 01632 960 220, any day", "01632960220"),
        ("Call me now +44 7700 900 733", "+447700900733"),
        ("unter 0555 12 34 56, heute", "0555123456"),
        ("+49 (0)40 123456-78", "+494012345678"),
        ("0049 40 1234567", "+49401234567"),
        ("Tel. 040/123456", "040123456"),
        ("au 06 00 00 12 34 dès que possible", "0600001234"),
        ("al 600 000 321, que", "600000321"),
        ("+1 (212) 555-0100", "+12125550100"),
    ],
)
def test_a_phone_number_is_found(text: str, number: str) -> None:
    assert [phone.number for phone in phones.find(text)] == [number]


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-21 14:00", "21.11.2026", "1 200 000 EUR", "IBAN DE89 3704 0044 0532 0130 00", "Invoice 20261234567",
        "order no. 123456789", "Fax: 040 123456", "call 110", "112", "1" * 5000, "12.345.678 kg",
    ],
)  # fmt: skip
def test_other_numbers_are_none(text: str) -> None:
    assert phones.find(text) == ()


def test_an_extension_is_kept_apart() -> None:
    assert phones.find("020 7946 0155, extension 12")[0].extension == "12"


@pytest.mark.parametrize(
    "number",
    [
        "112", "999", "110", "911", "116117", "0900123456", "+49900123456", "+49137123456", "+449011234567",
        "+33899123456", "+34806123456", "+39899123456", "+351760123456", "+31900123456", "+870123456789",
        "+882131234567", "+19005551234", "", "abc", "+1234567890123456",
    ],
)  # fmt: skip
def test_costly_short_and_emergency_numbers_are_refused(number: str) -> None:
    assert phones.refused(number)


@pytest.mark.parametrize("number", ["+494012345678", "01632960220", "+447700900733", "+393330000001", "0911123456"])
def test_ordinary_numbers_are_not(number: str) -> None:
    assert phones.refused(number) == ""


def test_one_number_is_the_same_with_and_without_its_country() -> None:
    assert phones.same("+494012345678", "040 12345678")
    assert not phones.same("+494012345678", "040 12345679")
