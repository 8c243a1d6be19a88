"""What a person reads on the pages for sign-in and consent."""

from simulator.installed_apps import PageLabels

LABELS = PageLabels(
    login="Login name or e-mail",
    password="Password",
    sign_in="Sign in",
    switch_account="Use another account",
    allow="Allow",
    deny="Deny",
)
