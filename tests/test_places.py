"""Where the key of the secrets lies: never where it would be copied together with what it opens."""

from pathlib import Path

import pytest

from daemon.places import Places

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
