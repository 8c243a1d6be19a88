"""What a person reads on the pages for sign-in and consent."""

from simulator.installed_apps import PageLabels

LABELS = PageLabels(
    login="Email",
    password="Password",
    sign_in="Sign In",
    switch_account="Use another account",
    allow="Allow",
    deny="Cancel",
    login_field="email",
)
