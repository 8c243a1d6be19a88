"""What a person reads on the pages for sign-in and consent."""

from simulator.installed_apps import PageLabels

LABELS = PageLabels(
    login="Username",
    password="Password",
    sign_in="Log In",
    switch_account="Not you?",
    allow="Allow",
    deny="Deny",
    login_field="username",
    password_field="pw",
)
