"""What a person reads on Coupa's pages for sign-in and consent."""

from simulator.installed_apps import PageLabels

LABELS = PageLabels(
    login="Login name or e-mail",
    password="Password",
    sign_in="Sign in",
    switch_account="Sign out and use another account",
    allow="Allow",
    deny="Deny",
)
