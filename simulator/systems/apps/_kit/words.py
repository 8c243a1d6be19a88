"""What an app calls its OAuth clients and what belongs to them, on the kit's pages."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Words:
    """The words on the pages of OAuth clients, and of the way back from an error.

    Attributes:
        heading: the heading of the list, and the link to it.
        one: what a client is called in a sentence.
        create: heading and button for a new one.
        settings: name of the part of the page that has the client's ID and secret.
        name: label of its name.
        grant_type: label of how it gets tokens.
        client_id: label of its ID.
        secret: label of its secret.
        show_secret: button that shows it.
        redirect_uris: label of its redirect URIs.
        scopes: label of its scopes.
        save: button that stores the form.
        delete: button that deletes it for good.
        home: link to the first page.
    """

    heading: str = "OAuth clients"
    one: str = "client"
    create: str = "Create client"
    settings: str = "Settings"
    name: str = "Name"
    grant_type: str = "Grant type"
    client_id: str = "Client ID"
    secret: str = "Secret"
    show_secret: str = "Show secret"
    redirect_uris: str = "Redirect URIs"
    scopes: str = "Scopes"
    save: str = "Save"
    delete: str = "Delete client"
    home: str = "Go to the first page"
