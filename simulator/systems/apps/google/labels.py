"""What a person reads on the pages for sign-in and consent."""

from simulator.installed_apps import PageLabels

LABELS = PageLabels(
    login="Email or phone",
    password="Enter your password",
    sign_in="Next",
    switch_account="Use another account",
    allow="Continue",
    deny="Cancel",
    login_field="identifier",
    password_field="Passwd",
)
