"""The customers of a vendor."""

from tests.tools.api_tour.recorder import Recorder


def tour(api: Recorder) -> None:
    """Call the endpoints."""
    call = api.call
    new = {"name": "Beta", "notification_email": "it@beta.example", "external_id": "B-1"}
    number = call("create_customer", new)["id"]
    call("list_customers")
    call("get_customer", id="EB-1")
    call("update_customer", {"name": "Beta Ltd"}, id=number)
    call("upgrade_customer", {"plan_id": "enterprise"}, id=number)
    call("downgrade_customer", id=number)
    call("provision_environments", id=number)
    (owner, *_) = call("list_customer_members", id=number)
    call("get_customer_member", id=number, member_id=owner["id"])
    mia = {"name": "Mia Roe", "email": "mia@beta.example", "role_name": "Operator"}
    member = api.send("POST", f"managed_users/{number}/member_invitations", mia)["data"]["id"]
    call("delete_customer_member", {"member_id": member}, id=number)
    call("get_monthly_usage")
    span = {"from": "2026-02-01", "to": "2026-03-01", "interval": "month", "external_ids": ["B-1"]}
    call("get_usage", span)
    client = {"client_id": "acme-client", "client_secret": "acme-secret"}
    profile = call("create_profile", {"name": "Slack", "provider": "slack", "data": client})
    both = {"managed_user_id": number, "id": profile["result"]["id"]}
    call("assign_profile", **both)
    call("unassign_profile", **both)
    call("delete_customer", id=number)
