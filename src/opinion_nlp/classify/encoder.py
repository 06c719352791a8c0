"""The encoder: raw texts in, log probabilities of every question out, on the CPU by ONNX Runtime.

A text's answer does not depend on the texts beside it: windows of equal length share a batch, so nothing is ever
padded, and every window is computed by the same sums as if it were alone. On a CPU this is also the fastest way:
a batch saves little there once a window fills the matrix products, and padding costs what it costs.
"""

import hashlib
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_softmax

from opinion_nlp.classify.calibrate import FloatArray
from opinion_nlp.classify.runtime import close_after_fork, first_line, open_session, runtime_errors
from opinion_nlp.classify.tokenizer import cut_windows, parse_tokenizer, read_texts
from opinion_nlp.errors import ModelFormatError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

BATCH_TOKENS = 1_024
"""Most tokens that are computed at a time; more would leave the processor's cache and be slower."""

INPUT, OUTPUT = "tokens", "logits"


@dataclass(frozen=True)
class _Opened:
    session: "InferenceSession"
    tokenizer: "Tokenizer"


class EncoderModel:
    """A stored encoder, opened when it is first asked; safe to share between threads.

    Parameters
    ----------
    graph : pathlib.Path or bytes
        The ONNX model or its file: ``tokens``, int64 ``(n, length)``, to ``logits``, float32
        ``(n, labels of all questions)``.
    tokenizer : tokenizers.Tokenizer or pathlib.Path
        Text to pieces, see :func:`~opinion_nlp.classify.tokenizer.make_tokenizer`, or its file.
    questions : mapping of str to tuple of str
        Labels of each question, in the order of the columns of the logits.
    window : int
        Most tokens that the network reads at a time, begin and end among them.
    digests : mapping of pathlib.Path to str, optional
        SHA-256 that a file must still have when it is opened.

    Examples
    --------
    >>> from pathlib import Path
    >>> EncoderModel(Path("encoder.onnx"), Path("tokenizer.json"), {"mood": ("bad", "good")}, 128).questions
    {'mood': ('bad', 'good')}
    """

    def __init__(
        self,
        graph: Path | bytes,
        tokenizer: "Tokenizer | Path",
        questions: Mapping[str, tuple[str, ...]],
        window: int,
        *,
        digests: Mapping[Path, str] | None = None,
    ) -> None:
        self.questions = dict(questions)
        self.window = window
        self._graph = graph
        self._tokenizer = tokenizer
        self._digests = dict(digests or {})
        self._lock = threading.Lock()
        self._opened: _Opened | None = None
        close_after_fork(self)

    def predict_scores(self, texts: Sequence[str]) -> dict[str, FloatArray]:
        """Give the log probability of every label of every question.

        Parameters
        ----------
        texts : sequence of str
            Raw texts, of any length; one without any piece is read as begin and end alone.

        Returns
        -------
        dict of str to ndarray
            ``(n_texts, n_labels)`` for each question, in the order of the texts; not calibrated. A text longer
            than the window gets the mean over its windows, weighted by their length, so that the exponentials
            of its row need not sum to 1.

        Raises
        ------
        ConfigError
            If onnxruntime or tokenizers is not installed.
        ModelFormatError
            If a file is gone or was changed since, or is no encoder for these questions.
        """
        if not len(texts):
            return {name: np.empty((0, len(labels))) for name, labels in self.questions.items()}
        opened = self._open()
        cut = [cut_windows(ids, self.window) for ids in _encode(opened.tokenizer, texts)]
        owners = np.repeat(np.arange(len(cut)), [len(windows) for windows in cut])
        logits = self._compute(opened.session, [window for windows in cut for window in windows])
        lengths = np.array([len(window) for windows in cut for window in windows], dtype=float)
        totals = np.bincount(owners, weights=lengths)
        scores: dict[str, FloatArray] = {}
        start = 0
        for name, labels in self.questions.items():
            stop = start + len(labels)
            logp = log_softmax(logits[:, start:stop].astype(float), axis=1)
            mean = np.zeros((len(texts), len(labels)))
            np.add.at(mean, owners, logp * lengths[:, None])
            scores[name] = mean / totals[:, None]
            start = stop
        return scores

    def graph_bytes(self) -> bytes:
        """Give the ONNX model, as it is stored."""
        return self._graph if isinstance(self._graph, bytes) else self._read(self._graph)

    def tokenizer_json(self) -> str:
        """Give the tokenizer, as it is stored."""
        if isinstance(self._tokenizer, Path):
            return self._read(self._tokenizer).decode("utf-8")
        return self._tokenizer.to_str()

    def _compute(self, session: "InferenceSession", windows: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        logits = np.empty((len(windows), sum(map(len, self.questions.values()))), dtype=np.float32)
        for places in iter_batches([len(window) for window in windows]):
            tokens = np.array([windows[place] for place in places], dtype=np.int64)
            try:
                logits[places] = session.run([OUTPUT], {INPUT: tokens})[0]
            except runtime_errors() as error:
                raise ModelFormatError(
                    f"{self._name}: the encoder failed on {len(places)} windows of {len(tokens[0])} tokens "
                    f"({first_line(error)}). Copy the model again or train it again."
                ) from error
        return logits

    def _open(self) -> _Opened:
        opened = self._opened
        if opened is None:
            with self._lock:
                opened = self._opened
                if opened is None:
                    opened = self._opened = _Opened(self._open_session(), self._open_tokenizer())
        return opened

    def _open_session(self) -> "InferenceSession":
        session = open_session(self.graph_bytes(), name=self._name)
        self._check_session(session)
        return session

    def _check_session(self, session: "InferenceSession") -> None:
        takes, gives = ([part.name for part in parts] for parts in (session.get_inputs(), session.get_outputs()))
        width = session.get_outputs()[0].shape[-1:]
        wanted = [sum(map(len, self.questions.values()))]
        if takes != [INPUT] or gives != [OUTPUT] or width != wanted:
            raise ModelFormatError(
                f"{self._name}: maps {', '.join(takes)} to {', '.join(gives)} of {width} columns, not {INPUT} to "
                f"{OUTPUT} of {wanted} columns for {', '.join(self.questions)}. Copy the model again."
            )

    def _open_tokenizer(self) -> "Tokenizer":
        if isinstance(self._tokenizer, Path):
            return parse_tokenizer(self._read(self._tokenizer), where=str(self._tokenizer))
        return self._tokenizer

    def _read(self, file: Path) -> bytes:
        try:
            content = file.read_bytes()
        except OSError as error:
            raise ModelFormatError(f"{file}: cannot be read ({error.strerror}). Copy the model again.") from error
        expected = self._digests.get(file)
        if expected is not None and hashlib.sha256(content).hexdigest() != expected:
            raise ModelFormatError(f"{file}: was changed after the model was loaded. Load the model again.")
        return content

    @property
    def _name(self) -> str:
        return str(self._graph) if isinstance(self._graph, Path) else "encoder"

    def forget(self) -> object:
        """Close, without freeing what was open: give it instead. For processes that were forked."""
        opened, self._opened, self._lock = self._opened, None, threading.Lock()
        return opened

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what is open: it is opened again where it is needed."""
        return {name: value for name, value in vars(self).items() if name not in {"_lock", "_opened"}}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take what was left in, still closed."""
        vars(self).update(state, _lock=threading.Lock(), _opened=None)
        close_after_fork(self)

    def __repr__(self) -> str:
        return f"EncoderModel({self._name!r}, questions={list(self.questions)!r}, window={self.window})"


def iter_batches(lengths: Sequence[int], max_tokens: int = BATCH_TOKENS) -> Iterator[NDArray[np.intp]]:
    """Yield the places of windows that are computed together: all of one length, shortest first.

    Parameters
    ----------
    lengths : sequence of int
        Tokens of each window, at least 1.
    max_tokens : int
        Most tokens of a batch; a longer window is a batch of its own.

    Yields
    ------
    ndarray of int
        Places in ``lengths``, rising; every place once.

    Examples
    --------
    >>> [places.tolist() for places in iter_batches([3, 9, 3, 3], max_tokens=6)]
    [[0, 2], [3], [1]]
    """
    sizes = np.asarray(lengths)
    for length in np.unique(sizes):
        places = np.flatnonzero(sizes == length)
        n_rows = max(1, max_tokens // int(length))
        for start in range(0, len(places), n_rows):
            yield places[start : start + n_rows]


def _encode(tokenizer: "Tokenizer", texts: Sequence[str]) -> list[list[int]]:
    encodings = tokenizer.encode_batch_fast(read_texts(texts), add_special_tokens=False)
    return [encoding.ids for encoding in encodings]
