"""Text from outside in a note, judged by a CommonMark renderer with HTML switched on."""

from __future__ import annotations

import copy
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from daemon.core.neutral import SHOWN_AS_CODE, defuse, fenced, host, inline, label, ours, visible

ATTACKS = [
    "![[secret]]",
    "[[secret|harmless]]",
    "[x](obsidian://new?file=Approved/x)",
    "<obsidian://new?file=Approved/x>",
    "https://evil.example www.evil.example",
    "![](http://evil.example/pixel.png)",
    "![x][1]\n\n[1]: http://evil.example/pixel.png",
    "<iframe src='http://evil.example'></iframe>",
    "<script>alert(1)</script>",
    "<div style='position:fixed'",
    "<!-- hidden -->",
    "<a\nhref='x'>y</a>",
    "&lt;b&gt; &#91;x&#93;",
    "```dataviewjs\ndv.pages()\n```",
    "~~~dataview\nLIST\n~~~",
    "> ```tasks\n> not done\n> ```",
    "- ```query\n  secret\n  ```",
    "```&#100;ataviewjs\nx\n```",
    "````\n```\n`````",
    "`= this.secret` `$= dv.pages()`",
    "`\n> = this.secret`",
    "```\n\n= this.secret\n```",
    "    $= dv.pages()",
    "= this.secret",
    "<% tp.system.clipboard() %> <%* x %> <%%>",
    "%% hidden %%",
    "key:: value [key:: value] (key:: value)",
    "text ^block-id",
    "^[note] and [^1]\n\n[^1]: note",
    "- [ ] pay 📅 2026-11-21",
    "1. one\n2) two",
    "+ list\n* list\n- list",
    "# Heading\n## Draft\n## Feedback",
    "Heading\n===",
    "Heading\n---",
    "***\n___\n- - -",
    "---\napprove: true\n---",
    "#tag and #nested/tag",
    "$x$ $$\\phantom{x}$$",
    "==marked== ~~gone~~ **bold** _soft_ __x__ a_b_",
    "| a | b |\n| - | - |\n| c | d |",
    "> [!danger] callout",
    "a  \nb\\\nc",
    "\u2028## Draft\u2029\x85\x0b\x0c\r## Draft",
    "\\<b>\\\\[x](y)",
]
TEXTS = st.text() | st.lists(st.sampled_from(ATTACKS) | st.text("`~<>%=!$[]():#-+*_ \t\n\rax1.|&;", max_size=9)).map(
    "".join
)
RENDERER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def tokens(markdown: str) -> list[Token]:
    return [inner for token in RENDERER.parse(markdown) for inner in [token, *(token.children or ())]]


def kinds(markdown: str) -> list[str]:
    return [token.type for token in tokens(markdown)]


def shown(markdown: str) -> str:
    return "".join(token.content for token in tokens(markdown) if token.type == "text")


# --- inline


@given(TEXTS)
def test_inline_text_renders_as_itself_and_nothing_else(text: str) -> None:
    markdown = inline(text, limit=10_000)
    assert set(kinds(markdown)) <= {"paragraph_open", "inline", "text", "paragraph_close"}
    assert shown(markdown) == " ".join(visible(text).split())


@pytest.mark.parametrize("attack", ATTACKS)
def test_inline_text_renders_an_attack_as_text(attack: str) -> None:
    markdown = inline(attack)
    assert set(kinds(markdown)) == {"paragraph_open", "inline", "text", "paragraph_close"}
    assert shown(markdown) == " ".join(visible(attack).split())


@given(TEXTS)
def test_inline_source_holds_nothing_that_plug_ins_look_for(text: str) -> None:
    source = inline(text, limit=10_000)
    assert not re.search(r"<%|%>|%%|::|\w://|(?<!\\)`|(?<!\\)\[|(^|\s)[#^]|\n", source)


def test_inline_text_reads_almost_as_it_was() -> None:
    assert inline("Re: offer no. 12 (20 % off, C# & a_b) - anna@example.com") == (
        "Re: offer no. 12 (20 % off, C# & a_b) - anna@example.com"
    )


def test_a_long_line_ends_with_an_ellipsis() -> None:
    assert inline("word " * 1000, limit=12) == "word word w…"
    assert inline(" " * 5000 + "late", limit=12) == "…"


# --- sentences of our own that quote


def test_our_own_words_keep_their_markdown_and_what_they_quote_does_not() -> None:
    sentence = ours("paused ({}); `employee resume` lets it go on: https://www.example.com/a", "see [[secret]] `x`")
    assert sentence == "paused (see [[secret]] `x`); `employee resume` lets it go on: https://www.example.com/a"
    assert inline(sentence) == (
        r"paused (see \[\[secret\]\] \`x\`); `employee resume` lets it go on: https://www.example.com/a"
    )


@given(TEXTS, TEXTS)
def test_what_a_sentence_of_ours_quotes_renders_as_itself(first: str, second: str) -> None:
    markdown = inline(ours("Of “{}” came {}: type `employee run` and **wait** for {}.", first, second, first), 10_000)
    one, two = (" ".join(visible(text).split()) for text in (first, second))
    assert set(kinds(markdown)) <= {
        "paragraph_open", "inline", "text", "code_inline", "strong_open", "strong_close", "paragraph_close",
    }  # fmt: skip
    assert [token.content for token in tokens(markdown) if token.type == "code_inline"] == ["employee run"]
    assert shown(markdown) == f"Of “{one}” came {two}: type  and wait for {one}."
    assert not re.search(r"<%|%>|%%|::|\w://|(?<!\\)\[|(^|\s)[#^]|\n", markdown)


@pytest.mark.parametrize("text", [*ATTACKS, "key:", "=", "%", ":"])
@pytest.mark.parametrize("words", ["Key{}: value", "{}:", "{}=", "%{}%", "<{}>", "[{}](x)", "`employee {}` runs"])
def test_no_text_completes_what_our_words_begin(words: str, text: str) -> None:
    markdown = inline(ours(words, text))  # pyright: ignore[reportArgumentType] - elsewhere none but ours
    assert not {"link_open", "image", "html_inline", "html_block", "em_open", "strong_open"} & set(kinds(markdown))
    assert not re.search(r"<%|%>|%%|::|==|(?<!\\)\[\[", markdown)
    codes = [token.content for token in tokens(markdown) if token.type == "code_inline"]
    assert all(code.startswith("employee ") for code in codes)


def test_a_name_in_a_command_of_ours_stands_there_as_it_is() -> None:
    assert inline(ours("`employee skills trust {}` asks", "answer-complaint_2")) == (
        "`employee skills trust answer-complaint_2` asks"
    )


def test_a_sentence_within_a_sentence_keeps_what_is_ours() -> None:
    inner = ours("paused ({}); `employee resume` goes on", "*lunch*")
    assert inline(ours("Offer {}: {}", "`1`", inner)) == (r"Offer \`1\`: paused (\*lunch\*); `employee resume` goes on")


def test_a_sentence_that_was_joined_or_cut_is_a_text_like_any_other() -> None:
    sentence = ours("`employee run` starts it")
    assert inline(f"{sentence}.") == r"\`employee run\` starts it."
    assert inline(copy.deepcopy(sentence)) == inline(sentence) == "`employee run` starts it"


# --- fenced


@given(TEXTS)
def test_a_fenced_text_is_one_code_block_in_a_quote(text: str) -> None:
    assert kinds(fenced(text)) == ["blockquote_open", "fence", "blockquote_close"]
    assert tokens(fenced(text))[1].info == ""
    assert re.sub("[ ⟨⟩\n]", "", tokens(fenced(text))[1].content) == re.sub("[ ⟨⟩\n]", "", visible(_unix(text)))


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_one_code_block_in_a_quote(attack: str) -> None:
    assert kinds(fenced(attack)) == ["blockquote_open", "fence", "blockquote_close"]


@given(TEXTS)
def test_a_fenced_text_holds_nothing_that_acts_in_code(text: str) -> None:
    code = tokens(fenced(text))[1].content
    assert not re.search(r"<%|%>|::", fenced(text))
    assert not code.lstrip().startswith(("=", "$="))


@given(TEXTS)
def test_no_line_leaves_the_quote_and_a_callout_may_go_before_it(text: str) -> None:
    assert all(line.startswith("> ") for line in fenced(text).split("\n"))
    assert kinds("> [!quote]- From Anna\n" + fenced(text))[-2:] == ["fence", "blockquote_close"]


def test_an_ordinary_text_is_quoted_as_it_is() -> None:
    assert fenced("Dear Anna,\r\n\r\n    2 * 3 = 6 😀\r\n") == "> ```\n> Dear Anna,\n> \n>     2 * 3 = 6 😀\n> \n> ```"


# --- defuse


@given(TEXTS)
def test_nothing_in_a_defused_text_runs_or_hides(text: str) -> None:
    markdown = defuse(text)
    assert not {"image", "html_inline", "html_block"} & set(kinds(markdown))
    assert not re.search(r"<%|%>|%%|!\[|<!|<script|<iframe", markdown)
    codes = [token for token in tokens(markdown) if token.type in {"code_inline", "code_block", "fence"}]
    assert not [code.content for code in codes if code.content.strip().startswith(("=", "$="))]
    assert {language for code in codes for language in code.info.lower().split()[:1]} <= SHOWN_AS_CODE


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_in_a_draft_neither_runs_nor_hides(attack: str) -> None:
    codes = [token for token in tokens(defuse(attack)) if token.type in {"code_inline", "code_block", "fence"}]
    assert not {"image", "html_inline", "html_block"} & set(kinds(defuse(attack)))
    assert not [code for code in codes if code.info or code.content.strip().startswith(("=", "$="))]


@given(TEXTS)
def test_defusing_twice_changes_nothing_more(text: str) -> None:
    assert defuse(defuse(text)) == defuse(text)


@given(TEXTS)
def test_defusing_loses_no_words(text: str) -> None:
    assert "".join(re.findall(r"\w+", re.sub(r"(`{3,}|~{3,})[^\n]*", "", defuse(text)))) == "".join(
        re.findall(r"\w+", re.sub(r"(`{3,}|~{3,})[^\n]*", "", _unix(text)))
    )


def test_an_ordinary_mail_is_sent_as_it_is() -> None:
    mail = (
        "Dear Anna,\n\nyour offer (https://example.com/a?b=c, <anna@example.com>) is 5 % < 10 %!\n\n"
        "- [ ] one\n> quoted\n\n```python\nx = 1\n```\nTotal = 12 & more :) #thanks\n"
    )
    assert defuse(mail) == mail


# --- how long, and what stays

LIMITS = st.integers(2, 300)


@given(TEXTS, LIMITS)
def test_a_line_is_as_long_as_it_may_be(text: str, limit: int) -> None:
    assert len(shown(inline(text, limit))) <= limit
    assert len(inline(text, limit)) <= 2 * limit
    assert len(label(text, limit)) <= 2 * limit
    assert len(label(text, limit).splitlines()) <= 1


@given(TEXTS)
def test_no_text_grows_beyond_measure(text: str) -> None:
    assert len(fenced(text)) <= 14 * len(text) + 2 * (10 + longest_run(text))
    assert len(defuse(text)) <= 3 * len(text)
    assert len(visible(text)) <= 11 * len(text)


@given(TEXTS)
def test_no_letter_is_lost(text: str) -> None:
    assert in_order(letters(text), letters(fenced(text)))
    assert in_order(letters(text), letters(inline(text, limit=20_000)))
    assert in_order(letters(text), letters(label(text, limit=20_000)))


@given(TEXTS)
def test_a_label_stays_as_it_is(text: str) -> None:
    assert label(label(text), 400) == label(text)  # a space in a link makes it longer
    assert not re.search(r"\[\[|://", label(text))


def letters(text: str) -> str:
    """All but those that look like nothing, which are named instead."""
    return "".join(re.findall(r"[^\W\d_\u115f\u1160\u3164\uffa0]", text))


def in_order(part: str, whole: str) -> bool:
    rest = iter(whole)
    return all(letter in rest for letter in part)


def longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)


# --- label, visible, host


def test_a_label_is_no_link() -> None:
    assert label("[[secret]] obsidian://x\nand_more") == "[ [secret]] obsidian: //x and_more"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("pay\u202eexe.pdf", "pay⟨U+202E⟩exe.pdf"),
        ("a\u200bb", "a⟨U+200B⟩b"),
        ("a\u200b\u200b\u200bb", "a⟨3 times U+200B⟩b"),
        ("hi\U000e0041", "hi⟨U+E0041⟩"),
        ("a\x00b\x1b[0m\x85", "a⟨U+0000⟩b⟨U+001B⟩[0m⟨U+0085⟩"),
        ("a\u2003b", "a⟨U+2003⟩b"),
        ("lone \ud800", "lone ⟨U+D800⟩"),
        ("over\rwritten", "over⟨U+000D⟩written"),
        ("a\ufe0fb", "a⟨U+FE0F⟩b"),
        ("❤️ 👩‍👩‍👧 🏳️‍🌈 1️⃣", "❤️ 👩‍👩‍👧 🏳️‍🌈 1️⃣"),
        ("می‌خواهم", "می‌خواهم"),
        ("5\u00a0€\tund\r\nmehr", "5\u00a0€\tund\r\nmehr"),
    ],
)
def test_what_cannot_be_seen_is_made_visible(text: str, seen: str) -> None:
    assert visible(text) == seen


@given(TEXTS)
def test_visible_text_can_be_printed_and_stays_as_it_is(text: str) -> None:
    assert visible(visible(text)) == visible(text)
    assert visible(text).encode().decode() == visible(text)


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("example.com", "example.com"),
        ("xn--bcher-kva.example", "bücher.example ⟨xn--bcher-kva.example⟩"),
        ("bücher.example", "bücher.example ⟨xn--bcher-kva.example⟩"),
        ("EXAMPLE.com", "example.com"),
        ("xn--\x80.example", "xn--⟨U+0080⟩.example ⟨xn--xn---ea.example⟩"),
        ("xn--99999999.example", "xn--99999999.example"),
    ],
)
def test_a_host_with_other_letters_is_shown_both_ways(name: str, seen: str) -> None:
    assert host(name) == seen


@given(st.text())
def test_any_host_can_be_shown(name: str) -> None:
    assert visible(host(name)) == host(name)


# --- time


@pytest.mark.parametrize(
    "part", ["`", " ", "\n", "a\u200b", "<% ", "~~~\n", "> ", "1. ", "`= ", "[x]: ", "\t>", "```\n\n"]
)
def test_a_megabyte_of_anything_takes_seconds_at_most(part: str) -> None:
    text = part * (1_000_000 // len(part))
    begun = time.process_time()
    assert len(inline(text) + fenced(text) + defuse(text)) > 2_000_000
    assert time.process_time() - begun < 5  # quadratic would be hours


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
