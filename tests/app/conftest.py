"""A collection of a few real files, indexed once for all tests that only read it."""

import pytest

from chartwell import Chartwell


@pytest.fixture(scope="session")
def make_pdf():
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    def make(path, pages, *, password=None):
        encryption = StandardEncryption(password, canPrint=0) if password else None
        canvas = Canvas(str(path), pagesize=(595, 842), encrypt=encryption, invariant=True)
        for lines in pages:
            for number, line in enumerate(lines):
                canvas.drawString(72, 770 - 16 * number, line)
            canvas.showPage()
        canvas.save()
        return path

    return make


@pytest.fixture(scope="session")
def make_chart():
    def make(path, title, values):
        from matplotlib.figure import Figure

        figure = Figure(figsize=(6, 4), dpi=150)
        axes = figure.subplots()
        bars = axes.barh(list(values)[::-1], list(values.values())[::-1])
        axes.bar_label(bars, labels=[f"{value}%" for value in list(values.values())[::-1]])
        axes.set_title(title, loc="left")
        axes.set_xticks([])
        axes.margins(x=0.15)
        figure.tight_layout()
        figure.savefig(path)
        return path

    return make


@pytest.fixture(scope="session")
def corpus(tmp_path_factory, make_pdf, make_chart):
    folder = tmp_path_factory.mktemp("corpus")
    make_pdf(
        folder / "harbour.pdf",
        [
            ["Harbour review", "", "The harbour handled 412 ships in 2021, which was a quiet year."],
            ["The new crane was paid for by the town of Elmsford.", "It lifts forty tonnes."],
        ],
    )
    (folder / "notes.md").write_text(
        "# Ferry notes\n\n## Timetable\n\nThe ferry to Skarholm leaves at 07:15 on weekdays.\n\n"
        "## Fares\n\n| Passenger | Fare |\n| --- | --- |\n| Adult | 14 crowns |\n| Child | 6 crowns |\n",
        "utf-8",
    )
    (folder / "港口.txt").write_text("港口扩建工程于2022年三月完工。\n\n总投资为三亿元。\n", "utf-8")
    make_chart(folder / "survey.png", "How residents travel to work", {"Bicycle": 47, "Bus": 31, "Private car": 22})
    return folder


@pytest.fixture(scope="session")
def indexed(tmp_path_factory, corpus):
    with Chartwell.open(tmp_path_factory.mktemp("collections") / "kb") as client:
        client.report = client.index([corpus])
        yield client


@pytest.fixture(scope="session")
def other_text_model(tmp_path_factory):
    """The offline model under other settings: as different an encoder as any for the collection."""
    import json
    import shutil

    from chartwell.indexing.encoders.weights import resolve_text_model

    original = resolve_text_model("sentence-transformers/all-MiniLM-L6-v2", allow_download=False)
    folder = tmp_path_factory.mktemp("models") / "other"
    shutil.copytree(original.path, folder)
    pooling = folder / "1_Pooling" / "config.json"
    settings = json.loads(pooling.read_text())
    settings.update(pooling_mode_mean_tokens=False, pooling_mode_cls_token=True)
    pooling.write_text(json.dumps(settings))
    return folder


@pytest.fixture(scope="session")
def tiny_open_clip(tmp_path_factory):
    """A random open_clip model of a few kilobytes in a folder, as users keep real ones."""
    import json

    import open_clip
    import torch
    from safetensors.torch import save_file

    config = {
        "embed_dim": 16,
        "vision_cfg": {"image_size": 32, "layers": 1, "width": 32, "head_width": 16, "patch_size": 16},
        "text_cfg": {"context_length": 77, "vocab_size": 49408, "width": 16, "heads": 2, "layers": 1},
    }
    folder = tmp_path_factory.mktemp("models") / "tiny-clip"
    folder.mkdir()
    configs = tmp_path_factory.mktemp("configs")
    (configs / "tiny-test-ViT.json").write_text(json.dumps(config))
    open_clip.add_model_config(configs)
    torch.manual_seed(7)
    model = open_clip.create_model("tiny-test-ViT", pretrained=None)
    save_file(model.state_dict(), folder / "open_clip_model.safetensors")
    preprocessing = {"mean": [0.5] * 3, "std": [0.5] * 3, "size": [32, 32]}
    (folder / "open_clip_config.json").write_text(json.dumps({"model_cfg": config, "preprocess_cfg": preprocessing}))
    return folder
