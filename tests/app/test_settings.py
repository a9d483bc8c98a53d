import pytest

from chartwell import Chartwell
from chartwell.app.settings import PRESETS, Settings
from chartwell.errors import SettingsError


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_layers_from_preset_to_argument(tmp_path, monkeypatch):
    (tmp_path / "chartwell.toml").write_text("preset = 'gpu'\n[index]\nworkers = 5\nmax_pages = 9\n")
    monkeypatch.setenv("CHARTWELL_INDEX__WORKERS", "7")
    settings = Settings.load(encoder={"batch_size": 3})
    assert settings.encoder.text_model == PRESETS["gpu"]["encoder"]["text_model"]
    assert settings.encoder.batch_size == 3
    assert settings.index.workers == 7
    assert settings.index.max_pages == 9


def test_weights_that_are_not_named_keep_their_defaults(monkeypatch):
    monkeypatch.setenv("CHARTWELL_RETRIEVAL__WEIGHTS__LEXICAL", "0.5")
    weights = Settings.load().retrieval.weights
    assert (weights.lexical, weights.text_vectors) == (0.5, 0.7)


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_is_valid(preset):
    assert Settings.load(preset=preset).preset == preset


@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        ({"chunks": {}}, "chunks"),
        ({"chunk": {"size": 1}}, "chunk.size"),
        ({"index": {"workers": 0}}, "index.workers"),
        ({"preset": "fast"}, "preset"),
        ({"retrieval": {"weights": {"text_vector": 1.0}}}, "retrieval.weights.text_vector"),
    ],
)
def test_what_is_wrong_is_named(arguments, key):
    with pytest.raises(SettingsError) as raised:
        Settings.load(**arguments)
    assert key in str(raised.value)


def test_a_recipe_that_is_none_is_refused_before_anything_is_done(tmp_path):
    with pytest.raises(SettingsError, match="nonsense"):
        Chartwell.open(tmp_path / "kb", index={"faiss_index": "nonsense"})
    assert not (tmp_path / "kb").exists()


@pytest.mark.parametrize(("name", "value"), [("CHARTWELL_WORKERS", "2"), ("CHARTWELL_INDEX__WORKER", "2")])
def test_unknown_environment_variables_are_refused(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError):
        Settings.load()


@pytest.mark.parametrize("content", ["[index\n", "index = 3\n", "\xff"])
def test_a_broken_file_is_refused(tmp_path, content):
    (tmp_path / "chartwell.toml").write_bytes(content.encode("latin-1"))
    with pytest.raises(SettingsError):
        Settings.load()


def test_a_named_file_must_be_there(monkeypatch):
    monkeypatch.setenv("CHARTWELL_CONFIG", "elsewhere.toml")
    with pytest.raises(SettingsError, match=r"elsewhere\.toml"):
        Settings.load()


def test_the_readme_lists_every_setting():
    import re
    from pathlib import Path

    readme = (Path(__file__).resolve().parents[2] / "README.md").read_text("utf-8")
    for section, field in Settings.model_fields.items():
        inner = getattr(field.annotation, "model_fields", None)
        for name in inner or [section]:
            assert re.search(rf"^{name} = ", readme, re.MULTILINE), f"{section}.{name}"


def test_every_setting_that_a_message_names_exists():
    import re
    from pathlib import Path

    root = Path(__file__).resolve().parents[2]
    code = "".join(path.read_text("utf-8") for path in (root / "indexing").rglob("*.py"))
    named = set(re.findall(r"settings? `(\w+)\.(\w+)`", code))
    assert {name for _, name in named} > {"max_pages", "max_megapixels", "parse_memory_mib"}
    for section, name in named:
        assert name in Settings.model_fields[section].annotation.model_fields, f"{section}.{name}"
