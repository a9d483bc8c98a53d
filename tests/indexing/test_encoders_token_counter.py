import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from chartwell.errors import ModelUnavailable
from chartwell.indexing.encoders.token_counter import HfTokenCounter


@pytest.fixture(scope="module")
def counter(tmp_path_factory):
    """Every character is a token; the file asks for truncation at 4 and padding to 8, as MiniLM's does."""
    vocabulary = {"[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "[PAD]": 3, "a": 4, "b": 5}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    tokenizer.post_processor = processors.TemplateProcessing("[CLS] $A [SEP]", None, [("[CLS]", 1), ("[SEP]", 2)])
    tokenizer.enable_truncation(4)
    tokenizer.enable_padding(length=8)
    path = tmp_path_factory.mktemp("tokenizer") / "tokenizer.json"
    tokenizer.save(str(path))
    return HfTokenCounter(path, 10)


def test_counts_whole_texts_without_special_tokens(counter):
    assert counter.count(["ab", "", "abababababab"]) == [2, 0, 12]
    assert counter.count([]) == []


def test_survives_pickling_before_and_after_use(counter):
    counter.count(["a"])
    copy = pickle.loads(pickle.dumps(counter))  # noqa: S301 - our own bytes
    assert copy == counter
    assert copy.max_tokens == 10
    assert copy.count(["abc"]) == [3]


@given(st.lists(st.text(alphabet=st.characters(), max_size=20), max_size=5))
def test_counts_any_string_python_can_hold(counter, texts):
    assert len(counter.count([*texts, "\ud800"])) == len(texts) + 1


@given(st.text(alphabet="ab", max_size=30), st.text(alphabet="ab", max_size=30))
def test_a_text_counts_its_own_tokens_whatever_stands_beside_it(counter, one, other):
    assert counter.count([one, other]) == [len(one), len(other)]


@pytest.mark.parametrize("content", [None, b"", b'{"version": "1.0"}'])
def test_an_unusable_tokenizer_is_named(tmp_path, content):
    path = tmp_path / "tokenizer.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelUnavailable, match=r"tokenizer\.json"):
        HfTokenCounter(path, 10).count(["a"])
