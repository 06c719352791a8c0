"""Archives in trouble: whatever is wrong with a file, it is listed with its reason, and the rest is tagged."""

import io
import json
import os
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import matplotlib
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen import canvas

from opinion_nlp.cli import main

SENTENCE = "Bà con thôn Đông phản ánh đường liên xã hỏng nặng, đề nghị sửa sớm."
HEADER = "stt,Nội dung\n"


def make_docx(*texts: str) -> bytes:
    document = docx.Document()
    for text in texts:
        document.add_paragraph(text)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def make_pdf(text: str = "", password: str | None = None) -> bytes:
    stream = io.BytesIO()
    sheet = canvas.Canvas(stream, encrypt=StandardEncryption(password) if password else None)
    pdfmetrics.registerFont(TTFont("text", Path(matplotlib.get_data_path(), "fonts/ttf/DejaVuSans.ttf")))
    sheet.setFont("text", 10)
    sheet.drawString(50, 700, text) if text else sheet.rect(50, 50, 300, 300, fill=1)
    sheet.showPage()
    sheet.save()
    return stream.getvalue()


def make_xlsx() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["Nội dung"])
    book.active.append([SENTENCE])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def make_parquet(values: pa.Array) -> bytes:
    stream = io.BytesIO()
    pq.write_table(pa.table({"text": values}), stream)
    return stream.getvalue()


def make_zip(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


BAD: dict[str, tuple[str, Callable[[], bytes]]] = {
    "truncated docx": ("a.docx", lambda: cut(make_docx(SENTENCE))),
    "docx without its body": ("a.docx", lambda: make_zip({"[Content_Types].xml": b"<Types/>"})),
    "docx bomb": ("a.docx", lambda: make_zip({"word/document.xml": b"<a>" + b" " * 300_000_000})),
    "docx without text": ("a.docx", make_docx),
    "pdf with a password": ("a.pdf", lambda: make_pdf(SENTENCE, "mat-khau")),
    "scanned pdf": ("a.pdf", make_pdf),
    "truncated pdf": ("a.pdf", lambda: cut(make_pdf(SENTENCE))),
    "workbook cut off": ("a.xlsx", lambda: cut(make_xlsx())),
    "workbook bomb": ("a.xlsx", lambda: make_zip({"xl/sharedStrings.xml": b"0" * 300_000_000})),
    "parquet cut off": ("a.parquet", lambda: cut(make_parquet(pa.array([SENTENCE])))),
    "parquet of lists": ("kho/a.parquet", lambda: make_parquet(pa.array([[SENTENCE]]))),
    "old office file": ("a.doc", lambda: bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 5000),
    "zip cut off": ("a.zip", lambda: cut(make_zip({"a.txt": SENTENCE.encode() * 50}))),
    "zip slip": ("a.zip", lambda: make_zip({"../../a.txt": SENTENCE.encode()})),
    "zip bomb": ("a.zip", lambda: make_zip({"a.txt": b"0" * 300_000_000})),
    "picture": ("kho/a.jpg", lambda: b"\xff\xd8\xff\xe0" + b"0" * 99),
    **{
        f"empty {kind}": (f"a{kind}", lambda: b"")
        for kind in (".docx", ".pdf", ".txt", ".html", ".eml", ".csv", ".jsonl", ".parquet", ".xlsx", ".zip")
    },
    **{
        f"random bytes as {kind}": (f"a{kind}", lambda: random.Random(7).randbytes(4000))
        for kind in (".docx", ".pdf", ".txt", ".html", ".eml", ".doc", ".csv", ".jsonl", ".parquet", ".xlsx", ".zip")
    },
    "html of scripts": ("a.html", lambda: b"<script>alert('xss')</script><style>p{}</style>"),
    "only a header": ("kho/a.txt", lambda: "Kính gửi: Ban Tuyên giáo\n".encode()),
}

MIXED: dict[str, tuple[str, bytes]] = {
    "ragged csv": ("a.csv", f"{HEADER}1,{SENTENCE.replace(',', '')}\n2\n3,a,b\n".encode()),
    "5 MB cell": ("a.csv", f"{HEADER}1,Chợ bẩn quá\n2,{'a ' * 2_600_000}\n3,Loa hỏng\n".encode()),
    "50 MB line": ("a.csv", f"{HEADER}1,Chợ bẩn quá\n2,{'a' * 50_000_000}\n3,Loa hỏng\n".encode()),
    "50 MB line of JSON": ("a.jsonl", ('{"text": "Chợ bẩn"}\n{"text": "' + "a" * 50_000_000 + '"}\n').encode()),
    "5 MB text of JSON": ("a.jsonl", ('{"text": "Chợ bẩn"}\n{"text": "' + "a " * 2_600_000 + '"}\n').encode()),
    "broken JSON lines": ("a.jsonl", '{"text": "Chợ bẩn"}\n{"text": \n[1]\nnull\n{"text": ["a"]}\n'.encode()),
    "surrogate in JSON": ("a.jsonl", '{"text": "Chợ bẩn"}\n{"text": "\\ud83d vỡ"}\n'.encode()),
    "damaged byte": ("a.csv", f"{HEADER}1,Chợ bẩn quá\n".encode() + b"2,Ch\xe1 loa\n"),
    "NUL": ("a.csv", f"{HEADER}1,Chợ bẩn quá\n2,Loa\0 hỏng\n".encode()),
    "pages without text": ("a.zip", make_zip({"a.txt": SENTENCE.encode(), "b.pdf": make_pdf()})),
}

GOOD: dict[str, tuple[str, bytes]] = {
    "pdf named docx": ("a.docx", make_pdf(SENTENCE)),
    "workbook named csv": ("a.csv", make_xlsx()),
    "null and numbers": ("a.jsonl", b'{"text": null}\n{"text": 12}\n{"text": true}\n'),
    "bidi and zero width": ("a.txt", f"\u202e{SENTENCE}\u202c \u200b\u2067{SENTENCE}\u2069".encode()),
    "script in a cell": ("a.csv", f'{HEADER}1,"<script>alert(1)</script> {SENTENCE}"\n'.encode()),
    "utf-16": ("a.txt", SENTENCE.encode("utf-16")),
    "decomposed": (
        "a.txt",
        "Ba\u0300 con pha\u0309n a\u0301nh \u0111u\u031bo\u031b\u0300ng ho\u0309ng na\u0323\u0306ng.".encode(),
    ),
}


@pytest.fixture
def score(tmp_path, monkeypatch, tiny_model_path, capsys):
    """Score one file, or the folder ``kho`` that it lies in, and give what came out."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPINION_NLP_MODEL", str(tiny_model_path))
    monkeypatch.setenv("PATH", os.devnull)  # without LibreOffice

    def score(name: str, data: bytes, *options: str) -> tuple[int, pd.DataFrame, list[dict[str, object]]]:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        code = main(["score", name.split("/")[0], "-o", "out.parquet", "--workers", "1", *options])
        messages = capsys.readouterr().err
        assert "Traceback" not in messages
        rejects = tmp_path / "out.parquet.rejects.jsonl"
        lines = rejects.read_text(encoding="utf-8").splitlines() if rejects.exists() else []
        left = {path.name for path in tmp_path.iterdir()} - {name.split("/")[0], "out.parquet", rejects.name}
        assert not left
        return code, pd.read_parquet("out.parquet"), [json.loads(line) for line in lines]

    return score


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_read_is_listed(score, case):
    name, make = BAD[case]
    code, rows, rejects = score(name, make())
    assert code == 4
    assert len(rows) == 0
    assert "nature" in rows.columns
    assert len(rejects) == 1
    assert str(rejects[0]["file"]).startswith(name)
    assert rejects[0]["reason"]
    assert rejects[0]["hint"]


@pytest.mark.parametrize("case", MIXED)
def test_good_rows_are_kept(score, case):
    name, data = MIXED[case]
    code, rows, rejects = score(name, data)
    assert code == 4
    assert 1 <= len(rows) <= 2
    assert rejects
    assert all(reject["reason"] and reject["hint"] for reject in rejects)


@pytest.mark.parametrize("case", GOOD)
def test_what_looks_odd_is_read(score, case):
    name, data = GOOD[case]
    code, rows, rejects = score(name, data)
    assert (code, rejects) == (0, [])
    assert len(rows) >= 1


def test_a_folder_of_all_of_them_gives_what_is_good(score, tmp_path):
    folder = tmp_path / "kho"
    folder.mkdir()
    for number, (name, make) in enumerate(BAD.values()):
        folder.joinpath(f"{number:02}-{Path(name).name}").write_bytes(make())
    code, rows, rejects = score("kho/tot.docx", make_docx(SENTENCE, "Nghe nói chợ sắp dời đi nơi khác."), "--redact")
    assert code == 4
    assert set(rows["source_file"]) == {"kho/tot.docx"}
    assert len(rejects) == len(BAD)
    assert len({str(reject["file"]).partition("!")[0] for reject in rejects}) == len(BAD)
