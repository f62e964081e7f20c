"""Settings are checked, and a mistake names the setting."""

from pathlib import Path

import pytest

from api.settings import BadSettings, Settings, load_settings, origin


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"PINCITE_{name.upper()}", raising=False)


def test_the_defaults_are_local() -> None:
    settings = load_settings()
    assert (settings.host, settings.port, settings.runtime) == ("127.0.0.1", 8000, "onnx")
    assert settings.model == "sentence-transformers/all-MiniLM-L6-v2"
    assert [file.name for file in settings.seeds.glob("*.txt")] == ["000_90540d4fb70059aa.txt"]


def test_the_environment_comes_before_the_env_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("PINCITE_PORT=7000\nPINCITE_HOST=::1\nOTHER=1\n", encoding="utf-8")
    monkeypatch.setenv("PINCITE_PORT", "9000")
    settings = load_settings()
    assert (settings.port, settings.host) == (9000, "::1")
    assert [origin(name) for name in ("port", "host", "data")] == ["environment", ".env", "default"]


def test_an_unknown_setting_is_named_with_the_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PINCITE_PROT", "9000")
    with pytest.raises(BadSettings, match="no setting PINCITE_PROT; did you mean PINCITE_PORT"):
        load_settings()


def test_an_unknown_setting_in_the_env_file_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PINCITE_QQQQQQQQ=1\n", encoding="utf-8")
    with pytest.raises(BadSettings, match="no setting PINCITE_QQQQQQQQ; see 'pincite settings'"):
        load_settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "abc"), ("PORT", "65536"), ("RUNTIME", "gpu"), ("MIN_CONFIDENCE", "1.5"), ("MODEL", "")],
)
def test_a_value_out_of_range_names_the_setting(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"PINCITE_{name}", value)
    with pytest.raises(BadSettings, match=f"the setting PINCITE_{name} cannot be '{value}'"):
        load_settings()


def test_an_env_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"PINCITE_PORT=\xff\n")
    with pytest.raises(BadSettings, match=r"the file \.env cannot be read"):
        load_settings()
