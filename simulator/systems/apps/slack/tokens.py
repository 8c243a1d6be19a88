"""Tokens of a workspace: what one consent brings, for the person and for the app's bot."""

from dataclasses import fields
from functools import partial
from typing import Any

from simulator.systems.apps._kit.provider import AppTokenStore, prefixed
from simulator.systems.apps.slack import bots
from simulator.systems.apps.slack.dialect import BOT, BOT_DIALECT


class SlackTokenStore(AppTokenStore):
    """Codes and tokens of a workspace."""

    # SLACK-14
    def issue(
        self,
        *,
        scope: str,
        granted_scope: str | None = None,
        with_refresh_token: bool = True,
        **options: Any,
    ) -> dict[str, Any]:
        """Issue a token for the person, one for the app's bot, or both, as scopes were granted.

        Scopes of the bot keep their prefix in the database: one list says what both may do.

        Returns:
            `of_person` and `of_bot`, a token response each, or empty; `client_id`; `person`, the
            number of the account that consented; `bot`, that of the bot, 0 without one; and
            `is_refresh`, whether they were refreshed.
        """
        names, is_refresh = scope.split(), granted_scope is not None
        own = [name for name in names if not name.startswith(BOT)]
        of_bot = [name for name in names if name.startswith(BOT)]
        common: dict[str, Any] = {
            "granted_scope": granted_scope,
            "with_refresh_token": with_refresh_token,
        }
        found: dict[str, Any] = {"of_person": {}, "of_bot": {}, "bot": 0}
        if own:
            found["of_person"] = super().issue(scope=" ".join(own), **common, **options)
        if of_bot:
            client_id = options["client_id"]
            is_known = is_refresh and int(options["subject"])
            found["bot"] = is_known or bots.install(self.world, self.host, client_id).id
            for_it = {**options, "subject": str(found["bot"])}
            found["of_bot"] = self._for_bots().issue(scope=" ".join(of_bot), **common, **for_it)
        about = {"client_id": options["client_id"], "person": int(options["subject"])}
        return {**found, **about, "is_refresh": is_refresh}

    def _for_bots(self) -> AppTokenStore:
        """The same codes and tokens, whose texts begin as those of bots."""
        own = {each.name: getattr(self, each.name) for each in fields(self)}
        make = partial(prefixed, self.world, BOT_DIALECT.access_prefix)
        return AppTokenStore(**own | {"dialect": BOT_DIALECT, "make_access_token": make})
