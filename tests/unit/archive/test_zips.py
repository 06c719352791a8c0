import bz2
import io
import os
import stat
import struct
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import pytest

from opinion_nlp.archive.bundles import Limits, iter_members
from opinion_nlp.text.legacy import Encoding, encode

TEXT = "Bà con xóm Trại phản ánh đường ngập."
RAW = TEXT.encode()


def pack(members, method=zipfile.ZIP_DEFLATED):
    """Write a zip file: names or entries with their content."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return stream.getvalue()


def pack_raw(entries, *, n_entries=None):
    """Write a zip file byte by byte: (name, content, changed fields of the entry) with the sizes that one likes."""
    body, directory = b"", b""
    for name, packed, fields in entries:
        made = {"flags": 0, "method": 0, "crc": zlib.crc32(packed), "packed": len(packed), "size": len(packed)}
        made |= {"offset": len(body), "extra": b"", "version": 20, "mark": b"PK\x03\x04"} | fields
        sizes = struct.pack("<LLL", made["crc"], made["packed"], made["size"])
        common = struct.pack("<HHHHH", made["version"], made["flags"], made["method"], 0, 33) + sizes
        lengths = struct.pack("<HH", len(name), len(made["extra"]))
        body += made["mark"] + common + struct.pack("<HH", len(name), 0) + name + packed
        place = struct.pack("<HHHLL", 0, 0, 0, 0, made["offset"])
        directory += b"PK\x01\x02\x14\0" + common + lengths + place + name + made["extra"]
    n_entries = len(entries) if n_entries is None else n_entries
    end = struct.pack("<4sHHHHLLH", b"PK\x05\x06", 0, 0, n_entries, n_entries, len(directory), len(body), 0)
    return body + directory + end


def list_names(folder):
    return sorted(path.name for path in folder.iterdir())


def deflate(content):
    engine = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return engine.compress(content) + engine.flush()


class Expanded:
    def __init__(self, content, folder, **limits):
        (folder / "kho.zip").write_bytes(content)
        spool = folder / "spool"
        spool.mkdir(exist_ok=True)
        self.rejects, self.members, self.texts, self.most_spooled = [], [], [], 0
        walk = iter_members([folder / "kho.zip"], on_reject=self.rejects.append, limits=Limits(**limits), spool=spool)
        for member in walk:
            assert member.is_temporary
            assert member.path.parent == spool
            self.members.append(member)
            self.texts.append(member.path.read_bytes())
            assert member.size == len(self.texts[-1])
            self.most_spooled = max(self.most_spooled, len(list_names(spool)))
            member.path.unlink()
        # Nothing is left over, and nothing went elsewhere.
        assert list_names(folder) == ["kho.zip", "spool"]
        assert list_names(spool) == []
        self._root = f"{folder.as_posix()}/kho.zip"

    @property
    def names(self):
        return [member.name.removeprefix(f"{self._root}!/") for member in self.members]

    @property
    def reasons(self):
        return [(reject.file.removeprefix(self._root).removeprefix("!/"), reject.reason) for reject in self.rejects]


@pytest.fixture
def expand(tmp_path):
    return lambda content, **limits: Expanded(content, tmp_path, **limits)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
@pytest.mark.parametrize("size", [0, 1, 65_536, 65_537, 3_000_000])
def test_members_are_unpacked_whole(expand, method, size):
    content = os.urandom(size // 2).hex().encode() + b"a" * (size % 2)
    got = expand(pack([("a.txt", content), ("b.txt", RAW)], method))
    assert (got.names, got.texts, got.rejects) == (["a.txt", "b.txt"], [content, RAW], [])
    assert got.most_spooled == 1


def test_names_are_made_up_on_disk(tmp_path):
    (tmp_path / "kho.zip").write_bytes(pack([("con.txt", RAW)]))
    [member] = iter_members([tmp_path / "kho.zip"], on_reject=pytest.fail, spool=tmp_path)
    assert member.path.name.startswith("member-")
    assert stat.S_IMODE(member.path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "name",
    [
        "../a.txt",
        "x/../../a.txt",
        "..",
        "/etc/a.txt",
        "//may/a.txt",
        "C:/a.txt",
        "c:a.txt",
        "x\\a.txt",
        "..\\a.txt",
        "a.txt\0.exe",
        "\0",
        "/",
        "./",
        "a" * 5_000,
    ],
)
def test_names_that_lead_out_are_rejected_and_not_extracted(expand, name):
    got = expand(pack_raw([(name.encode(), RAW, {}), (b"z.txt", RAW, {})]))
    assert got.names == ["z.txt"]
    [reject] = got.rejects
    assert reject.reason == "a name that leads out of the archive, or is too long"
    assert reject.file.isprintable()


def test_harmless_oddities_of_names_are_cleaned(expand):
    got = expand(
        pack([("./a//b.txt", RAW), ("2024/", b""), ("x..y/c.txt", RAW), ("xa:b.txt", RAW), ("d\u202e.txt", RAW)])
    )
    assert got.names == ["d\\u202e.txt", "xa:b.txt", "a/b.txt", "x..y/c.txt"]


def test_hidden_members_are_left_out_without_a_word(expand):
    got = expand(
        pack([("__MACOSX/._a.txt", RAW), (".a/b.txt", RAW), ("~$a.docx", RAW), ("a/Thumbs.db", RAW), ("a.txt", RAW)])
    )
    assert (got.names, got.rejects) == (["a.txt"], [])


@pytest.mark.parametrize(
    ("file_type", "reason"), [(stat.S_IFLNK, "a link"), (stat.S_IFIFO, "neither a file nor a folder")]
)
def test_links_and_devices_are_rejected(expand, file_type, reason):
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = (file_type | 0o777) << 16
    plain = zipfile.ZipInfo("a.txt")
    plain.external_attr = (stat.S_IFREG | 0o644) << 16
    got = expand(pack([(link, "/etc/passwd"), (plain, RAW)]))
    assert (got.names, got.reasons) == (["a.txt"], [("link.txt", reason)])


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"flags": 1}, "the file is locked with a password"),
        ({"method": 99, "flags": 1}, "the file is locked with a password"),
        ({"method": 14}, "the file is packed by a method that is not read (14)"),
        ({"crc": 7}, "the file is damaged in the archive: the checksum or the size is wrong"),
        ({"size": 7}, "the file is damaged in the archive: the checksum or the size is wrong"),
        ({"packed": 10**6}, "the file is damaged in the archive: the archive ends inside the member"),
        ({"method": 8}, "the file is damaged in the archive: Error -3 while decompressing data: invalid block type"),
        ({"method": 12}, "the file is damaged in the archive: Invalid data stream"),
        ({"mark": b"XXXX"}, "the file is damaged in the archive: there is no member where the directory says"),
        ({"offset": 10**9}, "the file is damaged in the archive: the archive ends before the member"),
    ],
)
def test_a_member_that_cannot_be_unpacked_is_one_reject(expand, fields, reason):
    got = expand(pack_raw([(b"a.txt", b"\x06" + RAW * 2, fields), (b"b.txt", RAW, {})]))
    assert (got.names, got.texts) == (["b.txt"], [RAW])
    [(name, given)] = got.reasons
    assert (name, given.removesuffix("s")) == ("a.txt", reason.removesuffix("s"))


@pytest.mark.parametrize("method", [8, 12])
def test_packed_data_that_breaks_off_is_damage(expand, method):
    content = os.urandom(200_000)
    packed = deflate(content) if method == 8 else bz2.compress(content)
    fields = {"method": method, "size": len(content), "crc": zlib.crc32(content)}
    got = expand(pack_raw([(b"a.txt", packed[:-9], fields), (b"b.txt", packed, fields)]))
    assert (got.names, got.texts) == (["b.txt"], [content])
    assert got.reasons == [("a.txt", "the file is damaged in the archive: the packed data ends too early")]


def test_twins_are_both_read(expand):
    with pytest.warns(UserWarning, match="Duplicate name"):
        content = pack(
            [("a.txt", b"1"), ("a.txt", b"2"), ("a (2).txt", b"3"), ("x.y/a", b"4"), ("x.y/a", b"5"), ("a.txt", b"6")]
        )
    got = expand(content)
    # The name "a (2).txt" comes first, and is taken then.
    assert got.names == ["a (2).txt", "a.txt", "a (3).txt", "a (4).txt", "x.y/a", "x.y/a (2)"]
    assert got.texts == [b"3", b"1", b"2", b"6", b"4", b"5"]


@pytest.mark.parametrize(
    ("raw", "fields", "name"),
    [
        ("báo cáo.txt".encode(), {"flags": 0x800}, "báo cáo.txt"),
        ("báo cáo.txt".encode(), {}, "báo cáo.txt"),
        ("ba\u0301o.txt".encode(), {"flags": 0x800}, "báo.txt"),
        ("bcd.txt".encode("cp437"), {}, "bcd.txt"),
        (b"b?o.txt", {}, "b?o.txt"),
        ("Tổng hợp ý kiến cử tri xã Hòa Mai.txt", Encoding.TCVN3, "Tổng hợp ý kiến cử tri xã Hòa Mai.txt"),
        ("Tổng hợp ý kiến cử tri xã Hòa Mai.txt", Encoding.VNI, "Tổng hợp ý kiến cử tri xã Hòa Mai.txt"),
        ("dư luận tháng 3.txt", Encoding.CP1258, "dư luận tháng 3.txt"),
        ("Résumé.txt".encode("cp437"), {}, "Résumé.txt"),
        (
            b"r\x82.txt",
            {"extra": struct.pack("<HHBL", 0x7075, 12, 1, zlib.crc32(b"r\x82.txt")) + b"r\xc3\xa9.txt"},
            "ré.txt",
        ),
        (b"r.txt", {"extra": b"\x75\x70\x01\x00\x01"}, "r.txt"),
    ],
)
def test_names_in_several_encodings(expand, raw, fields, name):
    if isinstance(raw, str):
        raw, fields = encode(raw, fields).encode("cp1252"), {}
    assert expand(pack_raw([(raw, RAW, fields)])).names == [name]


@pytest.mark.parametrize("raw", [bytes(range(128, 256)) + b".txt", b"\xff\xfe\x81.txt", b"\x9d\x8d.txt"])
def test_no_name_is_a_crash(expand, raw):
    got = expand(
        pack_raw(
            [(raw, RAW, {}), (raw, RAW, {"extra": struct.pack("<HHBL", 0x7075, 9, 1, zlib.crc32(raw)) + b"\xff" * 4})]
        )
    )
    assert got.texts == [RAW, RAW]
    assert all(name.replace("\xa0", " ").isprintable() for name in got.names)


def test_a_name_that_claims_to_be_utf8_and_is_not(expand):
    got = expand(pack_raw([(b"\xff.txt", RAW, {"flags": 0x800})]))
    assert got.reasons == [("", "a name in the archive says that it is UTF-8, and is not")]


def test_documents_are_files_and_archives_are_not(expand):
    docx = pack([("[Content_Types].xml", ""), ("word/document.xml", "")])
    got = expand(pack([("a.docx", docx), ("b.zip", pack([("c.csv", RAW), ("d.docx", docx)])), ("e", docx)]))
    assert got.names == ["a.docx", "b.zip!/c.csv", "b.zip!/d.docx", "e"]
    assert [member.kind for member in got.members] == [".docx", ".csv", ".docx", ".docx"]
    # The archive in the archive lies beside its member.
    assert got.most_spooled == 2


def test_kinds_that_nobody_reads_are_not_even_unpacked(expand):
    film = b"\0\0\0\x18ftypmp42" + bytes(10_000_000)
    got = expand(pack([("a.mp4", film), ("b.txt", RAW), ("c.json", "[]")]), max_total_bytes=1_000)
    assert got.names == ["b.txt"]
    assert got.reasons == [("a.mp4", "files of this kind are not read"), ("c.json", "files of this kind are not read")]


def nest(depth):
    content = pack([("a.txt", RAW)])
    for _ in range(depth - 1):
        content = pack([("z.zip", content), ("a.txt", RAW)])
    return content


def test_archives_nest_to_the_depth_that_is_stated(expand):
    got = expand(nest(4))
    assert got.names == ["a.txt", "z.zip!/a.txt", "z.zip!/z.zip!/a.txt"]
    assert got.reasons == [("z.zip!/z.zip!/z.zip", "archives are nested more than 3 deep")]
    got = expand(nest(2), max_depth=1)
    assert (got.names, got.reasons) == (["a.txt"], [("z.zip", "archives are nested more than 1 deep")])
    assert expand(nest(6), max_depth=6).rejects == []


def test_a_bomb_is_one_reject_and_the_others_go_on(expand):
    got = expand(pack([("a.txt", RAW), ("b.txt", bytes(60_000_000)), ("c.txt", RAW)]))
    assert got.names == ["a.txt", "c.txt"]
    assert got.reasons == [("b.txt", "the file unpacks to more than 200 times its packed size")]
    assert "zip bomb" in got.rejects[0].hint


def test_what_packs_well_and_is_small_is_no_bomb(expand):
    assert expand(pack([("b.txt", bytes(49_000_000))])).rejects == []
    assert expand(pack([("b.txt", bytes(60_000_000))]), max_ratio=2_000).rejects == []


@pytest.mark.parametrize("size", [10, 2**32 - 2])
def test_a_bomb_is_counted_while_it_unpacks_whatever_the_directory_says(expand, size):
    packed = deflate(bytes(300_000_000))
    got = expand(pack_raw([(b"a.txt", packed, {"method": 8, "size": size}), (b"b.txt", RAW, {})]))
    assert got.names == ["b.txt"]
    assert got.reasons == [("a.txt", "the file unpacks to more than 200 times its packed size")]


@pytest.mark.parametrize("method", [8, 12])
def test_a_bomb_takes_little_memory(expand, method):
    content = bytes(400_000_000)
    packed = deflate(content) if method == 8 else bz2.compress(content)
    del content
    archive = pack_raw([(b"a.txt", packed, {"method": method})])
    tracemalloc.start()
    try:
        got = expand(archive)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert got.reasons == [("a.txt", "the file unpacks to more than 200 times its packed size")]
    assert peak < 20_000_000


def test_one_member_may_have_so_many_bytes(expand):
    got = expand(pack([("a.txt", b"a" * 1_000), ("b.txt", b"a" * 1_001), ("c.txt", RAW)]), max_member_bytes=1_000)
    assert got.names == ["a.txt", "c.txt"]
    assert got.reasons == [("b.txt", "the file unpacks to more than 1000 bytes")]


def test_the_total_ends_an_archive_and_not_the_next(tmp_path):
    (tmp_path / "spool").mkdir()
    for name in ("1.zip", "2.zip"):
        members = [(f"{n}.txt", b"a" * 600) for n in range(2)]
        (tmp_path / name).write_bytes(pack([("0-.zip", pack(members)), *members, ("9.txt", RAW)]))
    rejects = []
    inputs = [tmp_path / "1.zip", tmp_path / "2.zip"]
    limits = Limits(max_total_bytes=2_048)
    got = [
        member.name
        for member in iter_members(inputs, on_reject=rejects.append, limits=limits, spool=tmp_path / "spool")
    ]
    reason = "the archive unpacks to more than 2 KiB in all; the rest of it is not read"
    assert [(reject.file, reject.reason) for reject in rejects] == [(name.as_posix(), reason) for name in inputs]
    assert got == [
        f"{name.as_posix()}!/{member}" for name in inputs for member in ("0-.zip!/0.txt", "0-.zip!/1.txt", "0.txt")
    ]


def test_the_number_of_members_counts_nested_ones(expand):
    inner = pack([(f"{n}.txt", RAW) for n in range(3)])
    got = expand(pack([("a.zip", inner), ("b.zip", inner), ("c.zip", inner)]), max_members=6)
    assert got.names == ["a.zip!/0.txt", "a.zip!/1.txt", "a.zip!/2.txt", "b.zip!/0.txt"]
    assert got.reasons == [("", "the archive holds more than 6 files; the rest of it is not read")]


def test_a_directory_with_too_many_members_is_not_even_listed(expand):
    got = expand(pack([(f"{n}.txt", RAW) for n in range(8)]), max_members=7)
    assert (got.names, got.reasons) == ([], [("", "the archive holds more than 7 files")])


def test_members_that_share_their_bytes_are_stopped_by_the_total(expand):
    # As in Fifield's "A better zip bomb" (2019): many entries, one kernel.
    kernel = deflate(bytes(30_000_000))
    fields = {"method": 8, "size": 30_000_000, "crc": zlib.crc32(bytes(30_000_000)), "packed": len(kernel), "offset": 0}
    names = [b"%02d.txt" % n for n in range(40)]
    got = expand(
        pack_raw([(names[0], kernel, fields), *[(name, b"", fields) for name in names[1:]]]), max_total_bytes=10**8
    )
    assert len(got.names) == 3
    assert got.reasons == [("", "the archive unpacks to more than 95.37 MiB in all; the rest of it is not read")]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (pack([]), "the archive is empty"),
        (pack([("a.txt", RAW)])[:-22], "the archive is cut off or damaged, or a piece of a larger one"),
        (pack([("a.txt", RAW)])[:-1], "the archive is cut off or damaged, or a piece of a larger one"),
        (b"PK\x03\x04", "the archive is cut off or damaged, or a piece of a larger one"),
        (b"PK", "the archive is cut off or damaged, or a piece of a larger one"),
        (pack_raw([(b"a", b"", {"version": 99})]), "the archive is cut off or damaged, or a piece of a larger one"),
    ],
)
def test_an_archive_without_a_whole_directory_is_rejected(expand, content, reason):
    got = expand(content)
    assert (got.members, [reason for _, reason in got.reasons]) == ([], [reason])


def test_a_huge_directory_is_not_read(tmp_path):
    n_bytes = 70_000_000
    with (tmp_path / "kho.zip").open("wb") as stream:
        stream.write(b"PK\x03\x04")
        stream.seek(n_bytes)
        stream.write(struct.pack("<4sHHHHLLH", b"PK\x05\x06", 0, 0, 1, 1, n_bytes, 0, 0))
    rejects = []
    assert list(iter_members([tmp_path / "kho.zip"], on_reject=rejects.append, spool=tmp_path)) == []
    assert [reject.reason for reject in rejects] == ["its directory is longer than 64 MB"]


def test_every_cut_of_an_archive_is_rejected_or_read(expand):
    content = pack([("a.txt", RAW), ("b/c.zip", pack([("d.txt", RAW)]))])
    for end in range(0, len(content), 3):
        got = expand(content[:end])
        assert got.rejects
        assert got.members == []


def test_every_changed_byte_of_an_archive_is_rejected_or_read(expand):
    content = pack([("a.txt", RAW), ("b/c.zip", pack([("d.txt", RAW)]))])
    for place in range(len(content)):
        changed = bytearray(content)
        changed[place] ^= 0xFF
        got = expand(bytes(changed))
        assert len(got.members) + len(got.rejects) >= 1
        assert all(text == RAW for text in got.texts)


def test_an_archive_behind_other_bytes_is_read_where_it_is_one(tmp_path):
    (tmp_path / "a.zip").write_bytes(b"#" * 1_000 + pack([("a.txt", RAW)]))
    rejects = []
    members = list(iter_members([tmp_path / "a.zip"], on_reject=rejects.append, spool=tmp_path))
    assert (len(members), len(rejects)) in ((1, 0), (0, 1))


def test_leaving_early_leaves_only_what_was_given(tmp_path):
    (tmp_path / "spool").mkdir()
    (tmp_path / "kho.zip").write_bytes(pack([("a.zip", pack([("1.txt", RAW), ("2.txt", RAW)]))]))
    walk = iter_members([tmp_path / "kho.zip"], on_reject=pytest.fail, spool=tmp_path / "spool")
    member = next(walk)
    walk.close()
    assert list_names(tmp_path / "spool") == [member.path.name]


def test_a_full_disk_is_no_fault_of_the_archive(tmp_path):
    (tmp_path / "kho.zip").write_bytes(pack([("a.txt", RAW)]))
    walk = iter_members([tmp_path / "kho.zip"], on_reject=pytest.fail, spool=tmp_path / "khong-co")
    with pytest.raises(FileNotFoundError):
        next(walk)


def test_an_error_while_writing_is_no_fault_of_the_archive(tmp_path, monkeypatch):
    from opinion_nlp.archive.bundles import zips

    def write_on_a_full_disk(*_):
        raise OSError(28, "No space left on device")

    (tmp_path / "spool").mkdir()
    (tmp_path / "kho.zip").write_bytes(pack([("a.txt", RAW)]))
    monkeypatch.setattr(zips, "_copy", write_on_a_full_disk)
    with pytest.raises(OSError, match="No space left"):
        list(iter_members([tmp_path / "kho.zip"], on_reject=pytest.fail, spool=tmp_path / "spool"))
    assert list_names(tmp_path / "spool") == []


def test_the_same_walk_twice_gives_the_same(tmp_path):
    (tmp_path / "kho.zip").write_bytes(nest(3))
    runs = []
    for _ in range(2):
        walk = iter_members([tmp_path / "kho.zip"], on_reject=pytest.fail, spool=tmp_path)
        runs.append([(member.name, member.kind, member.size) for member in walk])
    assert runs[0] == runs[1]
    assert Path(runs[0][0][0]).name == "a.txt"
