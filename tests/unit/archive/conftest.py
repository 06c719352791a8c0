import io

import pytest

from opinion_nlp.archive import iter_chunks


class Reading:
    """Everything that one reading gave."""

    def __init__(self, inputs, **options):
        self.rejects = []
        self.chunks = list(iter_chunks(inputs, on_reject=self.rejects.append, **options))

    @property
    def rows(self):
        return [row for chunk in self.chunks for row in chunk.frame.to_dict("records")]

    @property
    def texts(self):
        return [text for chunk in self.chunks for text in chunk.frame[chunk.text_column].to_list()]

    @property
    def reject_rows(self):
        return [reject.row for reject in self.rejects]


@pytest.fixture
def read(tmp_path, monkeypatch):
    """Write a file, read it."""
    monkeypatch.chdir(tmp_path)

    def read(name, content, **options):
        data = content.encode() if isinstance(content, str) else content
        if name == "-":
            return Reading(["-"], stdin=io.BytesIO(data), **options)
        (tmp_path / name).write_bytes(data)
        return Reading([name], **options)

    return read


@pytest.fixture
def read_file():
    """Read a file that is there."""

    def read_file(path, **options):
        return Reading([path], **options)

    return read_file
