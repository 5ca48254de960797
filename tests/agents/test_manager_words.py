"""What people ask for without the usual words, and what only wants to sell: each in several languages."""

import pytest

from agents import manager
from daemon.core.draft import Closed
from daemon.core.mail import Address
from daemon.core.ports import Route
from daemon.core.task import Task
from tests.agents.factories import Desk, email, note

ROUTER = manager.Agent(manager.Config())
SELLER = Address("Dan Hill", "dan@more-leads.example")


def agent(task: Task) -> str:
    decided = ROUTER.route(task, Desk())
    return decided.agent if isinstance(decided, Route) else "nobody"


@pytest.mark.parametrize(
    "text",
    [
        "Our bookkeeper wonders where the paperwork for May is.",
        "Die Buchhaltung wartet noch auf die Unterlagen für Mai.",
        "Notre comptable demande le justificatif de mai.",
        "A la gestoría le falta el justificante de mayo.",
        "Alla contabilità manca il documento di maggio.",
        "À contabilidade falta o documento de maio.",
        "De boekhouding wacht nog op de stukken van mei.",
        "Please charge our department, cost centre 12.",
        "Bitte auf unsere Kostenstelle 12 buchen.",
        "What do I owe you for the bench?",
        "Was schulde ich dir für die Bank?",
        "Combien je vous dois pour le banc ?",
        "¿Cuánto le debo por el banco?",
        "Quanto le devo per la panca?",
        "Quanto lhe devo pelo banco?",
        "Wat ben ik je schuldig voor de bank?",
        "Send it over, then I'll pay it today.",
        "The last one shows our old company name. Please do us a new one. The VAT number is GB 1.",
    ],
)
def test_papers_are_asked_for_in_many_words(text: str) -> None:
    assert agent(email(text)) == "accounting"


@pytest.mark.parametrize(
    "text",
    [
        "Could you put a figure on it?",
        "Nennen Sie uns bitte eine Größenordnung für zehn Bänke.",
        "Donnez-moi un ordre de grandeur pour dix bancs.",
        "¿Por cuánto nos saldría con respaldo?",
        "Mi dia un'idea di prezzo per dieci panche.",
        "Por quanto ficava com encosto?",
        "Kunt u een prijsindicatie geven voor tien banken?",
    ],
)
def test_a_price_is_asked_for_in_many_words(text: str) -> None:
    assert agent(email(text)) == "accounting"


@pytest.mark.parametrize(
    "text",
    [
        "What do 200 posters cost? Do you deliver to Kiel?",
        "How much are 200 posters?",
        "Guten Tag, was kosten 200 Plakate A2? Liefern Sie auch nach Kiel?",
        "Bonjour, combien coûtent 200 affiches A2 ? Livrez-vous à Kiel ?",
        "¿Cuánto cuestan 200 carteles A2? ¿Entregan en Kiel?",
        "Quanto costano 200 manifesti A2? Consegnate a Kiel?",
        "Quanto custam 200 cartazes A2? Entregam em Kiel?",
        "Goedendag, wat kosten 200 posters A2? Levert u ook in Kiel?",
    ],
)
def test_who_only_asks_what_something_costs_is_answered_by_mail(text: str) -> None:
    decided = ROUTER.route(email(text), Desk())
    assert isinstance(decided, Route)
    assert (decided.agent, decided.also) == ("mail", ())


@pytest.mark.parametrize(
    "text",
    [
        "Could you put a figure on it?",
        "Please split the invoice: can you send one to Brandt and one to us?",
        "Donnez-moi un ordre de grandeur pour dix bancs.",
    ],
)
def test_what_accounting_only_keeps_is_answered_as_well(text: str) -> None:
    decided = ROUTER.route(email(text), Desk())
    assert isinstance(decided, Route)
    assert (decided.agent, [second.agent for second in decided.also]) == ("accounting", ["mail"])


def test_what_accounting_acts_on_needs_no_second_answer() -> None:
    for text in ("Please send us the invoice for May.", "We have transferred 120.00 EUR today for invoice 2026-007."):
        decided = ROUTER.route(email(text), Desk())
        assert isinstance(decided, Route)
        assert (decided.agent, decided.also) == ("accounting", ())


def test_a_price_among_other_questions_of_a_conversation_is_answered_by_mail() -> None:
    thanked = email("Thanks for the quote. Could you use larch, and what would that cost us?", subject="Re: Bench")
    assert agent(thanked) == "mail"
    assert agent(email("Do you build in larch too? Which oil do you use? Give me a ballpark.")) == "mail"


@pytest.mark.parametrize("subject", ["Fwd: Invoice 12 from Brandt", "WG: Rechnung 12", "TR: Facture 12"])
def test_a_bill_that_is_passed_on_goes_to_accounting(subject: str) -> None:
    assert agent(email("For the books.", subject=subject)) == "accounting"


@pytest.mark.parametrize("text", ["Fri Esso 48.20 card", "bench for Lopez can be billed now", "Kaffee 4,20 bar"])
def test_an_own_note_tells_of_money_in_few_words(text: str) -> None:
    assert agent(note(text)) == "accounting"


@pytest.mark.parametrize(
    "text",
    [
        "I noticed your website has errors. Our SEO agency can bring you to the first page of Google.",
        "We help companies like yours to get more leads. Worth a 15 minute chat?",
        "Mir ist aufgefallen, dass Sie bei Google kaum zu finden sind. Unsere Analyse ist kostenlos.",
        "J'ai découvert votre site. Nous proposons le référencement, audit gratuit.",
        "He visto su web: le llevamos a la primera página de Google sin compromiso.",
        "Ho visitato il suo sito. Analisi gratuita del posizionamento su Google, senza impegno.",
        "Vi o seu site. Posso enviar uma proposta para a primeira página do Google?",
        "Ik zag uw website. Wij helpen ondernemers hoger in Google, vrijblijvend.",
        "Your mailbox is full. Verify your account within 24 hours.",
        "To be entered in our directory pay 900 EUR. This is an offer and not a bill.",
    ],
)
def test_what_only_wants_to_sell_is_closed_with_what_gave_it_away(text: str) -> None:
    decided = ROUTER.route(email(text, sender=SELLER), Desk())
    assert isinstance(decided, Closed)
    assert decided.reason.startswith("Looks like an advert or a trick, and is not answered: it ")


@pytest.mark.parametrize(
    "text",
    [
        "I came across your website. Could we have a quick call? I'm looking for a table.",
        "We are a marketing agency and looking for eight desks. Free for a quick call any day.",
        "Ich bin auf Ihre Website gestoßen. Was kostet die Bank? Gern unverbindlich.",
        "I need somebody who improves my place on the first page of Google. Is that a free trial?",
        "We are a leading provider of hotel beds. Would you be open to a visit?",
        "You wrote to the wrong person, but do you build bars?",
        "Did you get a chance to look at my sketch?",
    ],
)
def test_a_customer_who_sounds_like_a_seller_is_never_closed(text: str) -> None:
    assert agent(email(text, sender=SELLER)) != "nobody"


def test_who_answers_or_is_known_is_never_taken_for_a_seller() -> None:
    pitch = "We help companies like yours to get more leads. Worth a 15 minute chat?"
    assert agent(email(pitch, sender=SELLER, in_reply_to="<1@birchwood.example>")) == "mail"
    assert agent(email(pitch, sender=Address("", "maria.lopez@lopezinteriors.example"))) == "mail"


FORM = "New message from the contact page\n\nName: Vi Tull\nPhone: 07700 900412\nMessage: Do you repair doors?"


def test_a_form_of_a_website_is_a_persons_mail_when_it_says_whom_to_answer() -> None:
    asked = email(FORM, automated="automatic message", reply_to=(Address("Vi", "vi@tull.example"),))
    assert agent(asked) == "mail"


def test_a_form_that_names_nobody_to_answer_is_kept() -> None:
    assert agent(email(FORM, automated="automatic message")) == "assistant"


def test_comments_in_tools_for_work_are_no_social_network() -> None:
    sender = Address("", "notifications@github.com")
    assert agent(email("mira left a comment", sender=sender, automated="automatic message")) == "nobody"


def test_who_reviewed_an_application_does_not_speak_to_you_on_a_network() -> None:
    assert agent(email("We reviewed your application. Please clarify the height of the sign.")) == "mail"


def test_a_time_that_is_hoped_for_is_a_question_and_no_appointment() -> None:
    assert agent(email("Me gustaría pedir una visita, a ser posible un miércoles después de las 17 h.")) == "mail"


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Price?", "How much is a full service?"),
        ("Preis?", "Was kostet eine Inspektion?"),
        ("Prijs?", "Wat kost een volledige beurt?"),
        ("Tarif ?", "Combien coûte une révision ?"),
        ("Precio?", "¿Cuánto cuesta una revisión?"),
        ("Prezzo?", "Quanto costa una revisione?"),
        ("Preço?", "Quanto custa uma revisão?"),
    ],
)
def test_a_whole_question_is_answered_whatever_its_subject(subject: str, text: str) -> None:
    decided = ROUTER.route(email(text, subject=subject), Desk())
    assert isinstance(decided, Route)
    assert (decided.agent, decided.also) == ("mail", ())


def test_a_price_as_subject_alone_is_still_an_order_for_one() -> None:
    assert agent(email("200 posters, A2, glossy.", subject="Price?")) == "accounting"
