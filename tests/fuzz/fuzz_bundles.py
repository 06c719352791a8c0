"""Invariants of taking archives apart, for any bytes."""

import unicodedata

from tests.fuzz.fuzz_text import to_text
from tests.fuzz.scratch import scratch_folder

from opinion_nlp.archive.bundles import Limits, iter_members
from opinion_nlp.archive.bundles.globs import Selection
from opinion_nlp.archive.bundles.kinds import READ_SUFFIXES
from opinion_nlp.archive.bundles.members import show_name
from opinion_nlp.archive.chunks import Reject

_LIMITS = Limits(max_members=50, max_member_bytes=1_000_000, max_total_bytes=4_000_000)


def check_zip(data: bytes) -> None:
    """Members lie in the spool under made-up names, are as long as stated, and nothing else is written."""
    folder = scratch_folder() / "zip"
    spool = folder / "spool"
    spool.mkdir(parents=True, exist_ok=True)
    path = folder / "kho.zip"
    path.write_bytes(data)
    rejects: list[Reject] = []
    n_bytes = n_members = 0
    for member in iter_members([path], on_reject=rejects.append, limits=_LIMITS, spool=spool):
        assert member.kind in READ_SUFFIXES
        assert member.path.stat().st_size == member.size
        assert show_name(member.name) == member.name
        if member.is_temporary:
            assert member.path.parent == spool
            n_bytes += member.size
            n_members += 1
            member.path.unlink()
    assert n_bytes <= _LIMITS.max_total_bytes
    assert n_members <= _LIMITS.max_members
    for reject in rejects:
        assert reject.reason
        assert reject.hint
    assert sorted(found.name for found in folder.iterdir()) == ["kho.zip", "spool"]
    assert not list(spool.iterdir())


def check_names(data: bytes) -> None:
    """Any pattern can be asked about any path, whatever its Unicode form, and any name can be shown."""
    pattern, _, path = to_text(data).partition("\n")
    shown = show_name(path)
    shown.encode()
    assert unicodedata.is_normalized("NFC", shown)
    assert show_name(shown) == shown
    parts = tuple(path.split("/"))
    chosen = Selection(include=[pattern])
    is_chosen = chosen.allows(parts)
    assert chosen.allows(tuple(unicodedata.normalize("NFD", part) for part in parts)) is is_chosen
    assert Selection(exclude=[pattern]).allows(parts) is not is_chosen


TARGETS = {"zip": check_zip, "names": check_names}
