"""Who is meant: by name, first name, e-mail address, actor, or an entry of the description."""

import pytest

from simulator.validation.persons import NobodyError, find

PEOPLE = [
    ("Ada Reyes", "ada@acme.example"),
    ("Ada Reyes", "Ada@acme.example"),
    ("Bob Tanaka", "bob@acme.example"),
    ("Bob Odd", "odd@acme.example"),
]


class Somebody:
    """Who acts."""

    person = {"name": "Ada Reyes", "email": "ada@acme.example"}


@pytest.mark.requirement("HARN-20")
@pytest.mark.parametrize(
    "who",
    ["Ada", "Ada Reyes", "ADA@acme.example", " ada@acme.example ", Somebody(), Somebody.person],
)
def test_a_person_is_named_in_any_way(who: object) -> None:
    assert find(PEOPLE, who) == "ada@acme.example"


@pytest.mark.requirement("HARN-20")
@pytest.mark.parametrize(
    "who, sentence",
    [
        ("Adda", r"Nobody in the scenario is called 'Adda'\. There are: Ada Reyes, Bob Tanaka"),
        ("a@b.example", r"Nobody has the e-mail address 'a@b\.example'\. There are: Ada@acme"),
        ("Bob", r"Several are called 'Bob': say more\. There are: bob@acme\.example, odd@"),
        (7, r"A person is a name, an e-mail address or an actor, not 7\."),
        ("", r"not ''\."),
        (None, r"not None\."),
    ],
)
def test_who_is_nobody_is_refused_with_who_there_is(who: object, sentence: str) -> None:
    with pytest.raises(NobodyError, match=sentence):
        find(PEOPLE, who)
