from dataclasses import replace

import pytest

from opinion_nlp.classify.model import Models
from opinion_nlp.errors import ConfigError


def test_profiles_are_those_that_there_is_a_model_for(tiny_models: Models):
    assert tiny_models.profiles == ("fast", "balanced", "accurate")
    assert Models(tiny_models.fast).profiles == ("fast",)
    assert Models(tiny_models.fast, tiny_models.accurate).profiles == ("fast", "accurate")
    assert tiny_models.of("fast") is tiny_models.fast
    assert tiny_models.of("balanced") is tiny_models.balanced
    assert tiny_models.of("accurate") is tiny_models.accurate


def test_all_profiles_answer_the_same_questions(tiny_models: Models):
    assert tiny_models.accurate is not None
    fewer = dict(list(tiny_models.accurate.heads.items())[:2])
    with pytest.raises(ConfigError, match="the profile accurate answers nature, sentiment, the profile fast"):
        Models(tiny_models.fast, replace(tiny_models.accurate, heads=fewer))
