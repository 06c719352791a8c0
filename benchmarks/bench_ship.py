"""Time how long the bundled model takes to be packed and sent to the workers of Spark: a process that scale.py runs."""

import os
import sys
import time

if __name__ == "__main__":
    from opinion_nlp import load_tagger
    from opinion_nlp.scoring.spark import ship
    from opinion_nlp.scoring.spark.session import open_session

    os.environ["PYSPARK_PYTHON"] = sys.executable
    session = open_session({"spark.master": "local[2]", "spark.ui.enabled": "false"})
    session.range(1).collect()
    tagger = load_tagger()
    # As on a cluster: a session on this machine would only name the folder.
    ship.is_one_process = lambda session: False
    started = time.perf_counter()
    place = ship.send_model(session, tagger)

    def look(batches):
        """Check in a worker that it is there."""
        from pathlib import Path

        from pyspark import SparkFiles

        assert Path(SparkFiles.getRootDirectory(), str(place.archive), "manifest.json").exists()
        yield from batches

    session.range(1).mapInArrow(look, "id long").collect()
    print(time.perf_counter() - started)
