from pathlib import Path

import pytest

from daemon.core.handbook import Handbook
from daemon.core.language import phrasebook, salutation
from daemon.core.mail import Address

BOOKS = phrasebook.shipped(Path(__file__).parents[3] / "agents" / "prompts")


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
        ("Mme Sophie Lefèvre", "Madame Lefèvre"),
        ("Sra. María José Gil", "Sra. María José Gil"),
        ("Dott.ssa Elena Bianchi", "Dott.ssa Bianchi"),
        ("Dhr. de Vries", "heer De Vries"),
        ("SANNE DE VRIES", "Sanne de Vries"),
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
        "Comptabilité",
        "Dubois et Fils",
        "Administración Hotel Sol",
        "Verkoop",
        "http://evil.example",
    ],
)
def test_what_may_be_no_person_is_greeted_without_a_name(name: str) -> None:
    assert salutation.plausible(Address(name, "office@acme.example")) == ""


def test_line_breaks_and_controls_never_survive() -> None:
    assert salutation.plausible(Address("Bob\r\nBcc: x", "b@mail.example")) == ""
    assert salutation.plausible(Address("Bob\u202e Smith\x00", "b@mail.example")) == "Bob Smith"


@pytest.mark.parametrize(
    ("code", "name", "line"),
    [
        ("fr", "Mme Sophie Lefèvre", "Bonjour Madame Lefèvre,"),
        ("fr", "Camille Dubois", "Bonjour,"),
        ("fr", "Maître Dubois", "Bonjour Maître Dubois,"),
        ("de", "Frau Schulz", "Guten Tag Frau Schulz,"),
        ("en", "Printer", "Hello,"),
        ("es", "Sr. Javier Ortega", "Estimado Sr. Ortega:"),
        ("es", "Sra. Carmen Ruiz", "Estimada Sra. Ruiz:"),
        ("es", "Carmen Ruiz", "Hola, Carmen:"),
        ("it", "Sig. Paolo Conti", "Gentile Sig. Conti,"),
        ("it", "Giulia Rossi", "Gentile Giulia Rossi,"),
        ("pt", "Sra. Ana Ferreira", "Exma. Sra. Ferreira,"),
        ("pt", "Ana Ferreira", "Olá, Ana,"),
        ("nl", "Mevr. H. Bakker", "Geachte mevrouw Bakker,"),
        ("nl", "Sanne de Vries", "Beste Sanne,"),
        ("nl", "Administratie", "Goedendag,"),
    ],
)
def test_each_language_greets_in_its_own_way(code: str, name: str, line: str) -> None:
    assert salutation.greeting(BOOKS[code], [Address(name, "someone@mail.example")]) == line


def test_a_friend_is_greeted_by_name_in_french_too() -> None:
    camille = [Address("Camille Dubois", "camille@mail.example")]
    assert salutation.greeting(BOOKS["fr"].familiar(), camille) == "Bonjour Camille,"


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("", "Wann haben Sie offen?\n\nMit freundlichen Grüßen\nFrau Schulz", "Guten Tag Frau Schulz,"),
        ("", "Wann haben Sie offen?\n\nFrau Schulz", "Guten Tag Frau Schulz,"),
        ("Sabine Schulz", "Wann?\n\nGruß, Frau Schulz", "Guten Tag Frau Schulz,"),
        ("Sabine Schulz", "Wann?\n\nGruß\nSabine", "Guten Tag Sabine Schulz,"),
        ("Sabine Schulz", "Wann?\n\nGruß\nHerr Meier", "Guten Tag Sabine Schulz,"),
        ("info", "Wann?\n\nViele Grüße\nJens Ohm", "Guten Tag Jens Ohm,"),
        ("info", "Wann?\n\nViele Grüße\n\nhttps://evil.example", "Guten Tag,"),
        ("", "Danke!", "Guten Tag,"),
    ],
)
def test_the_name_below_a_message_is_greeted_when_it_says_more(name: str, text: str, line: str) -> None:
    people = [Address(name, "s@mail.example")]
    assert salutation.greeting(BOOKS["de"], people, salutation.signed_name(text)) == line


@pytest.mark.parametrize("text", ["", " \n\n", "Regards"])
def test_a_message_without_words_is_signed_by_nobody(text: str) -> None:
    assert salutation.signed_name(text) == ""


@pytest.mark.parametrize(
    ("code", "block", "closes"),
    [
        ("fr", "Best,\nAnna Birch", "Cordialement,\nAnna Birch"),
        ("de", "Best, Anna\nBirchwood", "Mit freundlichen Grüßen\nAnna\nBirchwood"),
        ("de", "Viele Grüße\n\nAnna", "Viele Grüße\n\nAnna"),
        ("en", "Mit freundlichen Grüßen\n\nAnna", "Kind regards,\n\nAnna"),
        ("en", "Best,\nAnna", "Best,\nAnna"),
        ("en", "Met vriendelijke groet / Kind regards\nSanne", "Kind regards\nSanne"),
        ("nl", "Met vriendelijke groet / Kind regards\n\nSanne", "Met vriendelijke groet\n\nSanne"),
        ("nl", "Met vriendelijke groet\nKind regards\nSanne", "Met vriendelijke groet\nSanne"),
        ("de", "Met vriendelijke groet/Kind regards\nSanne", "Mit freundlichen Grüßen\nSanne"),
        ("en", "Thanks\nKind regards\nAnna", "Thanks\nKind regards\nAnna"),
        ("en", "Best regards", "Best regards"),
        ("de", "Best regards", "Mit freundlichen Grüßen"),
        ("en", "Best Coffee Ltd", "Kind regards,\nBest Coffee Ltd"),
        ("nl", "", "Met vriendelijke groet,"),
    ],
)
def test_a_mail_closes_in_its_own_language(code: str, block: str, closes: str) -> None:
    assert salutation.closing(BOOKS[code], Handbook(signature=block)) == closes
