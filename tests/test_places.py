"""Where the key of the secrets lies: never where it would be copied together with what it opens."""

from pathlib import Path

import pytest

from daemon.core.errors import UserError
from daemon.places import Places, configure, sources

HOME, VAULT, CONFIG = Path("/data/home"), Path("/data/vault"), Path("/etc/me/config.toml")


@pytest.mark.parametrize(
    ("config", "key"),
    [
        (CONFIG, "/etc/me/secrets.key"),
        (HOME / "config.toml", "/data/home-key/secrets.key"),
        (VAULT / "settings" / "config.toml", "/data/home-key/secrets.key"),
    ],
)
def test_the_key_lies_beside_the_settings_or_outside_of_what_is_copied(config: Path, key: str) -> None:
    assert Places(VAULT, HOME, config).key("") == Path(key)


def test_the_place_that_the_person_names_is_taken() -> None:
    assert Places(VAULT, HOME, CONFIG).key("/safe/my.key") == Path("/safe/my.key")
    assert Places(VAULT, HOME, CONFIG).key("my.key") == Path("/etc/me/my.key")


@pytest.mark.parametrize("home", ["vault/.state", "elsewhere/../vault/state", "link/state", "vault"])
def test_state_directory_inside_the_vault_is_refused_however_it_is_named(tmp_path: Path, home: str) -> None:
    (tmp_path / "vault").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "vault")
    environ = {
        "EMPLOYEE_HOME": str(tmp_path / home),
        "EMPLOYEE_VAULT": str(tmp_path / "vault"),
        "EMPLOYEE_CONFIG": str(tmp_path / "none.toml"),
    }
    with pytest.raises(UserError, match="lies inside the vault"):
        configure(environ, sources(environ))
    assert not list((tmp_path / "vault").iterdir())


@pytest.mark.parametrize("content", [b"\xff\xfe[policy]", b"[policy", b"a = 1\n" * 3])
def test_settings_that_cannot_be_read_are_named(tmp_path: Path, content: bytes) -> None:
    config = tmp_path / "config.toml"
    config.write_bytes(content)
    with pytest.raises(UserError, match=r"config\.toml") as raised:
        sources({"EMPLOYEE_CONFIG": str(config)})
    assert raised.value.exit_code == 78


def test_folder_in_the_place_of_the_settings_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot read the configuration"):
        sources({"EMPLOYEE_CONFIG": str(tmp_path)})


def test_settings_saved_with_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_bytes(b"\xef\xbb\xbf[work]\nattempts = 7\n")
    assert sources({"EMPLOYEE_CONFIG": str(config)}).table["work"]["attempts"] == 7
