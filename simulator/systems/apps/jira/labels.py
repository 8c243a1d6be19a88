"""What a person reads on the pages for sign-in and consent."""

from simulator.installed_apps import PageLabels

LABELS = PageLabels(
    login="Email",
    password="Password",
    sign_in="Log in",
    switch_account="Switch account",
    allow="Accept",
    deny="Cancel",
    login_field="username",
)
