"""Documents in, lines of text out: Word, PDF, text, web pages and mail."""

from opinion_nlp.archive.documents.document import Document, Line
from opinion_nlp.archive.documents.office import convert_office
from opinion_nlp.archive.documents.read import DOCUMENT_SUFFIXES, read_document

__all__ = ["DOCUMENT_SUFFIXES", "Document", "Line", "convert_office", "read_document"]
