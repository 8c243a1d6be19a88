"""The recipe editor as a builder makes recipes with it: new recipes, steps, fields, data pills."""

import re
from collections.abc import Mapping, Sequence

from playwright.sync_api import Locator, Page, expect

#: A field that ends with a data pill.
_PILL = re.compile(r"_dp\('.*'\)\}?$")


class RecipeBuilding:
    """Pages on which a recipe is made.

    Args:
        page: the page of somebody who is signed in.
        address: the address of the web app.
    """

    def __init__(self, page: Page, address: str) -> None:
        self._page, self._address = page, address
        self._main = page.get_by_role("main")
        self.setup = self._main.locator("#setup")
        self.save_mine = self._button("Save mine too")

    def create_project(self, name: str) -> None:
        """Create a project and open it."""
        self._page.goto(f"{self._address}/projects/new")
        self._page.get_by_label("Project name", exact=True).fill(name)
        self._button("Create project").click()
        expect(self._page.get_by_role("heading", level=1)).to_have_text(name)

    def create_recipe(self, name: str, starting_point: str) -> None:
        """Create a recipe in the project that is open; the editor opens at its trigger."""
        self._link("New recipe").click()
        self._page.get_by_label("Name", exact=True).fill(name)
        self._page.get_by_role("radio", name=starting_point, exact=True).check()
        self._button("Start building").click()
        expect(self._page.get_by_role("heading", level=1)).to_have_text(name)

    def set_fields(self, title: str, rows: Sequence[Mapping[str, str]]) -> None:
        """Give the trigger's schema these fields, label → value, in the rows that are empty."""
        self._step(0).click()
        self._link(f"Edit fields of {title}").click()
        expect(self._page.get_by_role("heading", level=1)).to_have_text(title)
        empty = self._main.get_by_role("group", name="New field", exact=True)
        for number, row in enumerate(rows):
            for label, value in row.items():
                field = empty.nth(number).get_by_label(label.capitalize(), exact=True)
                if label == "type":
                    field.select_option(label=value)
                else:
                    field.fill(value)
        self._button("Save").click()
        expect(self.setup).to_be_visible()

    def add_step(self, title: str, group: str) -> None:
        """Add a step at the end of the recipe; it is selected then."""
        self._link("+ Add a step at the end").click()
        self._page.get_by_role("searchbox").fill(title)
        self._button("Filter").click()
        kinds = self._main.locator("details.kinds").filter(has_text=group)
        kinds.get_by_role("button", name=title, exact=True).click()
        expect(self.setup).to_contain_text(title)

    def use_end_users_connection(self, name: str) -> None:
        """Have the selected step act with an existing connection, as End user's connection."""
        self._link("End user's connection").click()
        menu = self._page.get_by_role("combobox", name="Existing connection", exact=True)
        menu.select_option(label=name)
        self._button("Use this connection").click()
        expect(self._main.get_by_text("Connected", exact=True)).to_be_visible()

    def input(self, label: str) -> Locator:
        """Return an input of the selected step."""
        return self.setup.locator("textarea").and_(self.setup.get_by_label(label, exact=False))

    def insert_pill(self, pill: str, into: str) -> None:
        """Put a data pill where the cursor is in an input."""
        self.input(into).first.click()
        picker = self.setup.locator("details.picker")
        if picker.get_attribute("open") is None:
            picker.locator("summary").click()
        picker.get_by_role("searchbox").fill(pill)
        # Several steps may give something of this name: the nearest comes first.
        picker.get_by_role("button", name=pill).first.click()
        expect(self.input(into).first).to_have_value(_PILL)

    def save_step(self) -> None:
        """Save the inputs of the selected step."""
        self._button("Save step").click()

    def start(self) -> None:
        """Start the recipe on its page."""
        self._link("Exit editor").click()
        self._button("Start recipe").click()
        expect(self._button("Stop recipe")).to_be_visible()

    def stop(self) -> None:
        """Stop the recipe whose editor is open."""
        self._button("Stop recipe").click()

    def create_server(self, project: str, name: str, tool: str) -> None:
        """Create an MCP server in a project, with one of its recipes as a tool."""
        self._page.goto(f"{self._address}/projects")
        self._link(project).click()
        self._link("New MCP server").click()
        self._page.get_by_label("Server name", exact=True).fill(name)
        self._page.get_by_role("checkbox", name=tool).check()
        self._button("Create MCP server").click()
        expect(self._page.get_by_role("heading", level=1)).to_have_text(name)

    def open_step(self, number: int) -> None:
        """Select a step by the number that it has in the editor."""
        self._step(number - 1).click()
        expect(self._main.locator("[aria-current=step]")).to_have_count(1)

    def _step(self, place: int) -> Locator:
        steps = self._page.get_by_role("region", name="Select a step", exact=True)
        return steps.locator("a.step").nth(place)

    def _link(self, name: str) -> Locator:
        return self._main.get_by_role("link", name=name, exact=True)

    def _button(self, name: str) -> Locator:
        return self._main.get_by_role("button", name=name, exact=True)
