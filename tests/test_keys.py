"""API keys: made, hashed, found again, kept in a file, and followed while it changes."""

import json
import logging
import stat
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from api.access.keyfile import BadKeyFile, UnknownKey, add, read, revoke
from api.access.keyring import Keyring
from api.access.keys import Key, Keys, Role, digest, make
from api.settings import Settings

Command = Callable[..., subprocess.CompletedProcess[str]]
NOW = datetime(2026, 11, 22, 19, 0, tzinfo=UTC)
SETTING = "mend it, or name another with PINCITE_API_KEYS_FILE: 'pincite keys new' makes it"


def kept(path: Path, role: Role = "read", name: str = "one") -> tuple[str, Key]:
    secret, key = make(name, role, created=NOW)
    add(path, key)
    return secret, key


def test_a_key_is_256_random_bits_and_only_its_hash_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    secret, key = kept(path, "write", "ingest")
    assert len(secret) == len("pincite_") + 43  # 32 bytes in URL-safe base64
    assert make("", "read", created=NOW)[0] != secret
    assert key == Key("ingest", "write", NOW, digest(secret))
    assert json.loads(path.read_text(encoding="utf-8")) == {
        "version": 1,
        "keys": [
            {
                "id": digest(secret).hex()[:12],
                "name": "ingest",
                "role": "write",
                "created": "2026-11-22T19:00:00Z",
                "sha256": digest(secret).hex(),
            }
        ],
    }
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(("role", "may"), [("read", ["read"]), ("write", ["read", "write"])])
def test_who_may_write_may_read(role: Role, may: list[Role]) -> None:
    _, key = make("", role, created=NOW)
    roles: tuple[Role, ...] = ("read", "write")
    assert [needed for needed in roles if key.may(needed)] == may


def test_whatever_is_sent_is_compared_with_every_key_in_full() -> None:
    """Neither the right key, wherever it stands, nor one that begins like it ends the comparing earlier.

    A measured time would be noise here, so the comparisons are counted. What is left of it is the time of one:
    hmac.compare_digest's depends on the length alone, and all digests are 32 bytes. And what is compared are
    hashes: whatever is sent, each byte of its digest equals a stored one's with a chance of 1 in 256, also where it
    begins like a valid key. So even a comparison that did tell would lead no series of guesses nearer to a key.
    """
    secrets, keys = zip(*(make(str(i), "read", created=NOW) for i in range(5)), strict=True)
    compared: list[tuple[bytes, bytes]] = []

    def equal(one: bytes, other: bytes) -> bool:
        compared.append((one, other))
        return one == other

    ring = Keys(keys, equal=equal)
    sent = [
        *secrets, secrets[2][:-1], secrets[2][:-1] + "~", secrets[2] + "x", "pincite_", "", "é" * 1000, "\ud800",
    ]  # fmt: skip
    for one in sent:
        compared.clear()
        owner = ring.owner(one)
        assert owner == (keys[secrets.index(one)] if one in secrets else None)
        assert compared == [(key.digest, digest(one)) for key in keys]
        assert {len(part) for pair in compared for part in pair} == {32}


def test_several_keys_are_kept_and_revoked_by_id(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "keys"
    keys = [kept(path, name=name)[1] for name in ("old", "new", "other")]
    assert list(read(path)) == keys
    with pytest.raises(UnknownKey, match="there is no key 'nope'; see 'pincite keys list'"):
        revoke(path, [keys[0].id, "nope"])
    assert list(read(path)) == keys
    assert revoke(path, [keys[0].id, keys[2].id]) == 1
    assert list(read(path)) == [keys[1]]


BROKEN = [
    (b"", "is damaged (JSON: Invalid JSON: EOF while parsing a value at line 1 column 0)"),
    (b"\xff", "is damaged (JSON: Invalid JSON: expected value at line 1 column 1)"),
    (b'{"version": 2, "keys": []}', "is damaged (version: Input should be 1)"),
    (b'{"version": 1}', "is damaged (keys: Field required)"),
    (
        b'{"version": 1, "keys": [{"id": "", "name": "", "role": "all", "created": "2026-11-22T19:00:00Z", '
        b'"sha256": "' + b"0" * 64 + b'"}]}',
        "is damaged (keys.0.role: Input should be 'read' or 'write')",
    ),
    (
        b'{"version": 1, "keys": [{"id": "", "name": "", "role": "read", "created": "2026-11-22T19:00:00Z", '
        b'"sha256": "00"}]}',
        "is damaged (keys.0.sha256: String should match pattern '^[0-9a-f]{64}$')",
    ),
]


@pytest.mark.parametrize(("content", "said"), BROKEN)
def test_a_broken_file_is_an_error_that_names_the_setting(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "api-keys.json"
    path.write_bytes(content)
    problem = f"the file of the API keys {path} {said}; {SETTING}"
    with pytest.raises(BadKeyFile) as starting:
        Keyring(Settings(data=tmp_path))
    with pytest.raises(BadKeyFile) as adding:
        kept(path)
    assert (str(starting.value), str(adding.value)) == (problem, problem)
    assert path.read_bytes() == content


def test_a_file_that_is_a_folder_or_has_none_is_an_error_that_names_the_setting(tmp_path: Path) -> None:
    folder, inside = tmp_path, tmp_path / "file" / "keys"
    (tmp_path / "file").touch()
    for path, why in ((folder, "Is a directory"), (inside, "Not a directory")):
        with pytest.raises(BadKeyFile, match=rf"cannot be read \({why}\); {SETTING}"):
            Keyring(Settings(data=tmp_path, api_keys_file=path))
    with pytest.raises(BadKeyFile, match=r"cannot be written \(File exists\)"):
        kept(inside)


def test_a_file_that_a_setting_names_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(BadKeyFile, match=f"is not there; {SETTING}"):
        Keyring(Settings(data=tmp_path, api_keys_file=tmp_path / "keys"))


def test_a_key_counts_at_once_and_a_revoked_one_no_more(tmp_path: Path) -> None:
    ring = Keyring(Settings(data=tmp_path))
    path = tmp_path / "api-keys.json"
    assert ring.keys is None
    old, old_key = kept(path)
    new, new_key = kept(path, "write")
    assert ring.keys is not None
    assert (ring.keys.owner(old), ring.keys.owner(new)) == (old_key, new_key)
    revoke(path, [old_key.id])
    assert (ring.keys.owner(old), ring.keys.owner(new)) == (None, new_key)


def test_the_last_key_that_is_revoked_opens_nothing(tmp_path: Path) -> None:
    ring = Keyring(Settings(data=tmp_path))
    secret, key = kept(tmp_path / "api-keys.json")
    assert revoke(tmp_path / "api-keys.json", [key.id]) == 0
    assert ring.keys is not None
    assert (len(ring.keys), ring.keys.owner(secret)) == (0, None)
    again = Keyring(Settings(data=tmp_path)).keys
    assert again is not None
    assert len(again) == 0


def test_a_file_that_breaks_or_goes_leaves_the_keys_as_they_were(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "api-keys.json"
    secret, key = kept(path)
    ring = Keyring(Settings(data=tmp_path))
    for spoil, said in ((lambda: path.write_bytes(b"{"), "is damaged (JSON: "), (path.unlink, "is gone; mend it")):
        spoil()
        caplog.clear()
        assert [ring.keys.owner(secret) for _ in range(3) if ring.keys] == [key] * 3
        [record] = caplog.records
        assert record.levelno == logging.ERROR
        assert said in record.message
        assert record.message.endswith(f"until then the keys stay as they were: {key.id} (one)")
    other, other_key = kept(path)
    assert ring.keys is not None
    assert (ring.keys.owner(secret), ring.keys.owner(other)) == (None, other_key)


def test_a_broken_file_that_appears_lets_nobody_in(tmp_path: Path) -> None:
    ring = Keyring(Settings(data=tmp_path))
    assert ring.keys is None
    (tmp_path / "api-keys.json").write_bytes(b"{")
    assert ring.keys is not None
    assert len(ring.keys) == 0


def test_the_command_makes_lists_and_revokes_keys(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "keys"

    def keys(*arguments: str) -> subprocess.CompletedProcess[str]:
        return command("keys", *arguments, PINCITE_API_KEYS_FILE=str(file))

    made = keys("new", "--role", "write", "--name", "ingest\x1b[31m")
    secret = made.stdout.strip()
    [key] = read(file)
    assert (key.digest, key.role) == (digest(secret), "write")
    assert made.stderr.splitlines() == [f"key {key.id} (write), kept as a hash in {file}"]
    assert keys("list").stdout.splitlines() == [f"{key.id}\twrite\t{key.created.isoformat()}\tingest\ufffd[31m"]
    unnamed = keys("new").stdout.strip()
    assert [(key.name, key.role) for key in read(file)] == [("ingest\x1b[31m", "write"), ("read", "read")]
    assert keys("revoke", "nope").stderr == "pincite: there is no key 'nope'; see 'pincite keys list'\n"
    assert keys("revoke", digest(unnamed).hex()[:12]).stderr == ""
    revoked = keys("revoke", key.id)
    assert revoked.stderr.splitlines() == [
        f"no key is left, and the service refuses everybody; remove {file} and restart it to go without keys"
    ]
    assert (revoked.returncode, len(read(file))) == (0, 0)


def test_the_settings_do_not_show_the_key(command: Command) -> None:
    shown = command("settings", PINCITE_API_KEY="pincite_secret", COLUMNS="200").stdout
    assert "PINCITE_API_KEY=" in shown
    assert "pincite_secret" not in shown
