import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.core import mail

TOP = "Yes, Friday is fine.\n\nAnna\n"
QUOTED = "\n> Does Friday suit you?\n>\n> Tom\n"
BARE = "\n\nDoes Friday suit you?\n\nTom\n"


@pytest.mark.parametrize(
    "introduction",
    [
        "On Mon, Jan 5, 2026 at 9:00 AM Tom <t@x.example> wrote:",
        "On Mon, Jan 5, 2026 at 9:00 AM Tom Somebody\n<tom.somebody@a-long-domain.example> wrote:",
        "Am 05.01.26 um 10:00 schrieb Tom:",
        "Am Mo., 5. Jan. 2026 um 10:00 Uhr schrieb Tom <t@x.example>:",
        "Le lun. 5 janv. 2026 à 10:00, Tom <t@x.example> a écrit :",
        "El lun, 5 ene 2026 a las 10:00, Tom (<t@x.example>) escribió:",
        "Il giorno lun 5 gen 2026 alle ore 10:00 Tom <t@x.example> ha scritto:",
        "Op ma 5 jan 2026 om 10:00 schreef Tom <t@x.example>:",
        "Em seg., 5 de jan. de 2026 às 10:00, Tom <t@x.example> escreveu:",
        "Den mån 5 jan. 2026 kl 10:00 skrev Tom <t@x.example>:",
        "pon., 5 sty 2026 o 10:00 Tom <t@x.example> napisał(a):",
        "2026年1月5日(月) 10:00 Tom <t@x.example>:",
        "在 2026年1月5日 10:00\uff0cTom <t@x.example> 写道\uff1a",
        "Tom <t@x.example> wrote on 5 January 2026:",
    ],
)
@pytest.mark.parametrize("history", [QUOTED, BARE])
def test_what_somebody_wrote_before_is_left_out(introduction: str, history: str) -> None:
    assert mail.newest(f"{TOP}\n{introduction}\n{history}") == TOP.strip()


@pytest.mark.parametrize(
    "block",
    [
        "-----Original Message-----\nFrom: Tom",
        "-----Ursprüngliche Nachricht-----\nVon: Tom",
        "________________________________\nFrom: Tom\nSent: Monday\nTo: Anna\nSubject: Friday",
        "From: Tom <t@x.example>\nSent: Monday, 5 January 2026 10:00\nTo: Anna\nSubject: Friday",
        "Von: Tom\nGesendet: Montag, 5. Januar 2026 10:00\nAn: Anna\nBetreff: Freitag",
        "Gesendet: Montag, 5. Januar 2026 um 10:00 Uhr\nVon: Tom\nAn: Anna\nBetreff: Freitag",
        "*De :* Tom\n*Envoyé :* lundi 5 janvier 2026\n*À :* Anna\n*Objet :* Vendredi",
    ],
)
def test_what_outlook_and_web_mail_append_is_left_out(block: str) -> None:
    assert mail.newest(f"{TOP}\n{block}\n{BARE}") == TOP.strip()


def test_answers_between_quoted_lines_are_kept() -> None:
    text = (
        "Hi,\n\nOn 5 Jan 2026, Tom wrote:\n> Friday?\n\nYes.\n\n> And the plans?\n\nI bring them.\n\n-- \nAnna\nTel. 1"
    )
    assert mail.newest(text) == "Hi,\n\nYes.\n\nI bring them."


def test_an_answer_below_the_quote_is_kept() -> None:
    assert mail.newest(f"Am 05.01.26 um 10:00 schrieb Tom:{QUOTED}\nJa, gern.") == "Ja, gern."


def test_a_signature_ends_before_the_quote_below_it() -> None:
    assert mail.newest("Yes.\n-- \nAnna\n\n> old\n\nAnd one more thing.") == "Yes.\n\nAnd one more thing."


def test_the_line_of_a_phone_is_left_out() -> None:
    assert mail.newest("Yes.\n\nSent from my iPhone") == "Yes."


def test_a_forwarded_message_belongs_to_what_is_said() -> None:
    header = "From: Tom <t@x.example>\nDate: Mon\nSubject: A\nTo: Anna"
    text = f"Please handle.\n\n---------- Forwarded message ---------\n{header}\n\nI need 3 chairs."
    assert mail.newest(text) == "Please handle.\n\nI need 3 chairs."


def test_a_mail_that_only_quotes_is_shown_whole() -> None:
    assert mail.newest("> nothing\n> else") == "> nothing\n> else"


@pytest.mark.parametrize(
    "text",
    [
        "From: Berlin\nTo: Paris\nDate: 5 May\n\nPlease book a train.",
        "On reflection, I wrote too much:\nplease ignore my last letter.",
        "Am besten schrieb ich es auf:\nzwei Stühle, ein Tisch.",
        "Prices\n-----\n3 EUR",
        "He wrote: come at 5.",
    ],
)
def test_words_that_only_look_like_a_quote_stay(text: str) -> None:
    assert mail.newest(text) == text


@given(st.text(alphabet=st.sampled_from("a >\n-:_On wrote5@<"), max_size=300))
def test_nothing_is_invented(text: str) -> None:
    kept = mail.newest(text)
    assert set(kept.split()) <= set(text.replace(">", " ").split()) | set(text.split())


@pytest.mark.parametrize(
    "text",
    [
        "On " * 300_000,
        ">" * 1_000_000,
        "a\n" * 500_000,
        "On x\n" * 200_000,
        "on 1\n:\n" * 150_000,
        "From: a\nTo:\n" * 80_000,
        "-----\n" * 150_000,
        ("On " + "wrote " * 60 + "\n") * 2500,
        ("a<" * 190 + ":\n") * 2600,
    ],
)
def test_a_hostile_text_takes_no_longer_than_another(text: str) -> None:
    begun = time.process_time()
    mail.newest(text)
    assert time.process_time() - begun < 2
