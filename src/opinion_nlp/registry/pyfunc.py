"""The model that MLflow loads and serves: a model folder behind mlflow's ``PythonModel``.

What is logged is :data:`SCRIPT`, three lines of code, and the model folder as it is on disk: nothing is pickled.
"""

from typing import Any

import pandas as pd
from mlflow.pyfunc import PythonModel, PythonModelContext

from opinion_nlp import Tagger, load_tagger
from opinion_nlp.errors import InputError
from opinion_nlp.schema import TEXT_COLUMN

ARTIFACT = "model"
SCRIPT = '''"""Tag texts with the model folder that lies beside this file."""

from mlflow.models import set_model

from opinion_nlp.registry.pyfunc import ServedTagger

set_model(ServedTagger())
'''


class ServedTagger(PythonModel):  # type: ignore[misc]
    """One row of tags for each text, as :meth:`opinion_nlp.Tagger.tag` gives them."""

    def __init__(self) -> None:
        self._tagger: Tagger | None = None

    def load_context(self, context: PythonModelContext) -> None:
        """Load the model folder; mlflow calls it once."""
        self._tagger = load_tagger(context.artifacts[ARTIFACT])

    def predict(
        self, context: PythonModelContext, model_input: pd.DataFrame, params: dict[str, Any] | None = None
    ) -> pd.DataFrame:
        """Tag texts.

        Parameters
        ----------
        context : PythonModelContext
            Not used.
        model_input : pandas.DataFrame, shape (n_texts, 1)
            The column ``text``; or a list of texts or a single one, which mlflow makes such a table of.
        params : dict, optional
            ``profile``, a name or ``""`` for the model's own, and ``explain``, whether to add ``evidence``.

        Returns
        -------
        pandas.DataFrame
            One row a text, same order; probabilities as pandas' nullable ``Float64``. Without words: no label, no
            probability.

        Raises
        ------
        InputError
            If the first column has another name than ``text``, or holds what is no text.
        ConfigError
            If the model has no such profile.
        """
        if self._tagger is None:
            self.load_context(context)
        assert self._tagger is not None
        asked = params or {}
        tags = self._tagger.tag(
            read_column(model_input).tolist(), profile=asked.get("profile") or None, explain=bool(asked.get("explain"))
        )
        # Of a text without words: null in the JSON of a server, where mlflow would write NaN, which is no JSON.
        return tags.astype(dict.fromkeys(tags.select_dtypes("float64"), "Float64"))


def read_column(table: pd.DataFrame) -> "pd.Series[Any]":
    """Take the texts out of the table that mlflow hands over: its only column, or the first of several.

    Raises
    ------
    InputError
        If the column has a name, and it is not ``text``.

    Examples
    --------
    >>> read_column(pd.DataFrame({"text": ["Nghe đồn sắp cắt nước"]})).tolist()
    ['Nghe đồn sắp cắt nước']
    >>> read_column(pd.DataFrame({"ma": ["12"]}))
    Traceback (most recent call last):
    ...
    opinion_nlp.errors.InputError: the texts must stand in the column 'text', got 'ma'. Send that column alone.
    """
    name = table.columns[0]
    if name not in (TEXT_COLUMN, 0):
        raise InputError(
            f"the texts must stand in the column {TEXT_COLUMN!r}, got {str(name)!r}. Send that column alone."
        )
    column: pd.Series[Any] = table[name]
    return column
