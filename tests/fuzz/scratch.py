"""Put the bytes that a fuzzer makes where readers want them: in a file."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path


@cache
def scratch_folder() -> Path:
    """Return a folder of this process, which goes with it."""
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def write_scratch(data: bytes) -> Path:
    """Write the one scratch file, and return its path."""
    path = scratch_folder() / "input"
    path.write_bytes(data)
    return path
