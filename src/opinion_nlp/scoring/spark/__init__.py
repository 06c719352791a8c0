"""Score on Spark: the rows of the local engine, on the machines of a cluster (extra ``spark``)."""

from opinion_nlp.scoring.spark.engine import score_on_spark
from opinion_nlp.scoring.spark.frames import score_spark

__all__ = ["score_on_spark", "score_spark"]
