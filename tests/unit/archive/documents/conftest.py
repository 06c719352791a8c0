import pytest

from opinion_nlp.archive.documents import read_document


@pytest.fixture
def read(tmp_path):
    """Write a file, read it."""

    def read(name, content):
        path = tmp_path / "file"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_document(path, name)

    return read
