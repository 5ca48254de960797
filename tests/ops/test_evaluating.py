"""Models are tried on what is known, before anybody trusts them: nothing changes, and what it costs is said."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from daemon.app import trying
from daemon.core.errors import UserError
from daemon.core.minds.model import ModelError
from daemon.core.minds.question import Usage
from daemon.ops import evaluating
from daemon.ops.evaluating import CONFIGURED, RULES, Score
from daemon.ops.replaying import Case
from tests.house import MAIL, House
from tests.letters import letters, written
from tests.minds import BEST, CHEAP, FAIR, FakeModel, fitting

WORDS = "Dear Anna,\n\nthank you for your mail. We are open from nine to five.\n\nKind regards"
NEWSLETTER = b"""From: News <news@shop.example>
To: me@company.example
Subject: Our offers
Message-ID: <2@shop.example>
List-Unsubscribe: <https://shop.example/off>
Date: Tue, 10 Mar 2026 09:00:00 +0000

Everything must go.
"""
NOTE = "Packing list for the fair: the brochures and the banner.\n"
TOKENS = Decimal(1000 * 1 + 200 * 5) / 1_000_000  # what one answer of the cheap model costs


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A mail that was answered with other words than the draft's, and a newsletter that was closed."""
    made = House(tmp_path)
    made.drop("mail.eml", MAIL)
    made.drop("news.eml", NEWSLETTER)
    made.run()
    made.edit("Pending_Approval", "Thank you for", "Many thanks for")
    made.move("Pending_Approval", "Approved")
    made.run()
    assert made.counts() == {"Done": 2}
    yield made
    made.stop()


def tried(house: House, *models: str, folder: Path | None = None) -> tuple[list[Case], list[Score]]:
    cases = trying.cases(house.app, folder, 20)
    office = trying.office(house.app)
    rules, _ = evaluating.by_rules(office, cases)
    names = [RULES, *trying.rows(house.app, models)]
    return cases, evaluating.compare(office, evaluating.against(cases, rules), names, lambda _: None)


def say(text: str) -> FakeModel:
    return FakeModel(usual=lambda prompt: fitting(prompt.schema, lambda name: text if name == "text" else name))


def snapshot(root: Path) -> dict[str, bytes]:
    files = (path for path in root.rglob("*") if path.is_file() and path.name != "Dashboard.md")
    return {str(path): path.read_bytes() for path in files}


def test_finished_tasks_are_found_with_what_was_sent(house: House) -> None:
    cases, _ = tried(house)
    assert sorted((case.agent or "", case.action or "") for case in cases) == [("", "closed"), ("mail", "email.reply")]
    assert "Many thanks for" in next(case.sent for case in cases if case.sent)


def test_rules_do_again_what_they_did(house: House) -> None:
    _, (rules,) = tried(house)
    assert (rules.tasks, rules.routed, rules.drafted, rules.written, rules.cost) == (2, 1.0, 1.0, 0, 0)
    assert rules.similarity is not None
    assert 0.8 < rules.similarity < 1


def test_a_model_is_held_against_what_was_sent(house: House) -> None:
    house.with_model(say(WORDS))
    _, (rules, model) = tried(house, CHEAP)
    assert (model.model, model.written, model.routed, model.drafted) == (CHEAP, 1, 1.0, 1.0)
    assert model.similarity is not None
    assert rules.similarity is not None
    assert model.similarity < rules.similarity
    assert [each.title for each in model.worst] == ["Opening hours"]


def test_each_model_is_asked_alone_and_its_cost_counts_for_trying(house: House) -> None:
    model = say(WORDS)
    house.with_model(model)
    _, (_, cheap, fair) = tried(house, CHEAP, FAIR)
    charges = house.app.ledger.spending.charges(house.clock.now(), house.clock.now().replace(year=2099))
    assert model.models == [CHEAP, CHEAP, FAIR, FAIR]  # where it goes, and the draft
    assert (cheap.cost, fair.cost) == (2 * TOKENS, 6 * TOKENS)
    assert {(each.call.purpose, each.call.task) for each in charges} == {("eval", "")}


def test_the_same_again_is_asked_again_and_nothing_is_kept_for_real_tasks(house: House) -> None:
    model = say(WORDS)
    house.with_model(model)
    tried(house, CHEAP)
    tried(house, CHEAP)
    assert len(model.asked) == 4


def test_configured_models_are_tried_as_they_would_be_chosen(house: House) -> None:
    house.with_model(model := say(WORDS))
    model.absent = {"local:any": "no server"}
    _, (_, configured) = tried(house)
    assert (configured.model, model.models) == (CONFIGURED, [CHEAP, CHEAP])


def test_nothing_in_the_vault_is_touched(house: House) -> None:
    house.with_model(say(WORDS))
    before, audit = snapshot(house.root), house.app.ledger.audit.newest()
    tried(house, CHEAP)
    assert snapshot(house.root) == before
    assert house.app.ledger.audit.newest() == audit
    assert house.provider.accepted == house.provider.accepted[:1]


def test_a_model_that_fails_shows_as_rules(house: House) -> None:
    house.with_model(FakeModel(usual=ModelError("down", "not there")))
    _, (rules, model) = tried(house, CHEAP)
    assert (model.written, model.similarity) == (0, rules.similarity)


def test_a_folder_of_mails_and_notes_is_held_against_the_rules(house: House, tmp_path: Path) -> None:
    folder = tmp_path / "letters"
    folder.mkdir()
    (folder / "one.eml").write_bytes(MAIL)
    (folder / "two.md").write_text(NOTE, encoding="utf-8")
    (folder / ".hidden.eml").write_bytes(MAIL)
    (folder / "link.eml").symlink_to(folder / "one.eml")
    house.with_model(say(WORDS))
    before = snapshot(house.root)
    cases, (rules, model) = tried(house, CHEAP, folder=folder)
    assert len(cases) == 2
    assert (rules.routed, rules.drafted, rules.similarity) == (1.0, 1.0, None)
    assert model.tasks == 2
    assert snapshot(house.root) == before


def test_two_hundred_ordinary_mails_are_limited_to_what_was_wanted(house: House, tmp_path: Path) -> None:
    folder = tmp_path / "letters"
    folder.mkdir()
    for number, letter in enumerate(letters(Path("tests/corpus/ordinary"))):
        (folder / f"{number}.eml").write_bytes(written(letter, number))
    assert len(trying.cases(house.app, folder, 5)) == 5


@pytest.mark.parametrize("content", [b"", b"\x00" * 100, b"---\nid: [", "🤖".encode("utf-16")])
def test_odd_files_do_not_end_it(house: House, tmp_path: Path, content: bytes) -> None:
    folder = tmp_path / "odd"
    folder.mkdir()
    (folder / "odd.md").write_bytes(content)
    (folder / "good.eml").write_bytes(MAIL)
    assert len(trying.cases(house.app, folder, 20)) >= 1


def test_a_task_whose_original_is_gone_is_left_out(house: House) -> None:
    for original in (house.root / "Attachments").rglob("*.eml"):
        original.unlink()
    with pytest.raises(UserError, match="Nothing is finished yet"):
        tried(house)


def test_an_empty_folder_and_none_are_said(house: House, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="There is no file in"):
        trying.cases(house.app, tmp_path / "vault" / "Approved", 5)
    with pytest.raises(UserError, match="There is no folder"):
        trying.cases(house.app, tmp_path / "nowhere", 5)


def test_a_model_that_cannot_be_asked_is_said_before_anything_is(house: House) -> None:
    house.with_model(model := FakeModel())
    model.absent = {BEST: "No key of Anthropic is stored"}
    with pytest.raises(UserError, match="No key of Anthropic is stored"):
        trying.rows(house.app, [CHEAP, BEST])


def test_the_most_it_may_cost_is_known_before(house: House) -> None:
    house.with_model(model := say(WORDS))
    office, cases = trying.office(house.app), trying.cases(house.app, None, 20)
    _, prompts = evaluating.by_rules(office, cases)
    one = evaluating.expected(office, prompts, [[CHEAP]], 4000)
    both = evaluating.expected(office, prompts, [[CHEAP], [CHEAP, BEST]], 4000)
    assert not model.asked
    assert TOKENS < one.likely < one.most < both.most
    assert both.likely == 6 * one.likely  # the best one costs five times as much
    with pytest.raises(UserError, match="Nobody knows what openai:gpt-5 costs"):
        evaluating.expected(office, prompts, [["openai:gpt-5"]], 4000)


def test_absurd_counts_end_at_the_budget_here_too(house: House) -> None:
    model = say(WORDS)
    model.usage = Usage(10**9, 10**9)
    house.with_model(model)
    tried(house, CHEAP, FAIR)
    assert len(model.asked) == 1


@pytest.mark.parametrize(
    ("one", "other", "like"),
    [("Hello Anna!", "hello, ANNA", 1.0), ("", "Hello", 0.0), ("a b c d", "a b x y", 0.5), ("", "", 1.0)],
)
def test_likeness_is_of_words(one: str, other: str, like: float) -> None:
    assert evaluating.similarity(one, other) == like


def test_likeness_of_endless_texts_takes_no_time() -> None:
    assert evaluating.similarity("word " * 200_000, "word " * 200_000) == 1.0
