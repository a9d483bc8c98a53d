"""A collection of a few real files, indexed once for all tests that only read it."""

import struct
import zlib

import pytest

from chartwell import Chartwell

GULLS = "The lighthouse keeper counts 88 gulls."


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


@pytest.fixture(scope="module")
def bad_files(tmp_path_factory, make_pdf):
    """The bad files of the specification that lie on a disk as they are, among good ones."""
    from PIL import Image

    folder = tmp_path_factory.mktemp("hostile")
    make_pdf(folder / "encrypted.pdf", [["secret"]], password="open sesame")
    whole = make_pdf(folder / "whole.pdf", [["Page one speaks of herring."], ["Page two speaks of cod."]])
    (folder / "truncated.pdf").write_bytes(whole.read_bytes()[: len(whole.read_bytes()) // 3])
    (folder / "no-pages.pdf").write_bytes(_pdf_with_pages(0))
    (folder / "bomb.pdf").write_bytes(_pdf_with_pages(10_000))
    Image.new("RGB", (1, 1)).save(folder / "dot.png")
    (folder / "huge.png").write_bytes(_png_header_bomb(20_000, 20_000))
    for name in ("empty.md", "empty.pdf", "empty.png"):
        (folder / name).write_bytes(b"")
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 64)
    (folder / "script.html").write_text(
        "<html><body><h1>Gulls</h1><script>alert('stolen')</script><p onclick='steal()'>" + GULLS + "</p></body></html>"
    )
    (folder / "gbk.txt").write_bytes(("港口的灯塔看守人数了八十八只海鸥，天气晴朗，风力三级。" * 5).encode("gb18030"))
    (folder / "latin.txt").write_bytes(
        "Der Leuchtturmwärter zählt täglich achtundachtzig Möwen.\n".encode("cp1252") * 5
    )
    for name in ("with space.md", "line\nbreak.md", "gull 🐦.md"):
        (folder / name).write_text(GULLS)
    return folder


def _pdf_with_pages(count):
    """A PDF whose page tree claims `count` pages, all the same object."""
    kids = " ".join(["3 0 R"] * count)
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {count} /MediaBox [0 0 200 200] >>",
        "<< /Type /Page /Parent 2 0 R >>",
    ]
    body, offsets = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, start=1):
        offsets.append(len(body))
        body += f"{number} 0 obj {text} endobj\n".encode()
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    start = len(body)
    trailer = f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF"
    return body + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{trailer}".encode()


def _png_header_bomb(width, height):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    rows = zlib.compress(b"\0" * (width // 8 + 1) * height, 9)
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
