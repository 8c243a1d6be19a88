"""The tables in docs/what-is-bounded.md; `python -m tests.tools.bounds_page`."""

from collections.abc import Iterable

from simulator import journal, oracle
from simulator.control import pages, persons, records
from simulator.db import listing, remembered, snapshot, write_queue
from simulator.description import people
from simulator.domain import lockout, retention, sign_ins
from simulator.net import outbound
from simulator.scenarios import provisioning
from simulator.serving import channels, server
from simulator.systems.developer_api import endpoint
from simulator.systems.identity import client_documents
from simulator.systems.mcp import batches, paging, pending
from simulator.web import endpoints, posted_pages
from tests.tools.generated import with_table
from tests.tools.requirements import ROOT

PAGE = ROOT / "docs/what-is-bounded.md"
_MARK = "<!-- Made by `python -m tests.tools.bounds_page`{}; do not edit. -->\n"
_KIB = 1024

_WITH_THE_NEXT = (
    ("Sign-ins of browsers", f"{sign_ins.LENGTH}, deleted with the next one"),
    ("Wrong passwords in a row", f"a day, or {lockout.LOCK} once {lockout.MOST_FAILURES} lock"),
    ("Pages that answer a form", f"{posted_pages.LENGTH}, deleted with the next one"),
    ("Client ID metadata documents", f"{client_documents._MOST} at most, as long as fresh"),
)
_IN_MEMORY = (
    ("Exchanges in the journal", f"the newest {journal.CAPACITY:,}, of the last day"),
    ("Bytes of the journal", f"{journal.MOST_BYTES // _KIB**2} MiB, then the oldest go"),
    ("Bytes of an exchange's body or answer in it", f"{journal._LOOKED_INTO // _KIB} KiB"),
    ("App calls that the oracle looked at", f"the newest {oracle.CAPACITY:,}"),
    ("What is remembered of one version of the catalogue", f"{remembered._MOST:,} values"),
    ("Snapshots under a name", f"{snapshot.MOST}"),
    ("Worlds for a quick reset", f"{provisioning.CACHE_SIZE}, ten minutes"),
    ("Requests to the systems that are answered at once", f"{server._THREADS}"),
    ("Requests to the control API that are answered at once", f"{server._CONTROL_THREADS}"),
    ("Of these, requests that wait for exchanges", f"{records.MAX_WAITING}"),
    ("Open connections to the systems", f"{channels.SYSTEM_CONNECTIONS}, then the longest idle go"),
    ("Open connections to the control API", f"{channels.CONTROL_CONNECTIONS}, in the same way"),
    (
        "Body of a request",
        f"{endpoints.LONGEST_FILE // _KIB**2} MiB of a package, 2 MiB of everything else",
    ),
    ("Messages in a batch of MCP", f"{batches.LARGEST}"),
    ("Wait for a client's answer to a request of the server", f"{pending.ANSWER_SECONDS} s"),
    (
        "Fetching a document from a host outside",
        f"{outbound.SECONDS:g} s, {outbound.AT_ONCE} at once",
    ),
    ("Bytes of a client ID metadata document", f"{client_documents._MOST_BYTES // _KIB} KiB"),
    ("Wait for SQLite's write lock", f"{write_queue.PATIENCE} s, in the order of arrival"),
)
_LISTS = (
    ("A page of the web app", f"{listing.PAGE_SIZE} rows"),
    ("`tools/list`", f"{paging.PAGE_SIZE} tools, then `nextCursor`"),
    ("A list of the Developer API", "as documented, 50 or 100 rows"),
    ("One of it for which no page is documented", f"{endpoint.LONGEST_PAGE:,} rows"),
    ("`GET /_simulator/people`", f"{persons.LARGEST_PAGE} people, then `next`"),
    ("`GET /_simulator/journal`", f"{pages.LONGEST // _KIB} KiB, then `next`"),
    ("`simulator describe`, of each kind", f"{people.MOST}, and others by name"),
)


def renewed(page: str) -> str:
    """The page with the tables as they should be."""
    rules = [(rule.what, rule.bound) for rule in retention.RULES]
    page = with_table(page, _MARK.format(""), ["what", "kept"], _rows([*rules, *_WITH_THE_NEXT]))
    page = with_table(page, _MARK.format(" as well"), ["what", "bound"], _rows(_IN_MEMORY))
    return with_table(page, _MARK.format(", too"), ["what", "at once"], _rows(_LISTS))


def _rows(pairs: Iterable[tuple[str, str]]) -> list[str]:
    return [f"| {what} | {bound} |" for what, bound in pairs]


def main() -> None:
    """Write the page."""
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
