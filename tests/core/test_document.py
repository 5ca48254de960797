"""The body of a note: what is the draft, what is feedback, and where nobody may guess."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.core.document import Parts, compose, draft_text, split, with_callout
from daemon.core.frontmatter import read
from daemon.core.properties import Broken

LINES = ["## Draft", "## Draft ", "## Feedback", "### feedback:", "```", "````", "~~~", "  ```", "- ```", "> ```"]
MORE = ["", "  ", "text", "    ## Draft", "<div>", "%%", "```js", "\t", "---", "[x]: y"]
TEXTS = st.text() | st.lists(st.sampled_from(LINES + MORE) | st.text(max_size=5)).map("\n".join)


def body(*lines: str) -> str:
    return "\n".join(lines)


# --- splitting


def test_the_draft_stands_between_the_two_headings() -> None:
    assert split("Why.\n\n## Draft\n\nDear Anna,\n\n  yes.  \n\n## Feedback\nShorter!\n") == Parts(
        above="Why.", draft="Dear Anna,\n\n  yes.  ", feedback="Shorter!"
    )


def test_without_feedback_the_draft_goes_to_the_end() -> None:
    assert split("## Draft\nyes\n\n\n") == Parts(above="", draft="yes", feedback="")


def test_a_note_without_a_draft_has_none() -> None:
    assert split("\nJust text\n## Feedback\nno\n") == Parts(above="Just text", draft=None, feedback="no")


def test_an_empty_draft_is_a_draft() -> None:
    assert split("## Draft\n \n\t\n## Feedback").draft == ""


def test_line_endings_and_spaces_behind_a_heading_do_not_matter() -> None:
    assert split("a\r\n## Draft \t\r\n\r\nb\r\n  c\r\n## Feedback\r\nd").draft == "b\n  c"


@pytest.mark.parametrize(
    "line", ["# Draft", "### Draft", " ## Draft", "## Drafts", "##Draft", "> ## Draft", "    ## Draft"]
)
def test_only_the_exact_line_begins_the_draft(line: str) -> None:
    assert split(body(line, "text")).draft is None


@pytest.mark.parametrize("fence", ["```", "~~~", "`````", "``` text", "~~~ `x`"])
def test_headings_inside_a_closed_code_block_are_text(fence: str) -> None:
    closing = fence.split(" ", maxsplit=1)[0]
    draft = body("yes", fence, "## Draft", "## Feedback", closing, "bye")
    assert split(body("## Draft", draft, "## Feedback", "no")) == Parts(above="", draft=draft, feedback="no")


@pytest.mark.parametrize("line", ["```a`b", "    ```", "``", "> ```", "- ```", "text ```"])
def test_what_opens_no_code_block_hides_nothing(line: str) -> None:
    assert split(body("## Draft", line, "## Feedback", "no")).feedback == "no"


@pytest.mark.parametrize("closing", ["~~~", "```", "```` x", "    ````", "> ````"])
def test_only_a_fence_of_its_kind_and_length_closes_a_code_block(closing: str) -> None:
    with pytest.raises(Broken, match="code block from line 2"):
        split(body("## Draft", "````", closing, "## Feedback"))


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (body("## Draft", "a", "## Draft"), 3, "line 1 too"),
        (body("## Draft", "a", "## Feedback", "## Draft"), 4, "line 1 too"),
        (body("## Feedback", "a", "## Draft"), 1, "below the draft"),
        (body("## Draft", "a", "## feedback"), 3, "Write `## Feedback`"),
        (body("## Draft", "a", "# Feedback:"), 3, "Write `## Feedback`"),
        (body("## Draft", "a", "  ##Feedback ##"), 3, "Write `## Feedback`"),
        (body("## Draft", "```", "## Feedback"), 3, "code block from line 2"),
        (body("```", "## Draft", "yes"), 2, "code block from line 1"),
        (body("## Draft", "- a", "", "  ```", "## Feedback", "no", "  ```"), 5, "code block from line 4"),
        (body("## Draft", "<!--", "```", "-->", "## Feedback", "```"), 5, "code block from line 3"),
    ],
)
def test_what_can_be_read_in_two_ways_is_broken(text: str, line: int, says: str) -> None:
    with pytest.raises(Broken, match=says) as caught:
        split(text)
    assert caught.value.line == line


def test_lines_are_counted_in_the_file() -> None:
    note = read(b"---\nid: a\n---\nwhy\n## Draft\na\n## Draft\n")
    with pytest.raises(Broken, match="Line 7: “## Draft” stands in line 5 too"):
        split(note.body, line=note.body_line)


@given(TEXTS)
def test_any_text_is_split_or_broken(text: str) -> None:
    with suppress(Broken):
        assert (split(text).draft or "") in text.replace("\r\n", "\n").replace("\r", "\n")


# --- composing


@given(TEXTS, TEXTS)
def test_a_composed_note_holds_exactly_its_draft(above: str, text: str) -> None:
    draft = draft_text(text)
    assert split(compose(above, draft)).draft == draft


@given(TEXTS, TEXTS, TEXTS)
def test_feedback_typed_below_a_draft_is_never_sent(above: str, text: str, feedback: str) -> None:
    draft = draft_text(text)
    note = (
        compose(above, draft) + "\n## Feedback\nPlease " + feedback.replace("#", "").replace("`", "").replace("~", "")
    )
    assert split(note).draft == draft
    assert split(note).feedback.startswith("Please")


@given(TEXTS)
def test_making_a_draft_safe_twice_changes_nothing_more(text: str) -> None:
    assert draft_text(draft_text(text)) == draft_text(text)


def test_a_draft_cannot_forge_the_note() -> None:
    assert draft_text("\na\n## Draft\nb\n### Feedback:\n```\nc\n\n") == "a\n**Draft**\nb\n**Feedback**\n```\nc\n```"


def test_an_unsafe_draft_is_refused() -> None:
    with pytest.raises(ValueError, match="draft_text"):
        compose("", "yes\n\n## Feedback\nno")


# --- callouts


def test_a_callout_stands_between_the_properties_and_the_body() -> None:
    assert with_callout(b"---\nid: a\n---\nbody\n", "failure", "Not sent", "Because.\n\nTry again.") == (
        b"---\nid: a\n---\n> [!failure] Not sent\n> Because.\n>\n> Try again.\n\nbody\n"
    )


@pytest.mark.parametrize(
    "front", [b"", b"\xef\xbb\xbf", b"---\na: b: c\n- d\n---\n", b"---\nid: \xff\n---\n", b"--- \r\n---\r\n"]
)
def test_a_broken_note_gets_its_callout_too(front: bytes) -> None:
    marked = with_callout(front + b"rest \xff\r\n---\n", "warning", "Broken", "why")
    assert marked.startswith(front + b"> [!warning] Broken")
    assert marked.endswith((b"> why\n\nrest \xff\r\n---\n", b"> why\r\n\r\nrest \xff\r\n---\n"))


def test_a_note_that_ends_with_its_properties_gets_a_line_end_first() -> None:
    assert with_callout(b"---\nid: a\n---", "info", "Hi", "x") == b"---\nid: a\n---\n> [!info] Hi\n> x\n\n"


def test_properties_that_never_end_are_no_properties() -> None:
    assert with_callout(b"---\nid: a\n", "info", "Hi", "x") == b"> [!info] Hi\n> x\n\n---\nid: a\n"
