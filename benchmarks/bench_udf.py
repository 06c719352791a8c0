"""A plain pipeline on Spark, as MLflow's users run one: TF-IDF and logistic regression by ``spark_udf``.

python benchmarks/bench_udf.py MODEL TABLE.csv OUT.parquet CORES      # a process that scale.py times
"""

import os
import sys

if __name__ == "__main__":
    os.environ |= {"MLFLOW_DISABLE_TELEMETRY": "true", "PYSPARK_PYTHON": sys.executable}
    import mlflow
    from pyspark.sql import SparkSession
    from pyspark.sql.types import StringType

    model, table, out, cores = sys.argv[1:]
    builder = SparkSession.builder.master(f"local[{cores}]").config("spark.ui.enabled", "false")
    session = builder.config("spark.driver.memory", "2g").config("spark.log.level", "ERROR").getOrCreate()
    udf = mlflow.pyfunc.spark_udf(session, model, result_type=StringType(), env_manager="local")
    rows = session.read.option("header", "true").csv(table)
    rows.repartition(2 * int(cores)).withColumn("nature", udf("Nội dung")).write.mode("overwrite").parquet(out)
    session.stop()
