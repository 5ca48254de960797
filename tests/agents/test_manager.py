import time
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from agents import manager
from daemon.core import handbook
from daemon.core.draft import Closed
from daemon.core.formats.invitations import Invitation
from daemon.core.mail import Address, Part
from daemon.core.ports import Route
from daemon.core.task import Attached, Task
from tests.agents.factories import Desk, email, note

CONFIG = manager.Config(urgent=("asap", "outage"), high=("deadline",), low=("fyi",), let_through=("@shop.example",))
ROUTER = manager.Agent(CONFIG)


def route(task: Task) -> Route:
    decided = ROUTER.route(task, Desk())
    assert isinstance(decided, Route)
    return decided


def closed(task: Task) -> str:
    decided = ROUTER.route(task, Desk())
    assert isinstance(decided, Closed)
    return decided.reason


def test_a_persons_mail_goes_to_the_mail_agent() -> None:
    said = "A person's mail is answered by the mail agent."
    assert route(email()) == Route("mail", "normal", None, said, sure=False)


@pytest.mark.parametrize(
    ("task", "sure"),
    [
        (email(), False),
        (note("anything"), False),
        (note("anything", kind="file"), False),
        (email("The oak is here.", sender=Address("Anna", "anna@birchwood.example")), False),
        (email("Please send us the invoice."), True),
        (email(sender=None), True),
        (note("Write to Peter that the table is ready"), True),
    ],
)
def test_route_is_sure_where_a_rule_recognised_something(task: Task, sure: bool) -> None:  # noqa: FBT001 - a parameter
    assert route(task).sure is sure


@pytest.mark.parametrize("kind", ["note", "file"])
def test_notes_and_files_go_to_the_assistant(kind: str) -> None:
    task = note("anything", kind=kind)  # pyright: ignore[reportArgumentType]
    assert route(task).agent == "assistant"


def test_an_ignored_sender_is_closed_by_name() -> None:
    task = email(sender=Address("Win", "bonus@casino.example"))
    assert closed(task) == "Your handbook says to ignore mail from @casino.example."


def test_ignored_words_count_in_the_subject_only() -> None:
    assert "guest post" in closed(email(subject="A guest post for you"))
    assert route(email("I read your guest post and want a table.")).agent == "mail"


def test_a_note_of_the_person_is_never_ignored() -> None:
    assert route(note("idea", title="guest post")).agent == "assistant"


def test_automated_mail_is_closed_and_says_how_it_was_seen() -> None:
    assert closed(email(automated="List-Id header")) == (
        "An automated message (List-Id header); such mail is never answered."
    )


@pytest.mark.parametrize("sender", ["invoices@brandt-holz.example", "robot@shop.example"])
def test_automated_mail_that_a_rule_lets_through_is_filed_not_answered(sender: str) -> None:
    task = email(automated="Auto-Submitted header", sender=Address("", sender))
    assert route(task).agent == "assistant"


def test_a_word_rule_lets_no_automated_mail_through_to_an_answer() -> None:
    assert closed(email("your quotation", automated="List-Id header"))


def test_mail_without_one_sender_is_kept_and_not_answered() -> None:
    decided = route(email(sender=None))
    assert (decided.agent, "No single sender" in decided.reason) == ("assistant", True)


def test_the_persons_own_mail_is_not_answered() -> None:
    assert route(email(sender=Address("Anna", "anna@birchwood.example"))).agent == "assistant"


@pytest.mark.parametrize(
    ("text", "priority"),
    [
        ("We need this ASAP.", "urgent"),
        ("There is a burst pipe!", "urgent"),
        ("The deadline is near.", "high"),
        ("My table is broken.", "high"),
        ("fyi, and asap", "urgent"),
        ("A sponsorship for you", "low"),
        ("The asaparagus deadliness", "normal"),
        ("Fine.\n\nOn Mon, 2 Nov 2026 at 10:00, Anna <anna@birchwood.example> wrote:\n> answer asap", "normal"),
    ],
)
def test_words_change_the_priority_outside_quotes(text: str, priority: str) -> None:
    assert route(email(text)).priority == priority


STRANGER = Address("Helpdesk", "help@stranger.example")


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Urgent, mailbox verification", "Your e-mail account expires in 24 hours. Log in now to keep your messages."),
        ("ASAP: new bank account", "Birch has a new bank account. Please pay EUR 890.00 today. Jeroen Bos"),
        ("asap", "Buy gift cards for a customer today, and keep it confidential."),
        ("asap", "Ihr Postfach wird heute gesperrt. Bestätigen Sie sofort Ihr Konto."),
        ("asap", "Votre boîte mail sera suspendue aujourd'hui."),
        ("asap", "Su buzón será suspendido hoy."),
        ("asap", "La sua casella di posta verrà sospesa oggi."),
        ("asap", "A sua caixa de correio será suspensa hoje."),
        ("asap", "Uw mailbox is bijna vol en wordt vandaag gesloten."),
        ("asap", "Ons rekeningnummer is gewijzigd. Gelieve vandaag te betalen."),
    ],
)
def test_what_may_be_a_trick_is_not_believed_how_soon_it_wants_something(subject: str, text: str) -> None:
    decided = route(email(text, subject=subject, sender=STRANGER))
    assert (decided.priority, decided.due) == ("low", None)
    assert "it is not believed how soon" in decided.reason


def test_a_bill_may_press_and_a_contact_may_speak_in_confidence() -> None:
    bill = route(email("Invoice 17: please pay EUR 20.00 asap.", sender=STRANGER))
    known = Address("", "maria.lopez@lopezinteriors.example")
    assert (bill.agent, bill.priority) == ("accounting", "urgent")
    assert route(email("asap, and keep it confidential", sender=known)).priority == "urgent"


def test_your_own_word_makes_urgent_what_may_be_a_trick() -> None:
    task = email("We have a new bank account", sender=STRANGER)
    assert route(replace(task, priority="urgent")).priority == "urgent"


def test_a_sender_can_be_urgent() -> None:
    task = email(sender=Address("", "maria.lopez@lopezinteriors.example"))
    assert "your handbook names “@lopezinteriors.example”" in route(task).reason


def test_the_priority_that_the_person_set_wins() -> None:
    assert route(note("asap", priority="low")).priority == "low"


def test_a_deadline_becomes_the_due_date_and_is_quoted() -> None:
    decided = route(note("Send the offer by Friday"))
    assert decided.due == date(2026, 11, 27)
    assert decided.reason.endswith("; due 2026-11-27 (“Friday”).")


def test_friday_in_an_older_mail_is_the_friday_after_it_was_sent() -> None:
    sent = datetime(2026, 11, 10, tzinfo=UTC)
    assert route(email("Please answer by Friday.", date=sent)).due is None
    assert route(email("Please answer by 1 December.", date=sent)).due == date(2026, 12, 1)


def test_a_mail_from_the_future_changes_no_calendar() -> None:
    sent = datetime(2036, 11, 10, tzinfo=UTC)
    assert route(email("Please answer by Friday.", date=sent)).due == date(2026, 11, 27)


def test_a_mail_from_the_year_one_is_taken_as_of_today() -> None:
    sent = datetime(1, 1, 1, tzinfo=UTC)
    assert route(email("Please answer by Friday.", date=sent)).due == date(2026, 11, 27)


def test_the_due_date_that_the_person_set_wins() -> None:
    assert route(note("by Friday", due=date(2027, 1, 1))).due == date(2027, 1, 1)


@pytest.mark.parametrize(
    "text",
    [
        "Could you send us the invoice for the benches?",
        "Wir bräuchten noch die Rechnung für die Bänke.",
        "Pouvez-vous nous envoyer la facture des bancs ?",
        "¿Nos puede enviar la factura de los bancos?",
        "Potete inviarci la fattura delle panche?",
        "Pode enviar-nos a fatura dos bancos?",
        "Kunt u ons de factuur van de banken sturen?",
        "We would like a quote for six benches.",
        "Bitte senden Sie uns Ihr Angebot für sechs Bänke.",
        "Pourriez-vous nous établir un devis pour six bancs ?",
        "Necesitamos un presupuesto para seis bancos.",
        "Vorremmo un preventivo per sei panche.",
        "Gostaríamos de receber um orçamento para seis bancos.",
        "Graag ontvangen wij een offerte voor zes banken.",
        "Our invoice of 3 November is still unpaid.",
        "The deposit went out this morning by bank transfer.",
    ],
)
def test_money_and_papers_go_to_accounting(text: str) -> None:
    assert route(email(text)).agent == "accounting"


@pytest.mark.parametrize(
    "text",
    [
        "Please call me back on 020 7946 0000.",
        "Können Sie mich heute kurz anrufen?",
        "Pouvez-vous me rappeler cet après-midi ?",
        "¿Me puede llamar esta tarde?",
        "Mi può richiamare domani?",
        "Pode ligar-me amanhã?",
        "Kunt u mij vanmiddag even terugbellen?",
        "I confirm our appointment on 3 December at 10:00.",
        "Hiermit bestätige ich den Termin am 3. Dezember um 10 Uhr.",
    ],
)
def test_calls_and_fixed_appointments_go_to_voice(text: str) -> None:
    assert route(email(text)).agent == "voice"


@pytest.mark.parametrize(
    "text",
    [
        "Thank you for the quote. Is delivery included?",
        "Danke für das Angebot. Ist die Lieferung dabei?",
        "Can we meet next week? Which day suits you?",
        "I tried to call you twice, so I write: oak or ash?",
        "I was charged twice, please give me my money back.",
        "Could you give me a quote of two sentences for my article?",
        "Is it oak?\n\nKind regards\nPeter\nCall us any time on 020 7946 0000",
    ],
)
def test_what_wants_an_answer_goes_to_mail(text: str) -> None:
    assert (route(email(text)).agent, route(email(text)).also) == ("mail", ())


@pytest.mark.parametrize(
    ("text", "agent"),
    [
        ("call Peter about the oak", "voice"),
        ("Steuerberater anrufen", "voice"),
        ("rappeler Mme Girard", "voice"),
        ("invoice Lopez: two tables at 900 each", "accounting"),
        ("paid 12.50 EUR for parking", "accounting"),
        ("post on Instagram that we open on Sunday", "social"),
        ("mach einen LinkedIn-Beitrag über das Jubiläum", "social"),
        ("write to Carla that the bench is late", "mail"),
        ("antworte Frau Klein, dass wir am Montag liefern", "mail"),
        ("scrivi a Giorgio che accettiamo", "mail"),
        ("idea: a bench for children", "assistant"),
    ],
)
def test_an_own_note_goes_to_who_does_what_it_orders(text: str, agent: str) -> None:
    assert route(note(text)).agent == agent


@pytest.mark.parametrize(
    ("subject", "text", "agent"),
    [
        ("Your bill is ready", "Amount due: £86.40.", "accounting"),
        ("Verpasster Anruf von 030 123456", "Um 10:22 Uhr.", "voice"),
        ("New booking", "Lea Brook booked a visit on 3 December at 10:00.", "voice"),
        ("Lea Brook commented on your post", "Lovely bench!", "social"),
    ],
)
def test_automated_mail_with_something_to_do_is_not_closed(subject: str, text: str, agent: str) -> None:
    assert route(email(text, subject=subject, automated="automatic message")).agent == agent


@pytest.mark.parametrize(
    ("text", "automated"),
    [
        ("Benches from £86.40, only today! 20 % off.", "newsletter (List-Unsubscribe header)"),
        ("I am away. For invoices over £100 call 020 7946 0000.", "automatic message (Auto-Submitted: auto-replied)"),
    ],
)
def test_adverts_and_automatic_answers_are_closed(text: str, automated: str) -> None:
    assert closed(email(text, automated=automated))


DOCUMENT = "\n".join(
    f"## Part {n}\n\nUrgent mails come first. {'It is drafted and waits for you. ' * 10}\n\n- Post on LinkedIn: soon\n"
    f"- Write to Anna by tomorrow\n- Python 3.11 was paid: 3.11 EUR\n- Call Peter on Monday at 10:00\n"
    for n in range(1, 7)
)


def test_a_long_note_with_headings_is_a_document_whose_sentences_are_no_orders() -> None:
    kept = route(note(f"# The manual\n\nSend the invoice to Brandt.\n\n{DOCUMENT}", title="README.md"))
    assert (kept.agent, kept.also, kept.priority, kept.due) == ("assistant", (), "normal", None)


def test_an_order_at_the_beginning_of_a_document_counts() -> None:
    ordered = route(note(f"Write a mail to Anna with the main points of this\n\n{DOCUMENT}", title="manual.md"))
    assert (ordered.agent, ordered.also) == ("mail", ())


def test_a_short_note_with_headings_orders_what_it_says() -> None:
    assert (
        route(note("# Today\n\n## Money\n\n- write the invoice for Brandt, 3 tables at 400 EUR")).agent == "accounting"
    )


def test_a_second_wish_becomes_a_second_task_with_its_reason() -> None:
    decided = route(email("Do you still build the long bench? By the way, please send the invoice for May."))
    assert (decided.agent, [(second.agent, second.reason) for second in decided.also]) == (
        "mail",
        [("accounting", "it asks for an invoice (“By the way, please send the invoice for May.”).")],
    )


def test_a_bill_in_an_attachment_counts_unless_something_is_asked() -> None:
    bill = Attached(
        "r.pdf", "Attachments/t1/r.pdf", "application/pdf", 1, "", text="Invoice 7. Total 96,80. VAT 16,80."
    )
    asked = email("Does the oil suit oak?")
    assert route(replace(email("Here it comes."), attachments=(bill,))).agent == "accounting"
    assert route(replace(asked, attachments=(bill,))).agent == "mail"


def test_the_handbook_sends_automated_mail_to_a_specialist_but_never_to_an_answer() -> None:
    rules = handbook.parse("## Routing\n- accounting: @bills.example\n- mail: @robot.example\n")
    billed, robot = (email(automated="x", sender=Address("", f"no@{name}.example")) for name in ("bills", "robot"))
    decided = ROUTER.route(billed, Desk(rules))
    assert isinstance(decided, Route)
    assert decided.agent == "accounting"
    assert isinstance(ROUTER.route(robot, Desk(rules)), Closed)


@pytest.mark.parametrize("hostile", ["Send invoice? " * 1_500, "1.1." * 5_000, "a. " * 7_000, "total 1 " * 2_500])
def test_hostile_text_takes_no_longer_than_it_is(hostile: str) -> None:
    route(email("warm"))
    begun = time.process_time()
    route(email(hostile))
    assert time.process_time() - begun < 1


@pytest.mark.parametrize(
    ("text", "agent"),
    [
        ("WhatsApp to Anna: I am ten minutes late.", "social"),
        ("Tweet: We are closed on Monday.", "social"),
        ("Reminder to ACME: invoice 2026-0001 is overdue", "mail"),
        ("Remind Peter that his invoice is due", "mail"),
        ("Remind me to call the printer on Friday", "voice"),
        ("Write to anna@example.com about the offer: We can deliver on Friday.", "mail"),
        ("Invoice to Harbour Run: 3 workshop days at 800 EUR, due in 14 days.", "accounting"),
    ],
)
def test_a_note_that_says_what_to_write_goes_to_who_writes_it(text: str, agent: str) -> None:
    assert route(note(text)).agent == agent


REVIEW = Invitation("REQUEST", "1", "Review", datetime(2026, 12, 1, 14, tzinfo=UTC), None, "UTC")


def calendar(method: str) -> Part:
    text = f"BEGIN:VCALENDAR\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Review\r\n"
    starts = "DTSTART:20261201T140000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    return Part("invite.ics", "text/calendar", (text + starts).encode())


def test_a_dropped_invitation_goes_to_voice() -> None:
    attached = Attached("invite.ics", "Attachments/invite.ics", "text/calendar", 300, "", invitations=(REVIEW,))
    assert route(note("Review", "invite.ics", "file", attachments=(attached,))).agent == "voice"


def test_an_invitation_in_a_mail_goes_to_voice_and_other_questions_to_who_answers() -> None:
    assert route(email("Can you make it?", attachments=(calendar("REQUEST"),))).agent == "voice"
    asks = "Do you deliver to Austria this year? And what is the price of the oak table?"
    decided = route(email(asks, attachments=(calendar("REQUEST"),)))
    assert (decided.agent, [more.agent for more in decided.also]) == ("voice", ["mail"])


def test_an_answer_to_an_invitation_is_no_invitation() -> None:
    answer = email("Accepted.", attachments=(calendar("REPLY"),))
    assert "brings an invitation" not in route(answer).reason


LETTERS = (
    "Dear Ms Lindgren,\n\nplease settle invoice 4711, 120.00 EUR, by 30 April.\n\nBest\nTom",
    "Dear customer,\n\nour invoice 4711 of 120.00 EUR is overdue.\n\nKind regards\nNorthmoor Energy",
    "Sehr geehrte Damen und Herren,\n\nwir bitten Sie, die Rechnung 4711 über 120,00 EUR zu begleichen.\n\nMfG\nSWK",
    "Madame, Monsieur,\n\nMerci de régler notre facture 4711 de 120,00 EUR.\n\nCordialement\nEDF",
    "Estimados señores:\n\nLes rogamos que paguen nuestra factura 4711 de 120,00 EUR.\n\nAtentamente\nIberluz",
    "Gentili signori,\n\nvi preghiamo di saldare la fattura 4711 di 120,00 EUR.\n\nCordiali saluti\nEnel",
    "Exmos. Senhores,\n\nPedimos que liquidem a fatura 4711 no valor de 120,00 EUR.\n\nCumprimentos\nEDP",
    "Geachte heer of mevrouw,\n\nWilt u factuur 4711 van 120,00 EUR betalen?\n\nMet vriendelijke groet\nEneco",
)


@pytest.mark.parametrize("text", LETTERS)
def test_a_letter_that_asks_to_pay_a_bill_goes_to_accounting_in_every_format(text: str) -> None:
    assert route(note(text, "Letter.txt")).agent == "accounting"
    attached = Attached("Letter.docx", "Attachments/t1/Letter.docx", "application/x", 1, "0", text)
    dropped = note(f"Northmoor\nRoad 1\n\n{text}", "Letter.docx", "file", attachments=(attached,))
    assert route(dropped).agent == "accounting"


@pytest.mark.parametrize(
    "text",
    [
        "Dear cousin,\n\nthe garden is lovely this year.\n\nBest\nTom",
        "Liebe Gäste,\n\ndas Fest kostet 30 EUR.\n\nLiebe Grüße\nTom",
        "Ideas for the invoice layout: more white, 120 EUR at most",
    ],
)
def test_another_letter_or_note_stays_where_it_was(text: str) -> None:
    assert route(note(text, "Letter.txt")).agent == "assistant"
