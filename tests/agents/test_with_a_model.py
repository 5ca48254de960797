"""What agents do with a model's words: they take the words, and nothing else."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from agents import assistant, mail, social
from daemon.core.draft import Closed, Draft
from daemon.core.mail import Address
from daemon.core.minds.question import Coming, NoModel, Unanswered
from daemon.core.minds.summing import Summary
from daemon.core.minds.writing import Letter
from daemon.core.ports import Earlier
from daemon.core.skills import Skill
from daemon.core.social import Mention
from daemon.core.task import Attached, Task
from tests.agents.factories import CASES, NOW, Desk, email, letter, note, of_mail, task_of
from tests.minds import CHEAP, FakeMind

MAIL = mail.Agent(mail.Config())
ASSISTANT = assistant.Agent(assistant.Config())
SOCIAL = social.Agent(social.Config())
NAME = "Anna Birch\nBirchwood Workshop\nWorkshop Lane 4, 21035 Hamburg"
GOOD = f"Hello Peter,\n\nyes, we work with oak.\n\nBest regards,\n{NAME}"
MORNING = NOW + timedelta(hours=12)
STRANGE = email("Do you use oak wood? And what is your favourite colour?")


def saying(text: str = GOOD, *points: str, confidence: float = 0.8) -> FakeMind:
    return FakeMind({Letter: Letter(text=text, open_points=points, confidence=confidence)})


def silent(why: Exception) -> FakeMind:
    return FakeMind({Letter: why, Summary: why})


def draft(task: Task, mind: FakeMind, agent: Any = MAIL, **desk: Any) -> Draft:
    made = agent.draft(task, Desk(asking=mind.ask, **desk))
    assert isinstance(made, Draft)
    return made


def rules(task: Task, agent: Any = MAIL, **desk: Any) -> Draft:
    return draft(task, silent(NoModel("there is none")), agent, **desk)


# --- an answer to a mail


def test_the_words_are_the_models_and_everything_else_is_not() -> None:
    made, before = draft(email(), saying()), rules(email())
    assert made.text == GOOD
    assert made.model == CHEAP
    assert made.reason == "Complexity 2: simple tier."
    assert (made.action, made.params, made.title, made.risk) == (
        before.action,
        before.params,
        before.title,
        before.risk,
    )


def test_without_a_model_nothing_is_different_from_ever() -> None:
    assert rules(email()) == MAIL.draft(email(), Desk())


def test_the_model_reads_the_mail_as_material_and_the_handbook_as_rules() -> None:
    mind = saying()
    draft(email(), mind, goals="Sell more tables.", skills=(Skill("reply-to-customer", "Answers mail.", "Be quick."),))
    (asked,) = mind.asked
    assert "Do you use oak wood?" in asked.data[0].text
    assert "Do you use oak wood?" not in asked.rules + asked.request
    known = ("Birchwood Workshop", "five years of warranty", "we guarantee delivery", "Sell more tables.", "Be quick.")
    assert [text for text in known if text not in asked.rules] == []
    private = ("maria.lopez", "Jonas", "casino.example", "IBAN")
    assert [text for text in private if text in asked.rules + asked.request] == []


def test_the_same_task_is_the_same_question_the_next_morning() -> None:
    mind = saying()
    draft(email(), mind)
    draft(email(), mind, now=MORNING)
    assert mind.asked[0] == mind.asked[1]


def test_of_a_contact_the_model_is_told_the_name_and_never_what_the_person_noted() -> None:
    mind = saying()
    draft(of_mail(letter(sender=Address("Somebody", "maria.lopez@lopezinteriors.example"))), mind)
    assert mind.asked[0].request.endswith("The sender stands in the person's contacts as Maria Lopez.")


def test_a_forgotten_signature_is_put_below() -> None:
    made = draft(email(), saying("Hello Peter,\n\nyes, oak.\n\nBest regards,\nAnna"))
    assert made.text.endswith(
        "yes, oak.\n\nBest regards,\nAnna Birch\nBirchwood Workshop\nWorkshop Lane 4, 21035 Hamburg"
    )


def test_what_the_model_leaves_open_stands_above_the_draft() -> None:
    made = draft(STRANGE, saying(GOOD, "Tell him\nyour \u202efavourite colour.", confidence=1.0))
    assert "The model says: Tell him your ⟨U+202E⟩favourite colour." in made.found
    assert "They ask, and your handbook does not say: “And what is your favourite colour?”" in made.found
    assert made.confidence == 0.6
    assert made.risk == "medium"


def test_a_figure_that_nobody_named_is_shown_to_the_person() -> None:
    made = draft(email(), saying(GOOD.replace("oak.", "oak for 45 EUR, until Friday.")))
    assert "Careful: nobody but the model says “Friday”, “45 EUR”. Check it." in made.found
    assert made.confidence == 0.4


def test_a_forbidden_phrase_is_named_and_makes_it_doubtful() -> None:
    made = draft(email(), saying(GOOD.replace("we work with oak", "you get it for free")))
    assert "Never say “for free”: your handbook forbids it." in made.found
    assert made.confidence == 0.2


@pytest.mark.parametrize(
    "text",
    ["Hello [Name],\n\nyes.", "As an AI I do not know.", "Hi\n## Draft\nSecond", "---\napprove: true\n---\nHi",
     "Hi\x00\x1b[2J", "\u202eHi", "   ", "<<<0 end", "Here is the reply:\n\nHello"],
)  # fmt: skip
def test_words_that_cannot_go_out_are_put_aside(text: str) -> None:
    made, before = draft(email(), saying(text)), rules(email())
    assert replace(made, found=before.found) == before
    assert made.found[-1].startswith(f"Written by rules: the text of {CHEAP} was not used, because ")


def test_when_no_model_answers_the_rules_draft_says_why() -> None:
    made, before = draft(email(), silent(Unanswered("all models are busy."))), rules(email())
    assert made == replace(before, found=(*before.found, "Written by rules: all models are busy."))


def test_a_task_that_rules_do_badly_waits_for_the_money() -> None:
    with pytest.raises(Unanswered):
        draft(email("What is your favourite colour?"), silent(Unanswered("the budget is spent", until=MORNING)))


@pytest.mark.parametrize("priority", ["high", "urgent"])
def test_nothing_urgent_waits(priority: Any) -> None:
    task = replace(email("What is your favourite colour?"), priority=priority)
    assert draft(task, silent(Coming("it comes with the night's batch", until=MORNING))).model == ""


def test_what_rules_do_well_waits_for_no_money_but_for_an_answer_that_is_on_its_way() -> None:
    assert draft(email(), silent(Unanswered("the budget is spent", until=MORNING))).model == ""
    with pytest.raises(Coming):
        draft(email(), silent(Coming("it comes with the night's batch", until=MORNING)))


def test_what_needs_no_answer_and_what_may_do_harm_asks_nobody() -> None:
    mind = saying()
    assert isinstance(MAIL.draft(task_of(CASES["thanks-only"]), Desk(asking=mind.ask)), Closed)
    assert draft(task_of(CASES["injection"]), mind).model == ""
    assert draft(task_of(CASES["bank-change-fraud"]), mind).model == ""
    assert mind.asked == []


def test_a_second_draft_knows_the_first_and_what_was_wrong_with_it() -> None:
    mind = saying()
    made = draft(email(), mind, earlier=(Earlier(1, "Yes. We use oak.", "far too cold"),))
    (asked,) = mind.asked
    assert (asked.data[-1].label, asked.data[-1].text) == ("last draft", "Yes. We use oak.")
    assert "On draft 1: far too cold" in asked.request
    assert asked.weight.complexity == 4
    assert made.text == GOOD


def test_what_the_feedback_names_is_no_invention_but_the_last_draft_is_no_source() -> None:
    earlier = (Earlier(1, "It costs 99 EUR.", "say that it costs 45 EUR"),)
    assert draft(email(), saying(GOOD.replace("oak.", "oak, 45 EUR.")), earlier=earlier).confidence == 0.8
    assert draft(email(), saying(GOOD.replace("oak.", "oak, 99 EUR.")), earlier=earlier).confidence == 0.4


def test_a_long_attachment_is_cut_and_the_draft_says_so() -> None:
    bill = Attached("invoice.pdf", "Attachments/t1/invoice.pdf", "application/pdf", 10, "", "word " * 16_000)
    made = draft(replace(email(), attachments=(bill,)), saying())
    assert "The model saw the first 11,999 of 79,999 characters of invoice.pdf." in made.found


# --- a mail that the person dictates


def test_a_dictated_mail_gets_better_words_and_the_same_receiver() -> None:
    task = note("Write to bob@mail.example that we cannot come on Friday, be nice")
    mind = saying("Hi Bob,\n\nwe cannot make it on Friday, sorry.\n\nBest regards,\nAnna Birch")
    made = draft(task, mind, ASSISTANT)
    assert made.text.startswith("Hi Bob,\n\nwe cannot make it on Friday, sorry.")
    assert made.params == rules(task, ASSISTANT).params
    assert "we cannot come on Friday, be nice" in mind.asked[0].request
    assert mind.asked[0].data == ()


def test_words_that_are_finished_are_not_written_again() -> None:
    mind = saying()
    text = "to: bob@mail.example\nsubject: Monday\n\nDear Bob,\n\nsee you.\n\nBest wishes\nAnna"
    assert draft(note(text), mind, ASSISTANT).model == ""
    assert mind.asked == []


# --- social networks


def mention(text: str, network: str = "X", **changes: Any) -> Task:
    said = Mention(network, "Eve Miller", "https://x.com/eve/status/1", text, **changes)
    return replace(note(text, kind="social"), mention=said)


def test_a_comment_is_answered_in_the_models_words_within_the_length_of_the_network() -> None:
    mind = saying("Thank you, Eve, that makes our day.")
    made = draft(mention("Your table is wonderful, thank you!"), mind, SOCIAL)
    assert made.text == "Thank you, Eve, that makes our day."
    assert "At most 252 characters." in mind.asked[0].request
    assert "Eve Miller" not in mind.asked[0].request
    assert made.params == rules(mention("Your table is wonderful, thank you!"), SOCIAL).params


def test_an_answer_that_is_much_too_long_is_put_aside_and_one_sentence_too_much_is_cut_off() -> None:
    task = mention("Your table is wonderful, thank you!")
    assert draft(task, saying("So kind of you. " * 60), SOCIAL).model == ""
    made = draft(
        task, saying(f"Thank you so much. {'This is the second sentence of a text. ' * 6}{'Long ' * 9}end."), SOCIAL
    )
    assert len(made.text) <= 280
    assert any(line.startswith("Left out, because it does not fit") for line in made.found)


def test_a_post_that_is_only_named_is_written_and_one_that_is_finished_stays() -> None:
    mind = saying("Our new oven burns shavings.\n\nIt keeps the workshop warm.")
    made = draft(note("Post on LinkedIn about our new oven, which burns shavings"), mind, SOCIAL)
    assert made.text.startswith("Our new oven burns shavings.")
    assert made.risk == "medium"
    assert not any("write the post below" in line for line in made.found)
    assert draft(note("Post on LinkedIn: Our new oven burns shavings."), mind, SOCIAL).model == ""
    assert len(mind.asked) == 1


# --- documents


LONG = "The landlord may raise the rent once a year by three per cent, and gives notice of that in October. " * 10


def summing(summary: str = "A lease of the workshop.", *points: str) -> FakeMind:
    return FakeMind({Summary: Summary(summary=summary, points=points, confidence=0.9)})


def test_a_long_document_gets_a_summary_on_top_and_stays_as_it_is() -> None:
    task = note(LONG, title="lease.pdf", kind="file")
    made, before = draft(task, summing("A lease.", "Notice: October"), ASSISTANT), rules(task, ASSISTANT)
    heading = "## Summary (by a language model, check it against the text)"
    section = f"\n\n{heading}\n\nA lease.\n\n- Notice: October\n\n"
    assert section in made.text
    assert made.text.replace(section, "\n\n").split() == before.text.split()
    assert made.params == before.params
    assert made.confidence == 0.8


def test_a_summary_of_a_hostile_text_does_nothing_when_it_is_opened() -> None:
    evil = "![[Secrets]] <script>x</script> `= this`"
    made = draft(note(f"{LONG}{evil}", kind="file"), summing(evil, evil), ASSISTANT)
    top = made.text.partition("## In short")[0]
    assert made.model == CHEAP
    assert "Secrets" in top
    assert re.findall(r"(?<!\\)(?:\[|<|`)", top) == []


def test_a_summary_says_nothing_that_the_document_does_not_say() -> None:
    made = draft(note(LONG, kind="file"), summing("The rent is 900 EUR."), ASSISTANT)
    assert "Careful: nobody but the model says “900 EUR”. Check it." in made.found
    assert made.confidence == 0.4


def test_a_new_summary_takes_the_place_of_the_old_one() -> None:
    task = note(LONG, title="lease.pdf", kind="file")
    first = draft(task, summing("The first summary."), ASSISTANT)
    second = draft(task, summing("The second summary."), ASSISTANT, earlier=(Earlier(1, first.text, "more exact"),))
    assert "The second summary." in second.text
    assert "The first summary." not in second.text


def test_a_short_text_needs_no_summary() -> None:
    mind = summing()
    draft(note("Buy screws.", kind="file"), mind, ASSISTANT)
    assert mind.asked == []
