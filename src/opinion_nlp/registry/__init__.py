"""Model versions in MLflow: tracked, compared, gated, promoted, rolled back, served. The only importer of mlflow."""
