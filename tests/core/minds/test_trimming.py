from hypothesis import given
from hypothesis import strategies as st

from daemon.core.minds import trimming
from daemon.core.minds.trimming import Material
from daemon.core.task import Attached
from tests.agents.factories import letter

ANSWER = "Yes, Monday is fine.\n\nAnna"
THREAD = f"""{ANSWER}

On Fri, 20 Nov 2026 at 10:00, Peter <peter@mail.example> wrote:
> Would Monday suit you?
>
> On Thu, 19 Nov 2026 at 09:00, Anna <anna@birchwood.example> wrote:
>> When shall we meet?
>>> The first message of all.
"""


def file(name: str, text: str) -> Attached:
    return Attached(name, f"Attachments/t1/{name}", "application/pdf", 10, "", text)


def shown(material: Material) -> dict[str, str]:
    return {each.label: each.text for each in material.data}


def size(material: Material) -> int:
    return sum(len(each.text) for each in material.data)


def test_the_newest_text_stands_below_who_wrote_to_whom() -> None:
    seen = shown(trimming.of_mail(letter("Do you use oak?")))
    assert seen == {
        "message": "Date: Saturday, 21 November 2026\nFrom: Peter Kowalski <peter@mail.example>\n"
        "To: anna@birchwood.example\nSubject: A table\n\nDo you use oak?"
    }


def test_when_it_was_sent_is_nobodys_word() -> None:
    assert "21 November" not in trimming.of_mail(letter("On 21 May?")).words
    assert "21 May" in trimming.of_mail(letter("On 21 May?")).words


def test_what_a_message_quotes_is_older_material() -> None:
    material = trimming.of_mail(letter(THREAD))
    assert shown(material)["message"].endswith(ANSWER)
    assert "> Would Monday suit you?" in shown(material)["earlier"]
    assert ANSWER.splitlines()[0] not in shown(material)["earlier"]
    assert material.left_out == ()


def test_of_quotes_the_oldest_go_first() -> None:
    old = "\n".join(f">>> {n} old words of long ago" for n in range(400))
    material = trimming.of_mail(letter(f"{THREAD}\n{old}"))
    assert "> Would Monday suit you?" in shown(material)["earlier"]
    assert "long ago" not in shown(material)["earlier"]
    assert material.left_out[0].startswith("The model saw the newest ")
    assert material.left_out[0].endswith(" characters of what it quotes.")


def test_a_long_message_is_cut_and_the_person_is_told() -> None:
    material = trimming.of_mail(letter("word " * 16_000))
    assert material.left_out == ("The model saw the first 11,999 of 79,999 characters of the message.",)
    assert shown(material)["message"].endswith("word\n[cut here, 68,000 characters more]")


def test_a_message_beyond_all_bounds_is_counted_as_it_is() -> None:
    material = trimming.of_mail(letter("x" * 900_000))
    assert material.left_out == ("The model saw the first 12,000 of 900,000 characters of the message.",)


def test_a_long_file_is_cut_and_named() -> None:
    material = trimming.of_mail(letter("Please check."), [file("invoice.pdf", "x" * 80_000)])
    assert material.left_out == ("The model saw the first 12,000 of 80,000 characters of invoice.pdf.",)
    assert shown(material)["attachment 1"].startswith("invoice.pdf\n\nxxx")


def test_short_files_leave_their_room_to_long_ones() -> None:
    files = [file("long.pdf", "x" * 20_000), file("short.txt", "y" * 100), file("longer.pdf", "z" * 30_000)]
    material = trimming.of_mail(letter("Please check."), files)
    assert "y" * 100 in shown(material)["attachment 2"]
    assert shown(material)["attachment 1"].count("x") > 11_900
    assert shown(material)["attachment 3"].count("z") > 11_900


def test_files_without_text_are_only_named() -> None:
    seen = shown(trimming.of_mail(letter("Look!"), [file("photo.jpg", ""), file("a\u202eb.zip", "")]))
    assert seen["attached files that nobody could read"] == "photo.jpg\nab.zip"


def test_the_last_draft_is_material_too() -> None:
    assert trimming.of_draft("Hello Bob").label == "last draft"
    assert len(trimming.of_draft("x" * 100_000).text) < 9_000


@given(st.text(max_size=200), st.integers(0, 400), st.lists(st.tuples(st.text(max_size=30), st.integers(0, 2000))))
def test_there_is_never_more_than_a_model_can_read(text: str, times: int, files: list[tuple[str, int]]) -> None:
    attached = [file(name, f"{name}x" * count) for name, count in files]
    material = trimming.of_mail(letter(text * times), attached)
    assert size(material) < trimming.TOTAL + 3_000 + 300 * len(files)
    assert trimming.of_mail(letter(text * times), attached) == material


def test_mails_that_wait_for_the_same_answer_stand_before_it_without_what_they_quote() -> None:
    before = letter(THREAD, sender=None), letter("And on Tuesday?\n> Yes, Monday is fine.")
    material = shown(trimming.of_mail(letter("Hello?"), (), before))
    assert list(material) == ["unanswered mail 1", "unanswered mail 2", "message"]
    assert material["unanswered mail 2"].endswith("And on Tuesday?")
    assert "first message of all" not in material["unanswered mail 1"]


def test_long_mails_that_wait_are_cut_and_the_person_is_told() -> None:
    material = trimming.of_mail(letter("Hello?"), (), [letter("word " * 5_000)] * 4)
    assert size(material) <= trimming.TOTAL
    assert any("of an earlier mail of the thread" in said for said in material.left_out)
