"""A Slack workspace: OAuth with user tokens, the Web API, channels that their members see."""
