import pickle
import subprocess
import sys

import pytest

import chartwell
from chartwell import errors


def test_every_public_name_loads():
    for name in chartwell.__all__:
        assert getattr(chartwell, name) is not None
    assert dir(chartwell) == chartwell.__all__


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no_such_name"):
        chartwell.no_such_name  # noqa: B018 - reading it is the test


def test_importing_chartwell_loads_nothing_heavy():
    program = "import sys, chartwell; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout.split()
    assert not {"numpy", "torch", "faiss", "pydantic", "tantivy", "PIL"} & set(loaded)


def test_every_error_survives_the_way_between_processes():
    def tree(kind):
        return [kind, *(below for child in kind.__subclasses__() for below in tree(child))]

    for kind in tree(errors.ChartwellError):
        error = pickle.loads(pickle.dumps(kind("It broke.", hint="Mend it.")))  # noqa: S301 - our own bytes
        assert type(error) is kind
        assert str(error) == "It broke. Mend it."


def test_the_tree_in_the_docstring_is_complete():
    def tree(kind):
        return [kind, *(below for child in kind.__subclasses__() for below in tree(child))]

    for kind in tree(errors.ChartwellError):
        if kind.__module__ == errors.__name__:
            assert f" {kind.__name__}" in errors.__doc__ or kind is errors.ChartwellError
