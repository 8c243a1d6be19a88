"""Long texts in both versions of the API: plain in version 2, a document (ADF) in version 3.

Ours: no kept library on the index does both ways. The text alone is stored: marks such as bold are
not, and a node that shows a person, link, date or emoji leaves what people read of it.
"""

from collections.abc import Mapping
from typing import Any

#: A document nests no deeper.
_DEEPEST = 50
#: Nodes that are a line or a block of their own.
_BLOCKS = frozenset(
    (
        *("paragraph", "heading", "codeBlock", "blockquote", "bulletList", "orderedList"),
        *("listItem", "panel", "rule", "table", "tableRow", "tableHeader", "tableCell"),
        *("taskList", "taskItem", "decisionList", "decisionItem", "expand", "nestedExpand"),
        *("mediaSingle", "mediaGroup"),
    )
)
#: Nodes inside a line, and the attribute that people read.
_READ = {
    "mention": "text",
    "emoji": "shortName",
    "inlineCard": "url",
    "status": "text",
    "date": "timestamp",
}


class NotADocument(ValueError):
    """A value is none in the Atlassian Document Format."""


def to_document(text: str) -> dict[str, Any]:
    """Return a text as a document: a paragraph for each block between empty lines."""
    paragraphs = [_paragraph(part) for part in text.split("\n\n")]
    return {"type": "doc", "version": 1, "content": paragraphs}


def _paragraph(text: str) -> dict[str, Any]:
    content: list[dict[str, Any]] = []
    for line in text.split("\n"):
        if content:
            content.append({"type": "hardBreak"})
        if line:
            content.append({"type": "text", "text": line})
    return {"type": "paragraph", "content": content}


def to_text(document: object) -> str:
    """Return the text of a document.

    Raises:
        NotADocument: it is none, or nests too deeply.
    """
    if not isinstance(document, dict) or document.get("type") != "doc":
        raise NotADocument
    if document.get("version") != 1:
        raise NotADocument
    return "\n\n".join(_blocks(document, 0)).strip()


def _blocks(node: Mapping[str, Any], depth: int) -> list[str]:
    children = node.get("content", [])
    if depth > _DEEPEST or not isinstance(children, list):
        raise NotADocument
    found, line = [], ""
    for child in children:
        if not isinstance(child, dict) or not isinstance(child.get("type"), str):
            raise NotADocument
        if child["type"] in _BLOCKS:
            parts = _blocks(child, depth + 1)
            is_list = child["type"].endswith("List")
            found.extend(["\n".join(f"* {part}" for part in parts)] if is_list else parts)
        else:
            line += _inline(child)
    return [*([line] if line else []), *found]


def _inline(node: Mapping[str, Any]) -> str:
    attributes = node.get("attrs") or {}
    if node["type"] == "hardBreak":
        return "\n"
    if node["type"] == "text":
        text = node.get("text")
    elif isinstance(attributes, dict) and node["type"] in _READ:
        text = attributes.get(_READ[node["type"]], "")
    else:
        raise NotADocument
    if not isinstance(text, str):
        raise NotADocument
    return text
