"""Settings say what keeps the library, and a mistake in them is told with its remedy."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from api.engines import address_of, open_engine
from api.settings import BadSettings, Settings
from three_texts import words

Command = Callable[..., subprocess.CompletedProcess[str]]
TOKEN = "root:a-secret-of-theirs"  # noqa: S105 - nobody's
NOWHERE = {"PINCITE_ENGINE": "milvus", "PINCITE_MILVUS_URI": "http://127.0.0.1:1"}
"""A port on which nobody listens."""


def test_the_address_is_what_the_settings_say() -> None:
    settings = Settings(milvus_uri="http://127.0.0.1:19530", milvus_token=TOKEN, milvus_prefix="letters")
    address = address_of(settings)
    assert (address.uri, address.token, address.prefix) == ("http://127.0.0.1:19530", TOKEN, "letters")
    assert TOKEN not in repr(address)


def test_milvus_without_an_address_is_a_mistake_that_names_the_setting(tmp_path: Path) -> None:
    with pytest.raises(BadSettings) as raised:
        open_engine("milvus", Settings(data=tmp_path, engine="milvus"), words())
    assert str(raised.value) == (
        "PINCITE_MILVUS_URI is not set; set it to the Milvus server's address, http://127.0.0.1:19530 say"
    )


@pytest.mark.parametrize("uri", ["127.0.0.1:19530", "./milvus.db", "http://user:password@127.0.0.1:19530"])
def test_an_address_is_a_server_s_and_holds_no_password(command: Command, uri: str) -> None:
    failed = command("list", PINCITE_ENGINE="milvus", PINCITE_MILVUS_URI=uri)
    assert failed.returncode == 2
    assert failed.stderr.startswith("pincite: the setting PINCITE_MILVUS_URI cannot be ")


def test_the_token_is_shown_nowhere(command: Command) -> None:
    shown = command("settings", PINCITE_MILVUS_TOKEN=TOKEN)
    assert shown.returncode == 0
    assert "PINCITE_MILVUS_TOKEN=**********  (environment)" in shown.stdout
    failed = command("list", PINCITE_MILVUS_TOKEN=TOKEN, **NOWHERE)
    assert failed.returncode == 2
    assert "a-secret" not in shown.stdout + shown.stderr + failed.stdout + failed.stderr


def test_without_its_client_milvus_is_a_mistake_that_names_the_extra(tmp_path: Path) -> None:
    script = (
        "import sys; sys.modules['pymilvus'] = None\n"
        "from pathlib import Path; from api.settings import Settings\n"
        "from api.engines import NoMilvus, open_engine\n"
        f"settings = Settings(data=Path({str(tmp_path)!r}), milvus_uri='http://127.0.0.1:1')\n"
        "try: open_engine('milvus', settings, None)\n"
        "except NoMilvus as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "the client of Milvus is not installed; pip install 'pincite[milvus]'\n"


def test_a_server_whose_engine_is_not_there_says_so_and_ends(command: Command) -> None:
    failed = command("serve", "--port", "0", **NOWHERE)
    assert failed.returncode == 2
    assert failed.stderr.splitlines()[-1] == (
        "pincite: the engine that keeps the library cannot be reached; see that Milvus runs at PINCITE_MILVUS_URI, "
        "and try again"
    )


@pytest.mark.parametrize(("name", "instead"), [("check", "own tools"), ("backup", "milvus-backup")])
def test_what_is_done_to_a_folder_is_refused_where_the_library_is_in_none(
    command: Command, tmp_path: Path, name: str, instead: str
) -> None:
    given = [] if name == "check" else [str(tmp_path / "kept")]
    failed = command(name, *given, **NOWHERE)
    assert (failed.returncode, failed.stdout) == (2, "")
    assert failed.stderr.startswith(
        f"pincite: 'pincite {name}' is for a library in a folder, and PINCITE_ENGINE is 'milvus'; "
    )
    assert instead in failed.stderr
    assert not (tmp_path / "kept").exists()


def test_a_backup_is_not_restored_into_a_folder_that_is_not_asked(command: Command, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    assert command("backup", str(kept)).returncode == 0
    failed = command("restore", str(kept), PINCITE_DATA=str(tmp_path / "data"), **NOWHERE)
    assert failed.returncode == 2
    assert "'pincite restore' is for a library in a folder" in failed.stderr
    assert not (tmp_path / "data").exists()
