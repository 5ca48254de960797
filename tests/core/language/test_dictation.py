from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.core import handbook
from daemon.core.language import dictation, phrasebook
from daemon.core.language.dictation import Dictated

BOOKS = phrasebook.shipped(Path(__file__).parents[3] / "agents" / "prompts").values()
BOB = "bob@example.com"
KNOWN = handbook.parse("## Contacts\n- Maria Lopez <maria@example.com>\n- Kim <kim@a.example>\n- Kim <kim@b.example>")


def read(text: str) -> Dictated | None:
    return dictation.read(text, KNOWN, BOOKS)


@pytest.mark.parametrize(
    "text",
    [
        f"Write to {BOB}: See you.",
        f"write {BOB}: See you.",
        f"Please email {BOB}\nSee you.",
        f"- [ ] Mail {BOB}: See you.",
        f"Schreib an {BOB}: See you.",
        f"Antworte an Bob <{BOB}>: See you.",
        f"to: {BOB}\nSee you.",
        f"An: Bob <{BOB}>\n\nSee you.",
    ],
)
def test_an_order_to_write_is_understood(text: str) -> None:
    found = read(text)
    assert found
    assert (found.to, found.body, found.title) == ((BOB,), "See you.", "See you")


def test_what_it_is_about_becomes_the_subject() -> None:
    found = read(f"Write to {BOB} about the offer: Where is it?")
    assert found
    assert (found.title, found.body) == ("The offer", "Where is it?")


def test_time_of_day_is_no_beginning_of_the_text() -> None:
    for link in (" that", ":"):
        found = read(f"Write to {BOB}{link} the meeting is moved to 10:00")
        assert found
        assert found.body == "the meeting is moved to 10:00"


def test_lines_above_the_text_say_everything() -> None:
    found = read(f"to: {BOB}, ann@example.com\ncc: Maria\nsubject: The offer\n\nWhere is it?")
    both = (BOB, "ann@example.com")
    assert found == Dictated(both, ("maria@example.com",), "The offer", "Where is it?", by_name=False, whom=both)


def test_a_name_counts_when_it_is_one_contact() -> None:
    found = read("Write to Maria: See you.")
    assert found
    assert (found.to, found.by_name) == (("maria@example.com",), True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "An idea",
        "Write to nobody I know: See you.",
        f"Mail from {BOB}: Pay now.",
        f"Mail de {BOB} : payez.",
        f"Mail van {BOB}: betaal.",
        f"I met {BOB} today.",
        f"Send the plan to {BOB}, ann@example.com: today",
        f"Email {BOB}",
        f"Some words first.\nWrite to {BOB}: See you.",
        f"subject: no recipient\n{BOB}",
        f"to: {BOB}\ncc: a stranger\nHello",
    ],
)
def test_what_is_no_clear_order_writes_to_nobody(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "Écris à bob@mail.example au sujet de la livraison : À jeudi ?",
        "à: bob@mail.example\nobjet: la livraison\n\nÀ jeudi ?",
        "Escribe a bob@mail.example sobre la livraison: À jeudi ?",
        "Scrivi a bob@mail.example riguardo a la livraison: À jeudi ?",
        "Escreve a bob@mail.example sobre la livraison: À jeudi ?",
        "Schrijf aan bob@mail.example over la livraison: À jeudi ?",
        "aan: bob@mail.example\nonderwerp: la livraison\n\nÀ jeudi ?",
    ],
)
def test_a_note_may_be_in_any_of_our_languages(text: str) -> None:
    said = read(text)
    assert said is not None
    assert (said.to, said.subject, said.body) == (("bob@mail.example",), "la livraison", "À jeudi ?")


@pytest.mark.parametrize(
    ("text", "whom", "body"),
    [
        ("write to Carla at the museum, tell her the cases will be late", "Carla", "the cases will be late"),
        ("write to carla at the museum tell her the cases will be late", "carla", "the cases will be late"),
        ("answer Benedikt yes from September", "Benedikt", "yes from September"),
        ("tell the landlord the heating is broken again", "landlord", "the heating is broken again"),
        ("let Anna know that we are closed", "Anna", "we are closed"),
        ("can you please write back to Sophie yes we can", "Sophie", "yes we can"),
        ("Reply to Mr. Smith: we will come", "Mr. Smith", "we will come"),
        ("Bitte Herrn Wessel absagen, wir haben keine Zeit", "Herrn Wessel", "wir haben keine Zeit"),
        ("Schreib dem Vermieter, dass die Heizung kaputt ist", "Vermieter", "die Heizung kaputt ist"),
        ("Herrn Dr. Wessel schreiben, dass wir kommen", "Herrn Dr. Wessel", "wir kommen"),
        ("Antworte Frau Meier auf ihre Mail: Wir melden uns", "Frau Meier", "Wir melden uns"),
        ("écris à Claire du musée que les vitrines auront du retard", "Claire", "les vitrines auront du retard"),
        ("Réponds au propriétaire : oui, dès septembre", "propriétaire", "oui, dès septembre"),
        ("écris à M. Durand que nous acceptons", "M. Durand", "nous acceptons"),
        ("dile al casero que la calefacción no funciona", "casero", "la calefacción no funciona"),
        ("scrivi a Carla del museo che arriviamo tardi", "Carla", "arriviamo tardi"),
        ("escreve à Carla do museu que vamos atrasar", "Carla", "vamos atrasar"),
        ("mail Jan dat we akkoord zijn", "Jan", "we akkoord zijn"),
        ("Mevrouw Jansen mailen dat we vrijdag komen", "Mevrouw Jansen", "we vrijdag komen"),
    ],
)
def test_somebody_without_an_address_is_understood_and_missing(text: str, whom: str, body: str) -> None:
    said = read(text)
    assert said is not None
    assert (said.to, said.whom, said.missing, said.body) == ((), (whom,), (whom,), body)


def test_a_name_that_several_contacts_have_is_missing() -> None:
    said = read("Write to Kim: See you.")
    assert said is not None
    assert (said.to, said.missing) == ((), ("Kim",))


def test_several_people_are_all_written_to() -> None:
    said = read(f"please email Maria and {BOB} about the party: it starts at 8")
    assert said is not None
    assert (said.subject, said.body) == ("the party", "it starts at 8")
    assert said.to == ("maria@example.com", BOB)


@pytest.mark.parametrize(
    ("text", "body", "style"),
    [
        ("tell Maria that we come. friendly please", "we come.", ("friendly please",)),
        ("Reply to Maria: we come. Keep it short.", "we come.", ("Keep it short",)),
        ("write to the shop people we come on monday polite but not grovelling", "we come on monday",
         ("polite but not grovelling",)),
        ("Schreib Anna, dass wir kommen. Kurz bitte", "wir kommen.", ("Kurz bitte",)),
        ("scrivi a Carla che arriviamo, gentile per favore", "arriviamo", ("gentile per favore",)),
        ("Write to Maria: the visit is short", "the visit is short", ()),
    ],
)  # fmt: skip
def test_wishes_about_style_are_no_part_of_the_text(text: str, body: str, style: tuple[str, ...]) -> None:
    said = read(text)
    assert said is not None
    assert (said.body, said.style) == (body, style)


@pytest.mark.parametrize(
    "text",
    [
        "write down ideas for the summer", "mail the parcel", "answer phones", "write the blog post about oak",
        "Email marketing ideas: newsletter, flyer", "Tell a story about the workshop on the website",
        "Schreib Einkaufsliste: Milch, Eier", "Bericht schreiben", "Termin absagen", "Kunden informieren",
        "Rechnung schreiben an Müller GmbH über 300 Euro", "write invoice for Miller", "Reply rate is 20 %",
        "answer all open emails today", "Send invoice to Miller for 3 tables", "sag mal, was kostet Eiche",
        "écris une liste de courses", "envoie la facture à Dupont", "escribe un artículo sobre madera",
        "manda la factura a Pérez", "scrivi un testo per il sito", "schrijf een lijst", "mail de factuur",
        "Message for Anna from the bank", "message board needs cleaning", "Thank you cards order", "Let it go",
        "Antworten sammeln für die Umfrage", "Email Server umziehen", "E-Mail Signatur ändern", "mail server down",
        "Vermieter anrufen", "Answer machine is broken", "Dire que le bois est sec", "Danke für alles",
    ],
)  # fmt: skip
def test_not_everything_that_is_written_or_answered_goes_to_somebody(text: str) -> None:
    assert not dictation.wanted(text, KNOWN, BOOKS)


@given(st.text(max_size=300), st.sampled_from(["write to ", "tell ", "Bitte Herrn ", "écris à ", "schrijf "]))
def test_any_note_is_read(text: str, start: str) -> None:
    read(start + text)


@pytest.mark.parametrize(
    ("text", "clause", "body"),
    [
        ("Write to the tax advisor and ask her when she needs the receipts", "what", "when she needs the receipts"),
        ("frag Maria, wann sie kommt", "what", "wann sie kommt"),
        ("frag Maria, ob sie kommt", "whether", "sie kommt"),
        ("tell Maria when it is ready we call", "", "when it is ready we call"),
    ],
)
def test_what_is_to_be_asked_is_known_as_such(text: str, clause: str, body: str) -> None:
    said = read(text)
    assert said is not None
    assert (said.clause, said.body) == (clause, body)


@pytest.mark.parametrize(
    ("note", "whom", "body"),
    [
        ("Reminder to ACME: invoice 2026-0001 is overdue", "ACME", "invoice 2026-0001 is overdue"),
        ("Remind Peter that his invoice is due", "Peter", "his invoice is due"),
        ("Erinnere Peter daran, dass seine Rechnung fällig ist", "Peter", "seine Rechnung fällig ist"),
        ("Zahlungserinnerung an ACME: Rechnung 7 ist überfällig", "ACME", "Rechnung 7 ist überfällig"),
        ("Rappelle à Pierre que sa facture est due", "Pierre", "sa facture est due"),
        ("Recordatorio para ACME: la factura está vencida", "ACME", "la factura está vencida"),
        ("Promemoria per ACME: la fattura è scaduta", "ACME", "la fattura è scaduta"),
        ("Herinner Peter eraan dat zijn factuur open staat", "Peter", "zijn factuur open staat"),
        ("Lembrete para ACME: a fatura venceu", "ACME", "a fatura venceu"),
    ],
)
def test_to_remind_somebody_is_to_write_to_them(note: str, whom: str, body: str) -> None:
    said = read(note)
    assert said
    assert (said.whom, said.body) == ((whom,), body)


@pytest.mark.parametrize(
    "note",
    ["Remind me to call the printer on Friday", "Reminder to buy milk", "Reminder: call Anna", "Mahnung Thema",
     "Erinnere mich daran, Milch zu kaufen", "Erinnerung an den Zahnarzt", "Rappelle Anna: elle attend"],
)  # fmt: skip
def test_to_remind_oneself_is_not(note: str) -> None:
    assert not dictation.wanted(note, KNOWN, BOOKS)


@pytest.mark.parametrize(
    "note",
    [
        "Send Maria Lopez an invoice for 2 full services",
        "Send Maria Lopez 5 bags",
        "Schick Maria Lopez eine Rechnung über 2 Tische",
        "Stuur Maria Lopez een factuur voor 2 tafels",
        "Envoie à Maria Lopez une facture pour 2 tables",
        "Envía a Maria Lopez una factura por 2 mesas",
        "Invia a Maria Lopez una fattura per 2 tavoli",
        "Envia à Maria Lopez uma fatura de 2 mesas",
    ],
)
def test_to_send_somebody_a_thing_is_not_to_write_to_them(note: str) -> None:
    assert read(note) is None
