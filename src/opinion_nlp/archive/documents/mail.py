"""Read the body of an e-mail (.eml), and of a web page saved as one file (.mht), which is built as a mail."""

import re
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opinion_nlp.archive.documents.document import Document, Line, clean, make_document
from opinion_nlp.archive.documents.html import parse_html
from opinion_nlp.archive.documents.plain import MAX_BYTES, decode_text, iter_paragraphs
from opinion_nlp.errors import UnreadableError
from opinion_nlp.text.legacy import Decoded, Encoding
from opinion_nlp.text.statements.linekind import LineKind

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

MAX_MAIL_BYTES = 5 * MAX_BYTES
"""Larger mails consist of attachments, which are not read."""

_HEADERS = ("from", "to", "subject", "date", "mime-version", "content-type", "received", "message-id")
_QUOTED = re.compile(r"\s?(?:>|&gt;)")
_ATTRIBUTION = re.compile(r"(?:On|Vào|Ngày|Lúc)\b.{0,300}\b(?:wrote|viết|đã viết)\s*:\s*", re.IGNORECASE)
_REST = re.compile(
    r"(?:-- ?|[-_]{3,}\s*(?:Original Message|Forwarded message|Thư gốc|Thư gửi kèm).{0,40}|_{20,}\s*)", re.IGNORECASE
)
"""What opens the signature, or the older mail below an answer."""

_QUOTE_CLASSES = ("gmail_quote", "gmail_attr", "gmail_signature", "moz-cite-prefix", "moz-signature", "yahoo_quoted")
_MAX_NAMES = 10
_CLOSING = re.compile(
    r"(?:xin |kính |rất )*(?:trân trọng|thân ái|thân mến|chân thành|cảm ơn|cám ơn|kính thư|kính chào|best regards"
    r"|regards|thanks)(?: (?:cảm ơn|cám ơn|kính chào|quý \w+|anh|chị|you|./.))*\W*",
    re.IGNORECASE,
)
_SIGNATURE_LINES = 5
_SIGNATURE_WORDS = 6


def read_mail(path: Path, name: str, *, is_page: bool = False) -> Document:
    """Read a mail: its subject as a title, then the text that its writer added.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    name : str
        Its name in messages.
    is_page : bool
        Whether it is a saved web page: its HTML is read, and no subject.

    Returns
    -------
    Document
        Quoted answers and signatures are left out. ``unread`` names the attachments.

    Raises
    ------
    UnreadableError
        If the file is no mail, too large, or holds no text.
    """
    if (n_bytes := path.stat().st_size) > MAX_MAIL_BYTES:
        reason = f"the file has {n_bytes // 1_000_000:,} MB, and {MAX_MAIL_BYTES // 1_000_000:,} MB are read at most"
        raise UnreadableError(name, reason, "Save the text of the mail alone.")
    raw = path.read_bytes()
    if not raw.strip():
        raise UnreadableError(name, "the file is empty", "Look for the file that was meant.")
    subject, body, attachments = _take_apart(raw, name, is_page)
    lines = (
        []
        if is_page
        else [Line(text, LineKind.HEADING, None, None, Encoding.UNICODE) for text in [subject] if text.strip()]
    )
    if body is not None:
        lines += _read_body(body, name)
    elif not lines:
        raise UnreadableError(name, "the mail holds no text", "Give its attachments as files of their own.")
    return replace(make_document(name, lines), unread=_describe(attachments))


def _take_apart(raw: bytes, name: str, is_page: bool) -> tuple[str, "_Body | None", list[str]]:
    """Return the subject, the body and the names of the attachments."""
    try:
        message = message_from_bytes(raw, policy=policy.default)
        if not any(header in message for header in _HEADERS):
            raise UnreadableError(name, "the file is no mail: it has no header lines", "Save the mail again as .eml.")
        part = message.get_body(("html", "plain") if is_page else ("plain", "html"))
        body = None
        if part is not None:
            payload: Any = part.get_payload(decode=True)
            body = _Body(payload or b"", part.get_content_type() == "text/html", part.get_content_charset() or "")
        attachments = [] if is_page else [_name_attachment(one) for one in message.iter_attachments()]
        return str(message.get("subject", "")), body, attachments
    except UnreadableError:
        raise
    # The parser of headers (email._header_value_parser) fails on damaged ones with whatever its code runs into:
    # IndexError, AttributeError, TypeError, ValueError and others are on record, and it promises none.
    except Exception as error:
        raise UnreadableError(name, "the mail's structure is damaged", "Save the mail again as .eml.") from error


class _Body:
    """The bytes of a body, and what the mail says of them."""

    def __init__(self, raw: bytes, is_html: bool, charset: str) -> None:
        self.raw = raw
        self.is_html = is_html
        self.charset = charset

    def decode(self, name: str) -> Decoded:
        """Trust the charset that is named if it fits, else the look of the bytes."""
        if self.charset.lower() in ("utf-8", "utf8", "windows-1258", "windows-1252", "iso-8859-1"):
            try:
                return Decoded(self.raw.decode(self.charset), Encoding.UNICODE)
            except UnicodeDecodeError:
                pass
        return decode_text(self.raw, name)


def _read_body(body: _Body, name: str) -> list[Line]:
    if not body.raw.strip():
        return []
    decoded = body.decode(name)
    if body.is_html:
        # As UTF-8 with its mark, which outweighs what the page says of itself.
        return parse_html(decoded.text.encode("utf-8-sig", "replace"), name, is_left_out=_is_quote)
    return list(iter_paragraphs(Decoded(_drop_quotes(decoded.text), decoded.encoding)))


def _drop_quotes(text: str) -> str:
    """Blank the lines that others wrote, so that the numbers of the lines stay."""
    kept: list[str] = []
    lines = text.splitlines()
    for i, line in enumerate(lines):
        if kept and _REST.fullmatch(line):
            break
        following = next((one for one in lines[i + 1 : i + 4] if one.strip()), "")
        is_attribution = _ATTRIBUTION.fullmatch(line.strip()) is not None and _QUOTED.match(following) is not None
        kept.append("" if _QUOTED.match(line) or is_attribution else line)
    _blank_signature(kept)
    return "\n".join(kept)


def _blank_signature(lines: list[str]) -> None:
    """Blank the few short lines behind a closing formula: a name, an office, a telephone number."""
    filled = [i for i, line in enumerate(lines) if line.strip()]
    for place, i in enumerate(filled):
        behind = filled[place + 1 :]
        is_short = all(len(lines[j].split()) <= _SIGNATURE_WORDS for j in behind)
        if len(behind) <= _SIGNATURE_LINES and is_short and _CLOSING.fullmatch(lines[i].strip()):
            for j in behind:
                lines[j] = ""
            return


def _is_quote(node: "Element") -> bool:
    if node.tag == "blockquote" and node.get("type") == "cite":
        return True
    return any(name in _QUOTE_CLASSES for name in (node.get("class") or "").split())


def _name_attachment(part: EmailMessage) -> str:
    return clean(part.get_filename() or "") or part.get_content_type()


def _describe(attachments: list[str]) -> tuple[str, ...]:
    if not attachments:
        return ()
    more = ", ..." if len(attachments) > _MAX_NAMES else ""
    what = "1 attachment that is" if len(attachments) == 1 else f"{len(attachments)} attachments that are"
    return (f"holds {what} not read: {', '.join(attachments[:_MAX_NAMES])}{more}",)
