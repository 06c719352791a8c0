"""The spool: finished chunks as files in a folder, put in order when all are there."""

import json
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from opinion_nlp.archive.chunks import Reject

_NAME = re.compile(r"part-(\d+)\.parquet")
_NAMES_KEY = b"opinion_nlp_names"


class PartStore:
    """Parts of one result, each a file that is whole or absent.

    Adding is safe from several processes at once, so workers write their own parts; a part that was added is
    kept if the process dies, so that a later run can go on from :meth:`done`.

    Parameters
    ----------
    folder : pathlib.Path
        An existing folder for the parts alone.

    Attributes
    ----------
    folder : pathlib.Path
        The folder given.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     store = PartStore(Path(folder))
    ...     store.add(1, pd.DataFrame({"text": ["Chợ sạch"]}), pd.DataFrame({"nature": ["opinion"]}))
    ...     store.add(0, pd.DataFrame({"text": ["Nghe đồn"]}), pd.DataFrame({"nature": ["rumour"]}))
    ...     sorted(store.done()), [tags["nature"][0].as_py() for _, tags in store.iter_parts()]
    ([0, 1], ['rumour', 'opinion'])
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def add(self, index: int, frame: pd.DataFrame, added: pd.DataFrame | None = None) -> None:
        """Store one part, replacing an older one of the same index.

        Parameters
        ----------
        index : int
            Place of the part in the result, at least 0.
        frame : pandas.DataFrame
            The rows as they were read.
        added : pandas.DataFrame, optional
            Columns to stand beside them, same number of rows, kept apart so that they are named only when the
            columns of all parts are known.
        """
        given = pa.Table.from_pandas(frame, preserve_index=False)
        extra = pa.table({}) if added is None else pa.Table.from_pandas(added, preserve_index=False)
        # Positions serve as names inside the file: the two halves may share names.
        names = {"given": given.column_names, "added": extra.column_names}
        columns = [*given.columns, *extra.columns]
        table = pa.table(columns, names=[str(position) for position in range(len(columns))])
        table = table.replace_schema_metadata({_NAMES_KEY: json.dumps(names).encode()})
        path = self._path(index)
        with replacing(path) as stream:
            pq.write_table(table, stream, compression="lz4")

    def add_rejects(self, index: int, rejects: Sequence[Reject]) -> None:
        """Store what could not be read of one part; to be called before :meth:`add`, which makes it done."""
        with replacing(self._rejects_path(index)) as stream:
            stream.writelines(json.dumps(asdict(reject), ensure_ascii=False).encode() + b"\n" for reject in rejects)

    def iter_rejects(self, index: int) -> Iterator[Reject]:
        """Yield what was stored by :meth:`add_rejects` for one part, nothing if nothing was."""
        path = self._rejects_path(index)
        if path.exists():
            with path.open(encoding="utf-8") as stream:
                yield from (Reject(**json.loads(line)) for line in stream)

    def iter_added(self) -> Iterator[pd.DataFrame]:
        """Yield the columns added of each part, in order."""
        for index in sorted(self.done()):
            schema = pq.read_schema(self._path(index))
            names = json.loads(schema.metadata[_NAMES_KEY])
            table = pq.read_table(self._path(index), columns=schema.names[len(names["given"]) :])
            yield table.rename_columns(names["added"]).to_pandas(types_mapper=pd.ArrowDtype)

    def done(self) -> set[int]:
        """Name the parts that are stored."""
        matches = (_NAME.fullmatch(path.name) for path in self.folder.iterdir())
        return {int(match[1]) for match in matches if match}

    def iter_schemas(self) -> Iterator[tuple[pa.Schema, pa.Schema]]:
        """Yield the columns given and the columns added of each part, in order."""
        for index in sorted(self.done()):
            schema = pq.read_schema(self._path(index))
            names = json.loads(schema.metadata[_NAMES_KEY])
            n_given = len(names["given"])
            types = schema.types
            yield (
                pa.schema(list(zip(names["given"], types[:n_given], strict=True))),
                pa.schema(list(zip(names["added"], types[n_given:], strict=True))),
            )

    def iter_parts(self) -> Iterator[tuple[pa.Table, pa.Table]]:
        """Yield the columns given and the columns added of each part, in order."""
        for index in sorted(self.done()):
            table = pq.read_table(self._path(index))
            names = json.loads(table.schema.metadata[_NAMES_KEY])
            n_given = len(names["given"])
            yield (
                pa.table(table.columns[:n_given], names=names["given"]),
                pa.table(table.columns[n_given:], names=names["added"]),
            )

    def _path(self, index: int) -> Path:
        return self.folder / f"part-{index:08d}.parquet"

    def _rejects_path(self, index: int) -> Path:
        return self.folder / f"part-{index:08d}.rejects.jsonl"


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Write a file that is whole or absent, even if the power fails."""
    temporary = path.with_suffix(f"{path.suffix}.{os.getpid()}.tmp")
    with temporary.open("wb") as stream:
        yield stream
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(path)
