"""Tables in pages that are made from the code, between two marks."""

_END = "<!-- As far as this. -->\n"


def with_table(page: str, begin: str, head: list[str], rows: list[str]) -> str:
    """The page with a table as it should be.

    Args:
        page: Markdown.
        begin: the comment that stands before the table, its line end included.
        head: names of the columns.
        rows: Markdown.
    """
    return with_lines(page, begin, make_table(head, rows))


def make_table(head: list[str], rows: list[str]) -> list[str]:
    """The lines of a table."""
    return [f"| {' | '.join(head)} |", "|---" * len(head) + "|", *rows]


def with_lines(page: str, begin: str, lines: list[str]) -> str:
    """The page with these lines between the marks; otherwise as `with_table`."""
    before, found, rest = page.partition(begin)
    assert found, f"the page has no place for what begins with {begin}"
    return before + begin + "\n".join(lines) + "\n" + _END + rest.partition(_END)[2]
