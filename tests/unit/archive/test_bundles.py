import os
import shutil
import socket
import unicodedata
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opinion_nlp.archive.bundles import Limits, iter_members
from opinion_nlp.archive.bundles.globs import Selection
from opinion_nlp.archive.bundles.members import show_name
from opinion_nlp.errors import InputError

TEXT = "Bà con xóm Trại phản ánh đường ngập.".encode()


class Walked:
    """Everything that one walk gave."""

    def __init__(self, inputs, spool, **options):
        self.rejects = []
        self.members = []
        self.contents = []
        for member in iter_members(inputs, on_reject=self.rejects.append, spool=spool, **options):
            self.members.append(member)
            self.contents.append(member.path.read_bytes())
            if member.is_temporary:
                member.path.unlink()
        assert list(spool.iterdir()) == []

    @property
    def names(self):
        return [member.name for member in self.members]

    @property
    def reasons(self):
        return {reject.file: reject.reason for reject in self.rejects}


@pytest.fixture
def walk(tmp_path, monkeypatch):
    """Walk through the folder that the test runs in."""
    (tmp_path / "spool").mkdir()
    (tmp_path / "kho-lam").mkdir()
    monkeypatch.chdir(tmp_path / "kho-lam")

    def walk(*inputs, **options):
        return Walked(inputs, tmp_path / "spool", **options)

    return walk


def write(*names, content=TEXT):
    for name in names:
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def test_files_come_before_folders_and_both_by_name(walk):
    write("kho/b/z.txt", "kho/b/a/1.txt", "kho/c.txt", "kho/a.txt", "kho/Z.txt", "kho/b.txt", "kho/a/x.txt")
    walked = walk("kho")
    assert walked.names == [
        *["kho/Z.txt", "kho/a.txt", "kho/b.txt", "kho/c.txt"],
        *["kho/a/x.txt", "kho/b/z.txt", "kho/b/a/1.txt"],
    ]
    assert walked.rejects == []
    assert {(m.kind, m.size, m.is_temporary) for m in walked.members} == {(".txt", len(TEXT), False)}


def test_a_zip_has_the_order_of_its_folder(walk):
    names = ["b/z.txt", "b/a/1.txt", "c.txt", "a.txt", "Z.txt", "b.txt", "a/x.txt", "bá.txt", "ba.txt"]
    write(*[f"kho/{name}" for name in names])
    with zipfile.ZipFile("kho.zip", "w") as archive:
        for name in names:
            archive.write(f"kho/{name}", name)
    folder, packed = walk("kho"), walk("kho.zip")
    assert packed.names == [name.replace("kho/", "kho.zip!/") for name in folder.names]
    assert packed.contents == folder.contents
    assert all(member.is_temporary for member in packed.members)


def test_inputs_come_in_the_order_given_and_as_they_are_named(walk, tmp_path):
    write("b.txt", "a.txt", "kho/c.txt")
    assert walk("b.txt", "kho/", "./a.txt").names == ["b.txt", "kho/c.txt", "a.txt"]
    assert walk(".").names == ["a.txt", "b.txt", "kho/c.txt"]
    assert walk(Path("kho").resolve()).names == [f"{tmp_path.as_posix()}/kho-lam/kho/c.txt"]
    assert walk("../kho-lam/kho").names == ["../kho-lam/kho/c.txt"]


def test_names_are_sorted_and_shown_composed_and_opened_as_they_are(walk):
    names = [unicodedata.normalize("NFD", "đường.txt"), "đuông.txt", "đuống.txt"]
    write(*[f"kho/{name}" for name in names])
    walked = walk("kho")
    assert walked.names == ["kho/đuông.txt", "kho/đuống.txt", "kho/đường.txt"]
    assert walked.members[2].path.name == names[0]


def test_names_that_are_no_text_are_shown_safely(walk):
    write(os.fsdecode(b"kho/b\xe1o.txt"), "kho/a\nb.txt", "kho/bc\u202etxt.txt")
    assert walk("kho").names == ["kho/a\\x0ab.txt", "kho/bc\\u202etxt.txt", "kho/b\\xe1o.txt"]


def test_hidden_files_and_what_programs_leave_are_left_out_without_a_word(walk):
    write("kho/.git/config.txt", "kho/.an.txt", "kho/~$bc.docx", "kho/Thumbs.db", "kho/DESKTOP.INI", "kho/.DS_Store")
    write("kho/__MACOSX/a.txt", "kho/kq.rejects.jsonl", "kho/kq.csv.partial/000.txt", "kho/bc.txt", "kho/a.partial")
    walked = walk("kho")
    assert walked.names == ["kho/bc.txt"]
    assert list(walked.reasons) == ["kho/a.partial"]


def test_links_are_not_followed(walk):
    write("kho/a.txt", "ngoai/b.txt")
    Path("kho/link.txt").symlink_to(Path("ngoai/b.txt").resolve())
    Path("kho/vong").symlink_to(Path("kho").resolve())
    Path("kho/hong").symlink_to("khong-co")
    walked = walk("kho")
    assert walked.names == ["kho/a.txt"]
    assert walked.reasons == {"kho/hong": "a link", "kho/link.txt": "a link", "kho/vong": "a link"}
    assert "give the folder or file" in walked.rejects[0].hint


def test_an_input_that_is_a_link_is_what_somebody_asked_for(walk):
    write("kho/a.txt")
    Path("link").symlink_to("kho")
    assert walk("link").names == ["link/a.txt"]


def test_what_is_no_file_is_rejected(walk):
    write("kho/a.txt")
    os.mkfifo("kho/ong")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("kho/o-cam")
        walked = walk("kho", "kho/ong")
    assert walked.names == ["kho/a.txt"]
    assert [(reject.file, reject.reason) for reject in walked.rejects] == [
        ("kho/o-cam", "neither a file nor a folder"),
        ("kho/ong", "neither a file nor a folder"),
        ("kho/ong", "neither a file nor a folder"),
    ]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_rejected(walk):
    write("kho/a.txt", "kho/b.txt", "kho/kin/c.txt")
    Path("kho/a.txt").chmod(0)
    Path("kho/kin").chmod(0)
    try:
        walked = walk("kho")
    finally:
        Path("kho/kin").chmod(0o700)
    assert walked.names == ["kho/b.txt"]
    assert walked.reasons == {
        "kho/a.txt": "the file cannot be read: Permission denied",
        "kho/kin": "the folder cannot be read: Permission denied",
    }


def test_a_file_or_folder_that_goes_away_is_rejected(tmp_path):
    for name in ("1/a.txt", "1/b.txt", "2/c.txt"):
        write(tmp_path / "kho" / name)
    rejects = []
    members = iter_members([tmp_path / "kho"], on_reject=rejects.append, spool=tmp_path)
    assert next(members).path.name == "a.txt"
    (tmp_path / "kho/1/b.txt").unlink()
    shutil.rmtree(tmp_path / "kho/2")
    assert list(members) == []
    assert [reject.reason.partition(":")[0] for reject in rejects] == [
        "the file cannot be read",
        "the folder cannot be read",
    ]


def test_folders_nested_deeper_than_python_recurses(walk):
    folders = ["/".join("a" * depth) for depth in range(1, 1_101)]
    for folder in folders:
        Path(folder).mkdir()
    write(f"{folders[-1]}/bc.txt")
    assert walk("a").names == [f"{folders[-1]}/bc.txt"]
    # Removed here, because pytest would recurse to do it.
    Path(f"{folders[-1]}/bc.txt").unlink()
    for folder in reversed(folders):
        Path(folder).rmdir()


@pytest.mark.parametrize(
    ("name", "reason"), [("khong-co", "there is no such file or folder"), ("a" * 300, "cannot be opened")]
)
def test_an_input_that_is_not_there_is_an_error_at_once(walk, tmp_path, name, reason):
    write("a.txt")
    with pytest.raises(InputError, match=reason):
        iter_members(["a.txt", name], on_reject=pytest.fail, spool=tmp_path)


def test_no_input_is_an_error(tmp_path):
    with pytest.raises(InputError, match="No input is given"):
        iter_members([], on_reject=pytest.fail, spool=tmp_path)


def test_a_folder_without_a_file_is_an_error_at_once(walk):
    write("kho/.git/a.txt", "kho/a.csv.partial/a.txt", "day/a.txt")
    with pytest.raises(InputError, match=r"^kho: there is no file in this folder\. "):
        walk("day", "kho")
    with pytest.raises(InputError, match=r"^day: there is no file in this folder that the patterns let through\. "):
        walk("day", include=["*.docx"])


def test_a_folder_of_what_cannot_be_read_is_no_error(walk):
    write("kho/a.png", content=b"\x89PNG\r\n\x1a\n")
    Path("vong").mkdir()
    Path("vong/link").symlink_to("..")
    assert list(walk("kho", "vong").reasons.values()) == ["files of this kind are not read", "a link"]


def test_kinds_are_told_by_content(walk):
    write("kho/a.docx", content=b"%PDF-1.7")
    write("kho/b.DOC", content=b"{\\rtf1}")
    write("kho/c.CSV")
    write("kho/d.docx", content=b"")
    assert [(m.kind, m.size) for m in walk("kho").members] == [
        (".pdf", 8),
        (".rtf", 7),
        (".csv", len(TEXT)),
        (".docx", 0),
    ]


@pytest.mark.parametrize(
    ("name", "content", "hint"),
    [
        ("a.rar", b"Rar!\x1a\x07\x01\0", "Unpack it and give the folder"),
        ("a.docx", b"7z\xbc\xaf\x27\x1c", "Unpack it and give the folder"),
        ("a.JPG", b"\xff\xd8\xff", "OCR"),
        ("a.mp4", b"\0\0\0\x18ftypmp42", "Write down what is said"),
        ("a.json", b"[]", "Save it as .jsonl"),
        ("a.pptx", b"", "Save it as .pdf"),
        ("a.exe", b"MZ\0\0\0\0", "Leave it out with --exclude"),
        ("a.lạ", b"\0\1\2", "Leave it out with --exclude"),
    ],
)
def test_kinds_that_nobody_reads_are_rejected_with_a_way_out(walk, name, content, hint):
    write(name, content=content)
    walked = walk(name)
    [reject] = walked.rejects
    assert (reject.file, reject.row, reject.reason) == (name, None, "files of this kind are not read")
    assert hint in reject.hint


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ({}, ["a.txt", "b.md", "2023/a.txt", "2024/BC.TXT", "2024/sub/c.md"]),
        ({"include": ["*.txt"]}, ["a.txt", "2023/a.txt", "2024/BC.TXT"]),
        ({"include": ["2024"]}, ["2024/BC.TXT", "2024/sub/c.md"]),
        ({"include": ["2024/*"]}, ["2024/BC.TXT", "2024/sub/c.md"]),
        ({"include": ["/a.txt", "./b.md"]}, ["a.txt", "b.md", "2023/a.txt"]),
        ({"include": ["*/a.txt"]}, ["2023/a.txt"]),
        ({"include": ["**/c.md"], "exclude": ["sub/*"]}, ["2024/sub/c.md"]),
        ({"exclude": ["SUB", "2023\\a.*"]}, ["a.txt", "b.md", "2024/BC.TXT"]),
        ({"include": ["*.txt"], "exclude": ["**/20?[!3]/**"]}, ["a.txt", "2023/a.txt"]),
    ],
)
def test_patterns_choose_the_same_in_folders_and_archives(walk, options, names):
    write("kho/a.txt", "kho/b.md", "kho/2023/a.txt", "kho/2024/BC.TXT", "kho/2024/sub/c.md")
    shutil.make_archive("kho", "zip", "kho")
    assert walk("kho", **options).names == [f"kho/{name}" for name in names]
    assert walk("kho.zip", **options).names == [f"kho.zip!/{name}" for name in names]


def test_an_archive_in_a_folder_counts_as_a_folder(walk):
    write("trong/2024/bc.txt", "trong/a.md")
    Path("kho").mkdir()
    shutil.make_archive("kho/goi", "zip", "trong")
    assert walk("kho", include=["*.txt"]).names == ["kho/goi.zip!/2024/bc.txt"]
    assert walk("kho", include=["goi.zip/2024/*.txt"]).names == ["kho/goi.zip!/2024/bc.txt"]
    assert walk("kho", include=["*.zip"], exclude=["*.md"]).names == ["kho/goi.zip!/2024/bc.txt"]
    with pytest.raises(InputError, match="patterns"):
        walk("kho", exclude=["*.zip"])


def test_a_document_with_the_name_of_an_archive_is_wanted_like_others(walk):
    write("kho/a.zip", content=b"%PDF-1.7")
    assert walk("kho", include=["*.pdf"]).members == []
    assert [member.kind for member in walk("kho").members] == [".pdf"]


def test_patterns_do_not_drop_a_file_that_is_named(walk):
    write("a.txt")
    assert walk("a.txt", include=["*.docx"]).names == ["a.txt"]


@pytest.mark.parametrize(
    ("pattern", "path", "is_match"),
    [
        ("**", "a", True),
        ("**/**/a", "a", True),
        ("a/**/b", "a/b", True),
        ("a/**/b", "a/x/y/b/c", True),
        ("a/**/b", "x/a/b", False),
        ("a*b", "a/b", False),
        ("?", "aa", False),
        ("[", "[", True),
        ("[z-a]", "z", False),
        ("", "a", False),
        ("Ả*", "ả.txt", True),
        (unicodedata.normalize("NFD", "đường"), "ĐƯỜNG", True),
        ("**/" * 60 + "b", "a/" * 60 + "c", False),
        ("*a" * 60 + "b", "a" * 3_000, False),
    ],
)
def test_patterns(pattern, path, is_match):
    assert Selection(include=[pattern]).allows(tuple(path.split("/"))) is is_match
    assert Selection(exclude=[pattern]).excludes(tuple(path.split("/"))) is is_match


@given(st.lists(st.text(), max_size=3), st.lists(st.text(min_size=1), min_size=1, max_size=4))
def test_no_pattern_and_no_name_is_an_error(patterns, parts):
    chosen = Selection(patterns, ["*"])
    assert not chosen.allows(tuple(parts))
    assert chosen.excludes(tuple(parts))


@given(st.text(st.characters()))
def test_every_name_can_be_shown(name):
    shown = show_name(name)
    shown.encode()
    assert all(character.isprintable() or character.isspace() for character in shown)
    assert "\n" not in shown
    assert show_name(shown) == shown


def test_limits_can_be_given_in_part():
    assert Limits(max_depth=1).max_members == 100_000
