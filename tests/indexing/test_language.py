"""Languages of documents and of their blocks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartwell.indexing.language import detect_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Net sales rose by four percent in the northern region.", "en"),
        ("Net sales", "en"),
        ("Los Angeles office", "en"),
        ("使用 Common Crawl 和 MinHash 做 deduplication 的数据", "zh"),
        ("Dies ist ein Satz in deutscher Sprache, der lang genug ist, um nicht für Englisch zu gelten.", "de"),
        ("Do partisans see foreign trade tariffs?", "en"),
        ("净销售额增长百分之四", "zh"),
        ("淨銷售額", "zh"),
        ("使用 GPT-4 和 LoRA 微调模型", "zh"),
        ("売上高は前年同期比で増加しました。", "ja"),
        ("매출은 전년 동기 대비 증가했습니다.", "ko"),
        ("Der Umsatz stieg im dritten Quartal, und das Ergebnis ist gut.", "de"),
        ("Le chiffre d'affaires est en hausse dans les régions du nord.", "fr"),
        ("Los ingresos aumentaron en el tercer trimestre por las ventas del norte.", "es"),
        ("I ricavi sono aumentati nel terzo trimestre e il risultato è più alto.", "it"),
        ("As receitas não aumentaram em uma das regiões do norte.", "pt"),
        ("De omzet van het bedrijf is niet gestegen, zijn onze cijfers.", "nl"),
        ("Выручка выросла в третьем квартале.", ""),
        ("12.5 % – 2023", ""),
        ("", ""),
    ],
)
def test_language(text, language):
    assert detect_language(text) == language


@pytest.mark.parametrize(
    ("text", "document", "language"),
    [
        ("Umsatz nach Regionen", "de", "de"),
        ("GPT-4", "zh", "en"),
        ("经营成绩", "ja", "ja"),
        ("经营成绩", "en", "zh"),
        ("12.5 %", "fr", "fr"),
        ("The revenue of the group rose as it was planned in the budget.", "de", "en"),
    ],
)
def test_the_document_decides_where_a_block_is_too_short(text, document, language):
    assert detect_language(text, document) == language


@given(st.text(), st.sampled_from(["", "en", "zh", "de"]))
def test_any_text_has_a_language_or_none(text, document):
    assert detect_language(text, document) in {"", "en", "zh", "ja", "ko", "de", "fr", "es", "it", "pt", "nl"}
