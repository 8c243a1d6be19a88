"""Puts Tiny client into the hands of the simulator's people."""

import pytest
from tiny_client import TinyClient

SERVER = "Procurement assistant"


class User:
    """A person with a browser and a Tiny client; `told` is what it told her, oldest first."""

    def __init__(self, person, url):
        self.told, self._person = [], person
        self.client = TinyClient(url, person.authorize, self.told.append)

    def list_requisitions(self):
        """Whose requisitions she gets; None when she was told why there are none."""
        result = self.client.call_tool("List_my_requisitions")
        rows = result and result["structuredContent"]["requisitions"]
        return rows and {row["requested-by"]["email"] for row in rows}

    def follow_link(self, decision="Allow"):
        """Open the link that she was told last, and decide at the app."""
        return self._person.open_link(self.told[-1].rpartition(" ")[2], decision)


@pytest.fixture
def user(workspace):
    """`user("Ada")`, whose client is not signed in yet."""
    url = next(
        each["mcp_url"] for each in workspace.description["servers"] if each["name"] == SERVER
    )
    return lambda name: User(workspace.person(name), url)


@pytest.fixture
def ada(user):
    """She is signed in, and her Coupa account is connected."""
    someone = user("Ada")
    someone.list_requisitions()
    someone.follow_link()
    assert someone.list_requisitions() == {"ada@acme.example"}
    someone.told.clear()
    return someone
