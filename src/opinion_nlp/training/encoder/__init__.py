"""Fit the encoder of the profile ``accurate``. The only room that knows torch (extra ``train``).

From outside in: :mod:`.pretrained` reads public weights, :mod:`.vocabulary` keeps the pieces that Vietnamese uses,
:mod:`.network` is the network, :mod:`.questions` and :mod:`.data` give it texts, :mod:`.finetune` and :mod:`.loop`
train it, :mod:`.trained` is what comes out, :mod:`.export` turns it into the ONNX file that
:mod:`opinion_nlp.classify.encoder` runs, :mod:`.stored` reads such a file back, and :mod:`.own` uses that to train on
a user's own labels.
"""
