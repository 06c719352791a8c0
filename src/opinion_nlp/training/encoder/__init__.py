"""Fit the encoder of the profile ``accurate``. The only room that knows torch (extra ``train``).

From outside in: :mod:`.pretrained` reads public weights, :mod:`.vocabulary` keeps the pieces that Vietnamese
uses, :mod:`.network` is the network, :mod:`.masked` trains it on plain text, :mod:`.finetune` on labelled texts,
and :mod:`.export` turns it into the ONNX file that :mod:`opinion_nlp.classify.encoder` runs.
"""
