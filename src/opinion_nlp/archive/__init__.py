"""Files in, frames out, and back."""

from opinion_nlp.archive.chunks import Chunk, Reject
from opinion_nlp.archive.columns import find_text_column
from opinion_nlp.archive.parts import PartStore
from opinion_nlp.archive.tables import STDIN, TABLE_SUFFIXES, iter_chunks
from opinion_nlp.archive.write import OUTPUT_SUFFIXES, WrittenTable, write_table

__all__ = [
    "OUTPUT_SUFFIXES",
    "STDIN",
    "TABLE_SUFFIXES",
    "Chunk",
    "PartStore",
    "Reject",
    "WrittenTable",
    "find_text_column",
    "iter_chunks",
    "write_table",
]
