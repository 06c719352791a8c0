"""All targets of the fuzzers by their names."""

from tests.fuzz import fuzz_bundles, fuzz_documents, fuzz_tables, fuzz_text

TARGETS = {**fuzz_text.TARGETS, **fuzz_documents.TARGETS, **fuzz_tables.TARGETS, **fuzz_bundles.TARGETS}
"""A check takes any bytes; it returns, or an invariant does not hold."""
