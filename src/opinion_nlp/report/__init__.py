"""Scored rows to what people read: summary, threads of rumours, charts, documents. Never touches a model."""
