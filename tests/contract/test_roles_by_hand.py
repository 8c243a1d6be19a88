"""Workspace admin > Roles: made, changed, copied, deleted, and given to collaborators."""

import pytest

from tests.contract.aihub_world import Hub, field_error, hub, text_of

__all__ = ["hub"]  # the fixture
PAGE = "/workspace_admin/roles"
NEW = f"{PAGE}/new"


@pytest.mark.requirement("USR-74")
def test_a_role_is_made_changed_copied_and_deleted(hub: Hub) -> None:
    admin = hub.browser("admin")
    assert "no roles of its own yet" in text_of(admin.get(PAGE))
    nameless = admin.post(NEW, NEW, name="", privileges=["Recipes: read"])
    assert "1 to 100 characters" in field_error(nameless, "name")
    assert 'value="Recipes: read" id="recipes-read" checked' in nameless.text
    assert "at least one privilege" in text_of(admin.post(NEW, NEW, name="Reader"))
    some = {"access": "some", "privileges": ["Recipes: read"]}
    assert "at least one existing project" in field_error(
        admin.post(NEW, NEW, name="Reader", **some), "projects"
    )
    assert admin.post(NEW, NEW, name="Reader", projects=["1"], **some).status_code == 303
    assert "Reader Roles 1 0" in text_of(admin.get(PAGE))
    page = f"{PAGE}/1"
    twin = admin.post(NEW, NEW, name="Reader", privileges=["Recipes: read"])
    assert "already is a role" in field_error(twin, "name")
    ticked = ["Recipes: read", "Recipes: run", "Projects: read"]
    admin.post(page, page, name="Runner", privileges=ticked)
    assert "Runner Roles 3 0" in text_of(admin.get(PAGE))
    admin.post(f"{page}/copy", PAGE)
    assert "Copy of Runner" in text_of(admin.get(PAGE))
    assert "Nobody has it." in text_of(admin.get(f"{PAGE}?delete=1"))
    admin.post(f"{page}/delete", PAGE)
    assert "Deleted the role 'Runner'." in text_of(admin.get(PAGE))
    assert hub.browser("builder").get(PAGE).status_code == 403


@pytest.mark.requirement("USR-74")
def test_a_role_of_the_new_model_has_the_privileges_of_its_kind(hub: Hub) -> None:
    admin, new = hub.browser("admin"), f"{NEW}?kind=project"
    form = admin.get(new).text
    assert "Recipes: read" in form
    assert "Collaborators: all" not in form
    assert "Project access" not in form
    admin.post(new, new, name="Builder", privileges=["Recipes: read"])
    assert "Builder Project roles 1 0" in text_of(admin.get(PAGE))
    foreign = admin.post(new, new, name="Other", privileges=["Collaborators: all"])
    assert "have no such privilege" in text_of(foreign)
