"""Corpora, fitting, evaluation and behaviour suites: from labelled texts to a measured tagger."""
