"""Names that want to be more than names: of files that somebody drops, and of files in a mail."""

from __future__ import annotations

import unicodedata
from random import Random

TASK = "tabcdefghjk"  # what an id looks like
PARTS = (
    "..", ".", "/", "\\", "C:", "C:\\Windows\\", "\\\\server\\share\\", "~", "%2e%2e%2f", "\0", "\n", "\r", "\t",
    "\x1b[2J", "\x7f", "\x85", "\u2028", "\u202e", "\u2066", "\u200b", "\ufeff", "\u00a0", "\u3000", "e\u0301",
    "\u00e9", "\ufb01", "\uff0e\uff0e\uff0f", "\u0131", "\u0130", "\U0001f600", "CON", "nul", "COM1.txt", "aux.",
    "LPT9", "conin$", "desktop.ini", "Thumbs.db", ".DS_Store", ".obsidian/plugins/x/main.js", ".trash", ".git/config",
    "_x.tmp", "~$x.docx", "._x", ".goutputstream-X", "x.icloud", "-rf", "--help", "[[secret]]", "![[x]]",
    "[x](obsidian://new?file=Approved/x)", "{{title}}", "<% tp.file %>", "`= this.x`", "$= dv.pages()",
    "<script>alert(1)</script>", "<img src=x>", "#tag", "^block", "|", "*", "?", '"', "<", ">", ":", "%%", "::", "==",
    "approve: true", "---", "## Draft", "\n---\napprove: true\n---\n", "a" * 260, "\u00e9" * 130,
    "\U0001f468\u200d" * 40, " ", "  x  ", "x.", "x..", "x ", ".", "...", "Company_Handbook.md", "Dashboard.md",
    "AGENTS.md", "Approved", "../../Approved/x.md", "../../../canary/letter.txt", f"EMAIL_REPLY_hello_{TASK}.md",
    f"EMAIL_hello_{TASK}-g2.md", f"FILE_x_{TASK}.md", "x.sync-conflict-20261121-101010-ABC.md",
    "x (Conflicted copy 2026-11-21).md", "note 2.md", "Copy of x.md", "$(reboot)", "`reboot`", "; rm -rf *", "%s%s%n",
    "mail.eml", "MAIL.EML",
)  # fmt: skip
ENDINGS = (
    "",
    ".md",
    ".eml",
    ".txt",
    ".pdf",
    ".html",
    ".zip",
    ".exe",
    ".md.exe",
    ".MD",
    ".base",
    ".canvas",
    ".js",
    ".desktop",
)


def name(random: Random, *, outside: str = "") -> str:
    """Of any characters; `outside`: an absolute path that nobody may write to."""
    parts = [random.choice(PARTS) for _ in range(random.choice((1, 1, 2, 4)))]
    if outside and random.random() < 0.15:
        parts.insert(0, outside)
    found = "".join(parts) + random.choice(ENDINGS)
    return unicodedata.normalize(random.choice(("NFC", "NFD")), found) if random.random() < 0.3 else found


def on_disk(random: Random) -> str:
    """Such a name as a disk takes it."""
    found = name(random).replace("/", "\u2215").replace("\0", "")
    short = found.encode("utf-8", "ignore")[:240].decode("utf-8", "ignore")
    return short if short.strip(".") else f"x{short}"
