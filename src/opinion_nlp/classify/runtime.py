"""ONNX Runtime, as this library uses it: on the CPU, with nothing sent anywhere, and safe to fork."""

import contextlib
import ctypes
import importlib
import os
import sys
import weakref
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

import joblib
import numpy as np

from opinion_nlp.errors import ConfigError, ModelFormatError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

OPT_OUT = "ORT_DISABLE_TELEMETRY"

# An ONNX model of two nodes: (n, 64) codes of 8 bits, without a sign, times (64, 16) weights of 127, in 32 bits.
PROBE = bytes.fromhex(
    "08083a96010a2c0a0173120177220f436f6e7374616e744f6653686170652a130a0576616c75652a07080110034a017fa001040a180a0178"
    "0a0177120179220d4d61744d756c496e7465676572120570726f62652a19080210074201734a104000000000000000100000000000000"
    "05a140a0178120f0a0d080212090a0312016e0a02084062140a0179120f0a0d080612090a0312016e0a02081042040a00100d"
)
PROBE_SIZE, PROBE_WEIGHT = 64, 127

_n_threads: int | None = None


def set_threads(n_threads: int | None) -> None:
    """Set how many threads a session that is opened in this process from now on computes with.

    Parameters
    ----------
    n_threads : int or None
        At least 1; None for a thread for each core that this process may use.

    Examples
    --------
    >>> set_threads(None)
    """
    global _n_threads
    _n_threads = n_threads


def choose_threads() -> int:
    """Give the number of threads of a session; 0 is ONNX Runtime's own choice, a thread for each core.

    That choice does not see that a process may use some cores only, as in a container: threads that share a core
    wait for each other, and the encoder takes several times as long.
    """
    if _n_threads is not None:
        return _n_threads
    n_allowed = joblib.cpu_count()
    return n_allowed if n_allowed < (os.cpu_count() or 1) else 0


def import_onnxruntime() -> Any:  # noqa: ANN401 - a module
    """Import ONNX Runtime without its telemetry.

    From version 1.29 on, its wheels send an event of every session to their maker and write an identifier of the
    machine into the user's cache, unless a variable of the environment is set while they are imported. People who
    read what citizens say need to know that nothing leaves the machine. See ``Privacy.md`` in the package.

    Returns
    -------
    module
        ``onnxruntime``.

    Raises
    ------
    ConfigError
        If it is not installed or cannot be loaded.
    """
    is_new = "onnxruntime" not in sys.modules
    try:
        with _environment(OPT_OUT, "1") if is_new else contextlib.nullcontext():
            onnxruntime = importlib.import_module("onnxruntime")
    except ImportError as error:
        raise ConfigError(
            f"the profiles accurate and balanced need onnxruntime, which cannot be loaded ({first_line(error)}). "
            f'Run `pip install "onnxruntime>=1.20"`, or use the profile fast.'
        ) from error
    # For one that the program had imported before: all that can still be done.
    onnxruntime.disable_telemetry_events()
    return onnxruntime


def open_session(graph: bytes, *, name: str = "encoder.onnx") -> "InferenceSession":
    """Make an ONNX model ready to run on the CPU.

    Parameters
    ----------
    graph : bytes
        The model.
    name : str
        Its file, for the message.

    Returns
    -------
    onnxruntime.InferenceSession
        Safe to share between threads.

    Raises
    ------
    ConfigError
        If ONNX Runtime is not installed.
    ModelFormatError
        If the model is damaged.
    """
    onnxruntime = import_onnxruntime()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = choose_threads()
    options.inter_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    options.log_severity_level = 3  # errors only
    if not adds_exactly():
        # A way around it, which takes nearly three times as long where it is not needed.
        options.add_session_config_entry("session.x64quantprecision", "1")
    try:
        return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    except runtime_errors() as error:
        raise ModelFormatError(
            f"{name}: not an encoder that can be run ({first_line(error)}). Copy the model again."
        ) from error


@lru_cache(maxsize=1)
def adds_exactly() -> bool:
    """Tell whether sums of 8-bit products are exact on this processor, by trying the largest.

    Older ones (AVX2 without VNNI) add pairs of products in 16 bits, which overflow. No list of processors is asked:
    what ONNX Runtime makes of this one is what counts.
    """
    onnxruntime = import_onnxruntime()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(PROBE, options, providers=["CPUExecutionProvider"])
    largest = np.iinfo(np.uint8).max
    [sums] = session.run(None, {"x": np.full((2, PROBE_SIZE), largest, dtype=np.uint8)})
    return bool((sums == PROBE_SIZE * int(largest) * PROBE_WEIGHT).all())


def runtime_errors() -> tuple[type[Exception], ...]:
    """List what ONNX Runtime raises for a model that it cannot build or run."""
    state = importlib.import_module("onnxruntime.capi.onnxruntime_pybind11_state")
    names = ("Fail", "InvalidArgument", "InvalidGraph", "InvalidProtobuf", "NoModel", "NotImplemented")
    return (*(getattr(state, name) for name in names), state.RuntimeException)


def first_line(error: BaseException) -> str:
    r"""Give the first line of an error's message, shortened.

    Examples
    --------
    >>> first_line(ValueError("no such operator\nstack: ..."))
    'no such operator'
    """
    return str(error).strip().partition("\n")[0][:200]


class Closable(Protocol):
    """Holds something that a forked process must not use."""

    def forget(self) -> object:
        """Close as in a forked process, and give what was open, or None."""
        ...


_held: weakref.WeakSet[Closable] = weakref.WeakSet()


def close_after_fork(holder: Closable) -> None:
    """Have a holder of a session closed in processes that are forked from this one."""
    _held.add(holder)


def _close_all() -> None:
    # The threads of a session stay behind in the parent. Its copy would wait for them for ever, even to be freed: so
    # it gets a reference that nobody takes back.
    for holder in _held:
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(holder.forget()))


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_close_all)


@contextlib.contextmanager
def _environment(name: str, value: str) -> Iterator[None]:
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before
