"""Fixtures that several folders of tests share."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Tests share two cores with whatever else runs: slow is no failure.
settings.register_profile("chartwell", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("chartwell")

os.environ["HF_HUB_OFFLINE"] = "1"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    folder = Path(os.environ.get("SHARED_DATA", Path(__file__).resolve().parents[1] / ".." / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("the development data is not beside this checkout")
    return folder.resolve()


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch, tmp_path_factory):
    """Tests see neither the user's environment variables nor a chartwell.toml of the folder they run in."""
    for name in list(os.environ):
        if name.startswith("CHARTWELL_"):
            monkeypatch.delenv(name)
