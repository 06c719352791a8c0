"""Without torch (extra ``train``), what trains the encoder cannot be imported: its tests and examples are left out."""

import importlib.util

HAS_TORCH = importlib.util.find_spec("torch") is not None
# Modules of the package too: pytest imports them to find their examples.
collect_ignore_glob = [] if HAS_TORCH else ["*/training/encoder/*", "src/opinion_nlp/training/default.py"]


def pytest_report_header() -> str:
    """Say what is left out, above the tests."""
    return "torch: installed" if HAS_TORCH else "torch: not installed, so training/encoder is not tested (extra train)"
