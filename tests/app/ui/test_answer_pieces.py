"""How an answer is cut into pieces, and which place its citations show."""

from hypothesis import given
from hypothesis import strategies as st

from chartwell.app.ui.answer_pieces import notes_of, pieces_of, with_sources

LABELS = {"supported": "yes", "contradicted": "no", "not_found": "unknown"}
WORDS = st.text(alphabet="ab 1。.[]，\n", max_size=12)
MARKS = st.sampled_from(["[1]", " [1, 2]", "[1-3]", "【2】", "[7]", "[", "]", ""])
PIECES = st.lists(st.tuples(WORDS, MARKS), max_size=6)


def claim(text, verdict="supported"):
    return {"text": text, "verdict": verdict, "reason": f"because of {text}"}


def answer(text, *claims):
    evidence = [{"number": number, "source": f"/d/{number}.pdf"} for number in (1, 2, 3)]
    return {"text": text, "claims": list(claims), "evidence": evidence}


@given(PIECES, st.lists(WORDS, max_size=4))
def test_the_texts_of_the_pieces_are_the_answer(parts, other):
    text = "".join(words + mark for words, mark in parts)
    told = answer(text, *(claim(words.strip()) for words, _ in parts), *(claim(words) for words in other))
    assert "".join(piece["text"] for piece in pieces_of(told, LABELS)) == text


@given(PIECES)
def test_every_claim_has_a_sign_or_a_note(parts):
    text = "".join(words + mark for words, mark in parts)
    told = answer(text, *(claim(words.strip()) for words, _ in parts))
    signs = sum(piece["kind"] == "sign" for piece in pieces_of(told, LABELS))
    assert signs + len(notes_of(told, LABELS)) == len(told["claims"])


def test_claims_and_citations_come_in_the_order_of_the_text():
    told = answer(
        "Up 5 % [1] in May. Down in June [2, 9].", claim("Up 5 % in May."), claim("Down in June.", "not_found")
    )
    told["claims"][1]["text"] = "Down in June"
    pieces = [(p["kind"], p.get("number") or p.get("sign") or p["text"]) for p in pieces_of(told, LABELS)]
    assert pieces == [
        ("text", "Up 5 %"), ("citation", 1), ("text", " in May."), ("sign", "✓"), ("text", " "),
        ("text", "Down in June"), ("sign", "?"), ("citation", 2), ("citation", 9), ("text", "."),
    ]  # fmt: skip
    cited = [piece for piece in pieces_of(told, LABELS) if piece["kind"] == "citation"]
    assert [piece["claim"] for piece in cited] == [0, 1, 1]
    assert [piece["valid"] for piece in cited] == [True, True, False]
    assert [piece["label"] for piece in cited] == ["1.pdf", "2.pdf", "?"]


def test_what_is_not_supported_is_told_below():
    told = answer("Up. Down.", claim("Up."), claim("Down.", "contradicted"), claim("Not in the text."))
    assert [(note["claim"], note["sign"]) for note in notes_of(told, LABELS)] == [
        ("Down.", "✗"),
        ("Not in the text.", "✓"),
    ]


def test_a_copy_names_the_sources_it_cites():
    told = answer("Up [1]. Down [3].") | {"cited": [1, 3]}
    for item, page in zip(told["evidence"], [None, 2, 7], strict=True):
        item |= {"page": page, "page_label": "vii" if page else ""}
    assert with_sources(told) == "Up [1]. Down [3].\n\n[1] /d/1.pdf\n[3] /d/3.pdf, p. vii"
    assert with_sources(answer("Nothing.") | {"cited": []}) == "Nothing."
