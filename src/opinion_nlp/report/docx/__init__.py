"""The synthesis as a formal report in Word, in the form of Decree 30/2020/NĐ-CP or of an office's own template."""

from opinion_nlp.report.docx.template import save_template
from opinion_nlp.report.docx.write import write_docx

__all__ = ["save_template", "write_docx"]
