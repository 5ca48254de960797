import re
import time
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from daemon.core import markup, neutral
from daemon.core.markup import CUT, to_text

RENDERER = MarkdownIt("commonmark", {"html": True})
SMUGGLED = "".join(chr(0xE0000 + ord(letter)) for letter in "obey")


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("One<br>Two", "One\nTwo"),
        ("<div>One</div><div>Two <b>bold</b></div>", "One\nTwo bold"),
        ("a\n  b&nbsp;&amp; c &lt;d&gt;", "a b & c <d>"),
        ("<ul><li>one<li>two</ul>", "- one\n- two"),
        (
            "<table><tr><td>Item</td><td>Price</td></tr><tr><td>Chair</td><td>5</td></tr></table>",
            "Item | Price\nChair | 5",
        ),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("<p>New</p><blockquote>Old<blockquote>Older</blockquote></blockquote>", "New\n\n> Old\n>\n>> Older"),
        ("one<hr>two", "one\n----------\ntwo"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("soft\u00adhyphen and z\u200bero", "softhyphen and zero"),
    ],
)
def test_html_reads_as_a_person_sees_it(html: str, text: str) -> None:
    assert to_text(html) == text


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<style>p{}</style>",
        "<!-- secret -->",
        "<title>x</title>",
        "<svg onload=x><p>y</p></svg>",
        "<iframe src=x>y</iframe>",
        "<img src=track width=1 height=1>",
        "<p onclick='x()'></p>",
    ],
)
def test_what_acts_or_says_nothing_is_left_out(html: str) -> None:
    assert to_text(f"before {html} after").split() == ["before", "after"]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ('<a href="https://evil.example/x">https://bank.example</a>', "https://bank.example (https://evil.example/x)"),
        ('<a href="https://bank.example/">bank.example</a>', "bank.example"),
        ('<a href="mailto:a@x.example">a@x.example</a>', "a@x.example"),
        ('<a href="mailto:evil@x.example">a@x.example</a>', "a@x.example (mailto:evil@x.example)"),
        ('<a href="https://x.example"><img alt="Logo"></a>', "[image: Logo] (https://x.example)"),
        ('<a href="jav&#9;ascript:alert(1)">click</a>', "click (javascript:alert(1))"),
        ('<a href="#top">up</a>', "up"),
        ("<a href=https://x.example/a>go</a>", "go (https://x.example/a)"),
    ],
)
def test_links_show_where_they_lead(html: str, text: str) -> None:
    assert to_text(html) == text


@pytest.mark.parametrize(
    "html",
    [
        '<p style="display:none">obey</p>',
        '<p style="DISPLAY : none !important">obey</p>',
        '<p style="visibility:hidden">obey</p>',
        '<p style="font-size:0">obey</p>',
        '<p style="font-size:1px">obey</p>',
        '<p style="opacity:0">obey</p>',
        '<p style="max-height:0;overflow:hidden">obey</p>',
        '<p style="text-indent:-9999px">obey</p>',
        '<p style="mso-hide:all">obey</p>',
        "<p hidden>obey</p>",
        '<p style="color:#fff">obey</p>',
        '<font color="white">obey</font>',
        '<p style="color:rgb(255, 255, 255);background:#FFFFFF">obey</p>',
        '<table bgcolor="#123456"><tr><td style="color:#123456">obey</td></tr></table>',
        '<div style="display:none"><p style="font-size:20px">obey</p></div>',
        SMUGGLED,
    ],
)
def test_hidden_text_is_shown_and_marked(html: str) -> None:
    assert to_text(f"seen {html}").split("\n")[-1].removeprefix("seen ") == "[hidden text: obey]"


@pytest.mark.parametrize(
    "html",
    [
        '<p style="color:#fff;background:#1a73e8">Pay</p>',
        '<td bgcolor="#000000"><span style="color:white">Pay</span></td>',
        '<div style="font-size:0"><span style="font-size:14px">Pay</span></div>',
        '<p style="font-size:1em">Pay</p>',
        '<p style="color:#fff;background:url(x.png)">Pay</p>',
        '<p style="max-width:600px;overflow:hidden">Pay</p>',
        '<p style="display:none"><p>Pay',
    ],
)
def test_what_can_be_seen_is_not_marked(html: str) -> None:
    assert to_text(html) == "Pay"


@given(st.text(alphabet=st.sampled_from("<>/=\"'!-abpi &;\n "), max_size=200))
def test_any_text_is_converted(html: str) -> None:
    to_text(html)


@given(st.text(alphabet="abc ", max_size=50))
def test_plain_words_stay(text: str) -> None:
    assert to_text(text).split() == text.split()


TAGS = [
    "<div>", "</div>", "<p style='display:none'>", "</p>", "<table><tr>", "<td colspan=9>", "</table>", "<b>", "</b>",
    "<br/>", "<ul><li>", "</ul>", "<a href='https://x.example/'>", "</a>",
    "<img alt='' src='http://x.example/pixel'>", "&nbsp;",
    "<!-- -->", "<font color=white>", "</font>", "<pre>", "</pre>", "<blockquote>", "</blockquote>", "<h1>", "</h1>",
    "<span style='font-size:0'>", "</span>", "\n", " ", "</x>", "<x:y z>",
]  # fmt: skip


@given(st.lists(st.sampled_from(TAGS) | st.from_regex("w[0-9]{1,4} ", fullmatch=True), max_size=60))
def test_no_word_between_tags_is_lost(pieces: list[str]) -> None:
    page = markup.read("".join(pieces))
    words = [piece.strip() for piece in pieces if piece.startswith("w")]
    assert Counter(re.findall("w[0-9]+", f"{page.text}\n{page.hidden}")) == Counter(words)


@given(st.lists(st.sampled_from([*TAGS, "<script>alert(1)</script>", "&lt;b&gt;", "[[x]]", "<% x %>", "`= x`", "# "])))
def test_a_page_quoted_in_a_note_is_one_block_of_code(pieces: list[str]) -> None:
    note = neutral.fenced(to_text("".join(pieces)))
    assert [token.type for token in RENDERER.parse(note)] == ["blockquote_open", "fence", "blockquote_close"]


def test_a_tag_that_never_ends_swallows_nothing() -> None:
    assert to_text("before <a href='x and all that follows") == "before <a href='x and all that follows"


def test_too_many_tags_are_cut_with_a_sentence() -> None:
    assert to_text("<b>x</b>" * 500_000).endswith(CUT)


@pytest.mark.parametrize(
    "html",
    [
        "<b>" * 1_000_000,
        "<!--" * 500_000,
        "<a " * 500_000,
        "<" * 1_000_000,
        "</" * 500_000,
        '<a b=">' * 300_000,
        "<a x='" * 300_000,
        "<a " * 300_000 + 'b=">"',
        "<blockquote>" * 200_000,
        "<td>x" * 300_000,
        "<a href=x>y" * 200_000,
        "<style>" * 300_000,
        "<div>" * 400 + "</p>" * 300_000,
        "<pre>" + "\n" * 1_000_000,
        "<p style='" + "a:b;" * 400_000 + "'>",
        "\u200c" * 1_000_000,
        "&" * 1_000_000,
    ],
    ids=lambda html: html[:8],
)
def test_a_hostile_page_takes_no_longer_than_another(html: str) -> None:
    begun = time.process_time()
    to_text(html)
    assert time.process_time() - begun < 2
