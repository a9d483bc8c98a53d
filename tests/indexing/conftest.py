"""Parts of tiny models, made on the spot."""

import pytest


@pytest.fixture(scope="session")
def save_word_tokenizer():
    """A function that saves a tokenizer of whole words into a folder and returns the size of its vocabulary."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    special = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    words = ["the", "revenue", "of", "rose", "fell", "to", "in", "margin", "operating", "percent", "billion", "2", "3", "2023", ".", ",", ":", "/", "http", "png"]
    vocabulary = {word: number for number, word in enumerate([*special.values(), *words])}

    def save(folder, **options):
        tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
        tokenizer.normalizer = normalizers.Lowercase()
        tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
        marks = [(mark, vocabulary[mark]) for mark in ("[CLS]", "[SEP]")]
        tokenizer.post_processor = processors.TemplateProcessing("[CLS] $A [SEP]", None, marks)
        PreTrainedTokenizerFast(tokenizer_object=tokenizer, **special, **options).save_pretrained(folder)
        return len(vocabulary)

    return save
