"""What the one writer of the vault promises, on a real disk."""

import errno
import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.core.errors import Permanent, Transient, UserError
from daemon.core.ports import Changed, Missing, NameTaken, Suspicious, TooLarge
from daemon.vault import FOLDERS, STATE_FOLDERS, Vault, disk


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "vault"


@pytest.fixture
def vault(root: Path) -> Vault:
    vault = Vault(root)
    vault.make_folders()
    return vault


def files_in(folder: Path) -> list[str]:
    """Every file below a folder, hidden and temporary ones too."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())


# --- a vault and its folders -------------------------------------------------------------------------------


@pytest.mark.usefixtures("vault")
def test_a_new_vault_has_every_folder_and_they_are_empty(root: Path) -> None:
    assert sorted(path.name for path in root.iterdir()) == sorted(FOLDERS)
    assert files_in(root) == []
    assert set(STATE_FOLDERS) <= set(FOLDERS)


def test_making_the_folders_again_changes_nothing(vault: Vault, root: Path) -> None:
    (root / "Inbox/mine.md").write_text("mine")
    (root / "Failed").rmdir()
    vault.make_folders()
    assert (root / "Failed").is_dir()
    assert files_in(root) == ["Inbox/mine.md"]


def test_an_empty_mount_point_is_not_a_vault(root: Path) -> None:
    root.mkdir()
    vault = Vault(root)
    assert not vault.present()
    with pytest.raises(Transient, match="Connect its disk"):
        vault.scan("Pending_Approval")
    with pytest.raises(Transient, match="Connect its disk"):
        vault.read("Pending_Approval/a.md")
    with pytest.raises(Transient, match="Connect its disk"):
        vault.create("Needs_Action/a.md", b"a")
    with pytest.raises(Transient, match="Connect its disk"):
        vault.replace("Dashboard.md", b"a")
    assert list(root.iterdir()) == []


def test_a_folder_that_the_person_deleted_is_empty_and_made_again(vault: Vault, root: Path) -> None:
    (root / "Needs_Action").rmdir()
    assert vault.scan("Needs_Action") == []
    vault.create("Needs_Action/a.md", b"a")
    assert files_in(root) == ["Needs_Action/a.md"]


def _link_elsewhere(path: Path) -> None:
    path.symlink_to("/etc")


@pytest.mark.parametrize("make", [_link_elsewhere, Path.touch])
def test_a_state_folder_that_is_no_real_folder_is_explained(
    vault: Vault, root: Path, make: Callable[[Path], object]
) -> None:
    (root / "Approved").rmdir()
    make(root / "Approved")
    with pytest.raises(UserError, match=r"Approved is a .* must be a real folder"):
        vault.scan("Approved")
    with pytest.raises(UserError, match=r"Approved is a .* must be a real folder"):
        vault.make_folders()


# --- scanning ----------------------------------------------------------------------------------------------


def test_a_scan_tells_what_lstat_saw(vault: Vault, root: Path) -> None:
    (root / "Inbox/note.md").write_bytes(b"four")
    found = (root / "Inbox/note.md").stat()
    (entry,) = vault.scan("Inbox")
    assert (entry.path, entry.name, entry.folder) == ("Inbox/note.md", "note.md", "Inbox")
    assert (entry.size, entry.regular, entry.links) == (4, True, 1)
    assert entry.version == (found.st_dev, found.st_ino, 4, found.st_mtime, found.st_ctime)


def test_a_scan_sees_sub_folders_only_when_deep(vault: Vault, root: Path) -> None:
    (root / "Done/2026-11/x").mkdir(parents=True)
    (root / "Done/b.md").touch()
    (root / "Done/2026-11/a.md").touch()
    (root / "Done/2026-11/x/c.md").touch()
    assert [entry.path for entry in vault.scan("Done")] == ["Done/b.md"]
    assert [entry.path for entry in vault.scan("Done", deep=True)] == [
        "Done/2026-11/a.md",
        "Done/2026-11/x/c.md",
        "Done/b.md",
    ]


def test_a_scan_skips_what_is_never_ours(vault: Vault, root: Path) -> None:
    (root / "Inbox/.stversions").mkdir()
    (root / "Inbox/.stversions/old.md").touch()
    (root / "Inbox/.DS_Store").touch()
    (root / "Inbox/letter.md.part").touch()
    assert vault.scan("Inbox", deep=True) == []


def test_a_scan_lists_links_and_fifos_but_never_follows_them(vault: Vault, root: Path, tmp_path: Path) -> None:
    (tmp_path / "private").mkdir()
    (tmp_path / "private/diary.md").touch()
    (root / "Inbox/folder").symlink_to(tmp_path / "private")
    (root / "Inbox/file").symlink_to(tmp_path / "private/diary.md")
    os.mkfifo(root / "Inbox/pipe")
    assert [(entry.path, entry.regular) for entry in vault.scan("Inbox", deep=True)] == [
        ("Inbox/file", False),
        ("Inbox/folder", False),
        ("Inbox/pipe", False),
    ]


def test_a_name_that_is_not_utf8_can_be_scanned_and_moved(vault: Vault, root: Path) -> None:
    Path(os.fsdecode(os.fsencode(root) + b"/Inbox/\xff.md")).write_bytes(b"x")
    (entry,) = vault.scan("Inbox")
    assert vault.read(vault.move(entry.path, "Failed", name="odd-name.md")) == b"x"


def test_a_hard_link_shows_its_count_and_reads_like_any_file(vault: Vault, root: Path) -> None:
    (root / "Inbox/a.md").write_bytes(b"a")
    os.link(root / "Inbox/a.md", root / "Inbox/b.md")
    assert [entry.links for entry in vault.scan("Inbox")] == [2, 2]
    assert vault.read("Inbox/b.md") == b"a"


def test_one_file_is_looked_at_like_in_a_scan_also_when_it_is_hidden(vault: Vault, root: Path) -> None:
    (root / "Inbox/note.md").write_bytes(b"four")
    (root / "Outbox/.hidden").touch()
    assert [vault.stat("Inbox/note.md")] == vault.scan("Inbox")
    assert vault.stat("Outbox/.hidden").name == ".hidden"
    with pytest.raises(Missing):
        vault.stat("Inbox/other.md")


# --- reading -----------------------------------------------------------------------------------------------


def test_a_file_is_read_whole_up_to_the_limit(vault: Vault, root: Path) -> None:
    (root / "Inbox/a.md").write_bytes(b"12345")
    assert vault.read("Inbox/a.md", 5) == b"12345"
    with pytest.raises(TooLarge, match=r"a\.md has more than 4 bytes"):
        vault.read("Inbox/a.md", 4)


def test_a_digest_needs_no_limit(vault: Vault, root: Path) -> None:
    (root / "Inbox/film.bin").write_bytes(b"7" * 6_000_000)
    assert vault.digest("Inbox/film.bin") == sha256(b"7" * 6_000_000).hexdigest()


def test_a_missing_file_is_missing(vault: Vault) -> None:
    with pytest.raises(Missing, match=r"Inbox/no\.md is not there"):
        vault.read("Inbox/no.md")
    with pytest.raises(Missing):
        vault.digest("Inbox/no/deeper.md")


def _fifo(path: Path) -> None:
    os.mkfifo(path)


def _symlink(path: Path) -> None:
    path.symlink_to("/etc/hostname")


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.path.relpath(path))


@pytest.mark.parametrize("make", [_fifo, _symlink, _socket, Path.mkdir])
def test_only_regular_files_are_opened_or_moved(
    vault: Vault, root: Path, make: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root)
    make(root / "Approved/odd.md")
    with pytest.raises(Suspicious):
        vault.read("Approved/odd.md")
    with pytest.raises(Suspicious):
        vault.digest("Approved/odd.md")
    with pytest.raises(Suspicious):
        vault.move("Approved/odd.md", "In_Progress/executor")
    with pytest.raises(Suspicious):
        vault.remove("Approved/odd.md", expected=b"")


OUTSIDE = [
    "/etc/passwd",
    "../x.md",
    "Inbox/../../x.md",
    "Inbox//x.md",
    "Inbox/./x.md",
    "",
    "Inbox/",
    "Inbox/a\0b",
    ".",
]


@pytest.mark.parametrize("path", OUTSIDE)
def test_a_path_that_leads_outside_is_refused(vault: Vault, path: str) -> None:
    with pytest.raises(Suspicious, match="not a path inside the vault"):
        vault.read(path)
    with pytest.raises(Suspicious, match="not a path inside the vault"):
        vault.create(path, b"x")


def test_a_new_name_is_not_a_way_out(vault: Vault, root: Path) -> None:
    (root / "Inbox/a.md").touch()
    with pytest.raises(Suspicious):
        vault.move("Inbox/a.md", "Done", name="../../a.md")
    with pytest.raises(Suspicious):
        vault.move("Inbox/a.md", "../Done")
    assert files_in(root) == ["Inbox/a.md"]


def test_a_linked_sub_folder_is_not_a_way_out(vault: Vault, root: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (root / "Attachments/t1").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Suspicious):
        vault.create("Attachments/t1/mail.eml", b"x")
    assert files_in(tmp_path / "elsewhere") == []


@given(path=st.text(alphabet="./\\\0:~aé ", max_size=12))
def test_no_path_ever_writes_outside(path: str) -> None:
    with tempfile.TemporaryDirectory() as around:
        vault = Vault(Path(around) / "in/vault")
        vault.make_folders()
        _attempt(vault, path)
        assert [found.name for found in Path(around).iterdir()] == ["in"]
        assert [found.name for found in (Path(around) / "in").iterdir()] == ["vault"]


def _attempt(vault: Vault, path: str) -> None:
    try:
        vault.create(path, b"x")
    except Suspicious:
        return
    assert vault.read(path) == b"x"


# --- creating ----------------------------------------------------------------------------------------------


def test_a_note_is_created_with_the_folders_it_needs(vault: Vault, root: Path) -> None:
    assert vault.create("Attachments/t1/mail.eml", b"mail") == "Attachments/t1/mail.eml"
    assert (root / "Attachments/t1/mail.eml").read_bytes() == b"mail"
    assert files_in(root) == ["Attachments/t1/mail.eml"]


def test_creating_never_overwrites(vault: Vault, root: Path) -> None:
    vault.create("Inbox/a.md", b"first")
    with pytest.raises(NameTaken, match=r"Inbox/a\.md .*Nothing was overwritten"):
        vault.create("Inbox/a.md", b"second")
    assert (root / "Inbox/a.md").read_bytes() == b"first"
    assert files_in(root) == ["Inbox/a.md"]


def test_creating_over_a_dangling_link_does_not_write_through_it(vault: Vault, root: Path, tmp_path: Path) -> None:
    (root / "Inbox/a.md").symlink_to(tmp_path / "target")
    with pytest.raises(NameTaken):
        vault.create("Inbox/a.md", b"x")
    assert not (tmp_path / "target").exists()


def test_a_note_has_the_rights_that_the_umask_leaves(vault: Vault, root: Path) -> None:
    before = os.umask(0o027)
    vault.create("Inbox/a.md", b"x")
    os.umask(before)
    assert (root / "Inbox/a.md").stat().st_mode & 0o777 == 0o640


def _try_to_create(root: Path, data: bytes) -> bool:
    try:
        Vault(root).create("Done/same.md", data)
    except NameTaken:
        return False
    return True


@pytest.mark.usefixtures("vault")
def test_of_many_processes_that_create_one_name_exactly_one_wins(root: Path) -> None:
    offers = [bytes([number]) * 5000 for number in range(40)]
    with ProcessPoolExecutor(4) as pool:
        won = list(pool.map(_try_to_create, [root] * len(offers), offers))
    assert won.count(True) == 1
    assert (root / "Done/same.md").read_bytes() == offers[won.index(True)]


def test_a_free_name_is_found_beside_a_taken_one(vault: Vault) -> None:
    assert vault.create_beside("Documents/Report.md", b"1") == "Documents/Report.md"
    assert vault.create_beside("Documents/Report.md", b"2") == "Documents/Report-2.md"
    assert vault.create_beside("Documents/Report.md", b"3") == "Documents/Report-3.md"
    assert vault.create_beside("Documents/plain", b"1") == "Documents/plain"
    assert vault.create_beside("Documents/plain", b"2") == "Documents/plain-2"


def test_a_name_that_a_mac_or_a_phone_takes_for_the_same_is_not_free(vault: Vault) -> None:
    vault.create("Documents/R\u00e9sum\u00e9.md", b"composed")
    assert vault.create_beside("Documents/RE\u0301SUME\u0301.md", b"decomposed") == "Documents/RE\u0301SUME\u0301-2.md"


def test_many_threads_find_different_names(vault: Vault) -> None:
    mails = [bytes([number]) for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        paths = list(pool.map(vault.create_beside, ["Outbox/mail.eml"] * 40, mails))
    assert len(set(paths)) == 40
    assert [vault.read(path) for path in paths] == mails


# --- moving ------------------------------------------------------------------------------------------------


def test_a_note_is_moved_with_its_bytes(vault: Vault, root: Path) -> None:
    vault.create("Needs_Action/a.md", b"a")
    assert vault.move("Needs_Action/a.md", "In_Progress/mail", expected=b"a") == "In_Progress/mail/a.md"
    assert files_in(root) == ["In_Progress/mail/a.md"]
    assert vault.move("In_Progress/mail/a.md", "In_Progress/mail", name="b.md") == "In_Progress/mail/b.md"
    assert vault.read("In_Progress/mail/b.md") == b"a"


def test_moving_never_overwrites(vault: Vault) -> None:
    vault.create("Approved/a.md", b"mine")
    vault.create("Done/a.md", b"yours")
    with pytest.raises(NameTaken):
        vault.move("Approved/a.md", "Done")
    assert (vault.read("Approved/a.md"), vault.read("Done/a.md")) == (b"mine", b"yours")


@pytest.mark.parametrize("now", [b"", b"yes", b"yes!!", b"YES!"])
def test_a_note_that_changed_is_not_moved(vault: Vault, root: Path, now: bytes) -> None:
    vault.create("Approved/a.md", now)
    with pytest.raises(Changed, match=r"Approved/a\.md was changed"):
        vault.move("Approved/a.md", "Done", expected=b"yes!")
    assert files_in(root) == ["Approved/a.md"]


def test_a_note_that_is_gone_is_missing(vault: Vault) -> None:
    with pytest.raises(Missing):
        vault.move("Approved/a.md", "Done")
    with pytest.raises(Missing):
        vault.move("Approved/a.md", "Done", expected=b"a")


def test_moving_a_note_to_where_it_is_keeps_it(vault: Vault, root: Path) -> None:
    vault.create("Done/a.md", b"a")
    os.link(root / "Done/a.md", root / "Done/twin.md")
    with pytest.raises(NameTaken):
        vault.move("Done/a.md", "Done")
    assert files_in(root) == ["Done/a.md", "Done/twin.md"]


def _try_to_claim(root: Path, agent: str) -> bool:
    try:
        Vault(root).move("Needs_Action/a.md", f"In_Progress/{agent}")
    except Missing:
        return False
    return True


def test_of_many_processes_that_claim_one_task_exactly_one_wins(vault: Vault, root: Path) -> None:
    vault.create("Needs_Action/a.md", b"a")
    agents = [f"agent{number}" for number in range(40)]
    with ProcessPoolExecutor(4) as pool:
        won = list(pool.map(_try_to_claim, [root] * len(agents), agents))
    assert won.count(True) == 1
    assert files_in(root) == [f"In_Progress/{agents[won.index(True)]}/a.md"]


def test_a_move_that_crashed_between_link_and_unlink_ends_when_it_is_made_again(vault: Vault, root: Path) -> None:
    vault.create("Approved/a.md", b"a")
    os.link(root / "Approved/a.md", root / "Done/a.md")
    assert vault.move("Approved/a.md", "Done") == "Done/a.md"
    assert files_in(root) == ["Done/a.md"]


def test_a_file_gets_a_second_name_without_overwriting(vault: Vault, root: Path) -> None:
    vault.create("Outbox/.effects/key", b"mail")
    assert vault.link("Outbox/.effects/key", "Outbox/mail.eml") == "Outbox/mail.eml"
    assert (root / "Outbox/mail.eml").samefile(root / "Outbox/.effects/key")
    with pytest.raises(NameTaken):
        vault.link("Outbox/.effects/key", "Outbox/mail.eml")
    with pytest.raises(Missing):
        vault.link("Outbox/.effects/other", "Outbox/other.eml")


RENAMES = [disk.rename, disk.rename_by_link, disk.rename_by_reserving]


@pytest.mark.parametrize("rename", RENAMES)
def test_every_way_to_rename_moves_the_one_file(tmp_path: Path, rename: Callable[[str, str], None]) -> None:
    (tmp_path / "a").write_bytes(b"a")
    inode = (tmp_path / "a").stat().st_ino
    rename(str(tmp_path / "a"), str(tmp_path / "b"))
    assert files_in(tmp_path) == ["b"]
    assert (tmp_path / "b").stat().st_ino == inode


@pytest.mark.parametrize("rename", RENAMES)
def test_no_way_to_rename_overwrites(tmp_path: Path, rename: Callable[[str, str], None]) -> None:
    (tmp_path / "a").write_bytes(b"a")
    (tmp_path / "b").write_bytes(b"b")
    with pytest.raises(FileExistsError):
        rename(str(tmp_path / "a"), str(tmp_path / "b"))
    assert ((tmp_path / "a").read_bytes(), (tmp_path / "b").read_bytes()) == (b"a", b"b")


@pytest.mark.parametrize("rename", RENAMES)
def test_every_way_to_rename_says_when_the_file_is_gone(tmp_path: Path, rename: Callable[[str, str], None]) -> None:
    with pytest.raises(FileNotFoundError):
        rename(str(tmp_path / "a"), str(tmp_path / "b"))
    assert files_in(tmp_path) == []


# --- rewriting, replacing, removing ------------------------------------------------------------------------


def test_a_note_goes_on_with_new_content(vault: Vault, root: Path) -> None:
    vault.create("In_Progress/mail/a.md", b"old")
    assert vault.rewrite("In_Progress/mail/a.md", "Done/a.md", b"new", expected=b"old") == "Done/a.md"
    assert files_in(root) == ["Done/a.md"]
    assert vault.read("Done/a.md") == b"new"


def test_a_changed_note_is_not_rewritten(vault: Vault, root: Path) -> None:
    vault.create("Approved/a.md", b"edited")
    with pytest.raises(Changed):
        vault.rewrite("Approved/a.md", "Done/a.md", b"new", expected=b"old")
    assert files_in(root) == ["Approved/a.md"]


def test_a_note_is_not_rewritten_over_another(vault: Vault) -> None:
    vault.create("Approved/a.md", b"old")
    vault.create("Done/a.md", b"other")
    with pytest.raises(NameTaken):
        vault.rewrite("Approved/a.md", "Done/a.md", b"new", expected=b"old")
    assert (vault.read("Approved/a.md"), vault.read("Done/a.md")) == (b"old", b"other")


class Meddled(Vault):
    """A vault in which somebody edits the old note while the new one is written."""

    def create(self, path: str, data: bytes) -> str:
        self.replace("Approved/a.md", b"edited meanwhile")
        return super().create(path, data)


def test_an_edit_during_a_rewrite_is_kept_beside_the_new_note(vault: Vault, root: Path) -> None:
    vault.create("Approved/a.md", b"old")
    with pytest.raises(Changed):
        Meddled(root).rewrite("Approved/a.md", "Done/a.md", b"new", expected=b"old")
    assert (vault.read("Approved/a.md"), vault.read("Done/a.md")) == (b"edited meanwhile", b"new")


def test_only_the_expected_bytes_are_removed(vault: Vault, root: Path) -> None:
    vault.create("Inbox/a.md", b"edited")
    with pytest.raises(Changed):
        vault.remove("Inbox/a.md", expected=b"old")
    vault.remove("Inbox/a.md", expected=b"edited")
    assert files_in(root) == []
    with pytest.raises(Missing):
        vault.remove("Inbox/a.md", expected=b"edited")


def test_the_dashboard_is_replaced_whole(vault: Vault, root: Path) -> None:
    vault.replace("Dashboard.md", b"one")
    vault.replace("Dashboard.md", b"two")
    assert files_in(root) == ["Dashboard.md"]
    assert vault.read("Dashboard.md") == b"two"


def _keep_replacing(vault: Vault, versions: list[bytes], done: threading.Event) -> None:
    while not done.is_set():
        vault.replace("Dashboard.md", versions[0])
        vault.replace("Dashboard.md", versions[1])


def test_a_reader_never_sees_half_a_file(vault: Vault) -> None:
    versions = [b"a" * 50_000, b"b" * 90_000]
    vault.replace("Dashboard.md", versions[0])
    done = threading.Event()
    writer = threading.Thread(target=_keep_replacing, args=(vault, versions, done))
    writer.start()
    seen = {vault.read("Dashboard.md") for _ in range(1000)}
    done.set()
    writer.join()
    assert seen <= set(versions)


# --- crashes and broken disks ------------------------------------------------------------------------------

WORK = """
import itertools, pathlib, sys
from daemon.vault import Vault
vault = Vault(pathlib.Path(sys.argv[1]))
for number in itertools.count():
    body = b"%d " % number * 3000
    path = vault.create(f"Needs_Action/n{number}.md", body)
    print(number, flush=True)
    path = vault.move(path, "In_Progress/mail", expected=body)
    path = vault.rewrite(path, f"Pending_Approval/n{number}.md", body + b"d", expected=body)
    vault.replace("Dashboard.md", body)
"""


def _kill_after(root: Path, notes: int) -> int:
    """How many notes a process had certainly created when it was killed at some step of the next ones."""
    work = subprocess.Popen([sys.executable, "-c", WORK, root], stdout=subprocess.PIPE, text=True)
    assert work.stdout is not None
    last = [work.stdout.readline() for _ in range(notes)][-1]
    work.kill()
    rest = work.stdout.read().split()
    work.stdout.close()
    work.wait()
    return int((rest or [last])[-1]) + 1


def _notes(vault: Vault) -> Iterator[tuple[str, bytes]]:
    for folder in STATE_FOLDERS:
        for entry in vault.scan(folder, deep=True):
            yield entry.name, vault.read(entry.path)


@pytest.mark.parametrize("after", [1, 2, 3, 5, 8, 13, 21, 34, 55, 89])
def test_a_killed_process_leaves_every_note_whole(vault: Vault, root: Path, after: int) -> None:
    created = _kill_after(root, after)
    found = dict(_notes(vault))
    assert set(found) >= {f"n{number}.md" for number in range(created)}
    assert len(found) <= created + 1
    assert all(data.rstrip(b"d") == f"{name[1:-3]} ".encode() * 3000 for name, data in found.items())


def test_what_a_crash_left_is_cleaned_later_and_nothing_else(vault: Vault, root: Path) -> None:
    old, new, mine = (
        root / "Inbox/.aie-0123456789abcdef.tmp",
        root / ".aie-ffffffffffffffff.tmp",
        root / "Done/.aie-me.tmp",
    )
    old.touch()
    new.touch()
    mine.touch()
    os.utime(old, (0, 0))
    os.utime(mine, (0, 0))
    assert vault.clean() == ["Inbox/.aie-0123456789abcdef.tmp"]
    assert files_in(root) == [".aie-ffffffffffffffff.tmp", "Done/.aie-me.tmp"]


def test_cleaning_what_is_not_there_is_nothing(tmp_path: Path) -> None:
    assert Vault(tmp_path / "unplugged").clean() == []


@pytest.mark.parametrize(
    ("number", "kind", "advice"),
    [
        (errno.ENOSPC, Transient, "Free some space"),
        (errno.EDQUOT, Transient, "Free some space"),
        (errno.EROFS, Transient, "Make it writable"),
        (errno.EACCES, Transient, "Give yourself the right"),
        (errno.EIO, Transient, "check the disk"),
        (errno.EMFILE, Transient, "ulimit"),
        (errno.ESTALE, Transient, "Connect it again"),
        (errno.ENOTCONN, Transient, "Connect it again"),
        (errno.EBUSY, Transient, "Close it there"),
        (errno.ENAMETOOLONG, Permanent, "Shorten it"),
        (errno.ENOENT, Missing, "not there"),
    ],
)
def test_a_disk_error_says_what_to_do(number: int, kind: type[Exception], advice: str) -> None:
    with pytest.raises(kind, match=f"Inbox/a.md .*{advice}"), disk.explained("Inbox/a.md"):
        raise OSError(number, "system text")


def test_an_error_nobody_foresaw_stays_loud() -> None:
    with pytest.raises(OSError, match="system text"), disk.explained("Inbox/a.md"):
        raise OSError(errno.EDOM, "system text")


def test_a_name_that_is_too_long_is_said_so(vault: Vault, root: Path) -> None:
    with pytest.raises(Permanent, match="too long"):
        vault.create(f"Inbox/{'a' * 300}.md", b"x")
    assert files_in(root) == []


@pytest.fixture
def mounted() -> Iterator[Callable[[Path], None]]:
    """Mount a disk of 64 KB on a folder, and take all of them away at the end."""
    points: list[Path] = []

    def mount(point: Path) -> None:
        point.mkdir(parents=True, exist_ok=True)
        command = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", point]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode != 0:
            _absent(f"cannot mount a small disk here: {done.stderr.strip()}")
        points.append(point)

    yield mount
    subprocess.run(["umount", *reversed(points)], check=bool(points))


def _absent(reason: str) -> NoReturn:
    if os.environ.get("EMPLOYEE_REQUIRE_SERVICES"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.mark.integration
def test_a_full_disk_is_said_and_leaves_nothing(root: Path, mounted: Callable[[Path], None]) -> None:
    mounted(root)
    vault = Vault(root)
    vault.make_folders()
    vault.create("Inbox/a.md", b"a")
    with pytest.raises(Transient, match="Free some space"):
        vault.create("Inbox/b.md", b"b" * 100_000)
    with pytest.raises(Transient, match="Free some space"):
        vault.rewrite("Inbox/a.md", "Done/a.md", b"b" * 100_000, expected=b"a")
    with pytest.raises(Transient, match="Free some space"):
        vault.replace("Dashboard.md", b"b" * 100_000)
    assert files_in(root) == ["Inbox/a.md"]


@pytest.mark.integration
def test_a_read_only_disk_is_said(root: Path, mounted: Callable[[Path], None]) -> None:
    mounted(root)
    vault = Vault(root)
    vault.make_folders()
    subprocess.run(["mount", "-o", "remount,ro", root], check=True)
    with pytest.raises(Transient, match="read-only"):
        vault.create("Inbox/b.md", b"b")


@pytest.mark.integration
def test_a_folder_may_be_a_disk_of_its_own(vault: Vault, root: Path, mounted: Callable[[Path], None]) -> None:
    mounted(root / "Done")
    vault.create("Approved/a.md", b"a")
    vault.create("Done/taken.md", b"there")
    assert vault.move("Approved/a.md", "Done/2026-11") == "Done/2026-11/a.md"
    vault.create("Approved/taken.md", b"mine")
    with pytest.raises(NameTaken):
        vault.move("Approved/taken.md", "Done")
    assert vault.read(vault.link("Done/taken.md", "Outbox/copy.md")) == b"there"
    vault.create("Approved/large.md", b"l" * 100_000)
    with pytest.raises(Transient, match="Free some space"):
        vault.move("Approved/large.md", "Done")
    assert files_in(root) == [
        "Approved/large.md",
        "Approved/taken.md",
        "Done/2026-11/a.md",
        "Done/taken.md",
        "Outbox/copy.md",
    ]
