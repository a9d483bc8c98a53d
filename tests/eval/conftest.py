import importlib.util
import json
from pathlib import Path

import pytest

VICTIM = Path(__file__).parent / "run_victim.py"

QUESTIONS = [
    {
        "id": "leave",
        "question": "When does the ferry to Skarholm leave on weekdays?",
        "answers": ["At 07:15 on weekdays."],
        "relevant": [{"source": "ferry.pdf", "page": 1, "node": "text"}],
    },
    {
        "id": "fare",
        "question": "What does an adult pay for the ferry, in crowns?",
        "answers": ["14 crowns"],
        "relevant": [{"source": "ferry.pdf", "page": 2, "node": "text"}],
    },
    {
        "id": "ships",
        "question": "How many ships did the harbour handle in 2021?",
        "answers": ["The harbour handled 412 ships."],
        "relevant": [
            {
                "source": "reports/harbour.pdf",
                "page": 1,
                "boxes": [{"page": 1, "left": 0.1, "top": 0.1, "right": 0.9, "bottom": 0.2}],
            }
        ],
    },
    {
        "id": "herring",
        "question": "How many tonnes of herring were landed in 2021?",
        "answers": ["1,250 tonnes", "1,250 tonnes of herring"],
        "relevant": [{"source": "fish.pdf", "page": 1, "node": "text"}],
    },
    {
        "id": "zürich 7",
        "question": "By how much did cod fall?",
        "answers": ["Cod fell by 12 %."],
        "relevant": [{"source": "fish.pdf", "page": 2, "node": "text"}],
    },
    {"id": "mayor", "question": "Who was elected mayor of Elmsford?", "answerable": False},
]


@pytest.fixture(scope="session")
def victim():
    """The program that is killed, as a module: it has the small system that is evaluated."""
    spec = importlib.util.spec_from_file_location("run_victim", VICTIM)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.path = VICTIM
    return module


@pytest.fixture
def small_system(victim):
    return victim.SmallSystem


@pytest.fixture
def questions(tmp_path):
    path = tmp_path / "questions.jsonl"
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in QUESTIONS), "utf-8")
    return path
