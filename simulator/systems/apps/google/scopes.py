"""Scopes, and what people read of them (Google, "OAuth 2.0 Scopes for Google APIs"; our words)."""

PREFIX = "https://www.googleapis.com/auth/"
#: They say who somebody is, are granted with every consent, and have no checkbox.
SIGN_IN = {
    "openid": "Know who you are on Google",
    f"{PREFIX}userinfo.email": "See the e-mail address of your Google Account",
    f"{PREFIX}userinfo.profile": "See your name and your public profile",
}
#: Short names that clients may ask for → what is granted then.
ALIASES = {"email": f"{PREFIX}userinfo.email", "profile": f"{PREFIX}userinfo.profile"}
GMAIL = {
    "https://mail.google.com/": "Read, write, send and delete all your Gmail messages for good",
    f"{PREFIX}gmail.modify": "Read, write and send Gmail messages, and sort them",
    f"{PREFIX}gmail.readonly": "Read your Gmail messages and settings",
    f"{PREFIX}gmail.send": "Send Gmail messages in your name",
    f"{PREFIX}gmail.compose": "Write drafts and send Gmail messages",
    f"{PREFIX}gmail.labels": "See and change your Gmail labels",
    f"{PREFIX}gmail.metadata": "See labels and headers of your Gmail messages, not what is in them",
    f"{PREFIX}gmail.insert": "Add messages to your Gmail mailbox",
}
CALENDAR = {
    f"{PREFIX}calendar": "See, change, share and delete all your calendars",
    f"{PREFIX}calendar.events": "See and change events in all your calendars",
    f"{PREFIX}calendar.readonly": "See all your calendars",
    f"{PREFIX}calendar.events.readonly": "See events in all your calendars",
}
DRIVE = {
    f"{PREFIX}drive": "See, change, make and delete all your Google Drive files",
    f"{PREFIX}drive.file": "See and change only those Drive files that you use with this app",
    f"{PREFIX}drive.readonly": "See and download all your Google Drive files",
    f"{PREFIX}drive.metadata.readonly": "See names and details of your Drive files",
}
DESCRIPTIONS = {**SIGN_IN, **{name: SIGN_IN[full] for name, full in ALIASES.items()}}
DESCRIPTIONS |= {**GMAIL, **CALENDAR, **DRIVE}


def canonical(names: list[str]) -> list[str]:
    """Return scopes by their whole names, each once, in the order they came."""
    return list(dict.fromkeys(ALIASES.get(name, name) for name in names))
