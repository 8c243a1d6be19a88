"""Workato's data centers with MCP servers: hosts of others than the US have their name.

Workato docs, Developer API and MCP servers. China has no MCP servers; `trial` is the Developer
sandbox, `preview` what is to come.
"""

US = "us"
DATA_CENTERS = (US, "eu", "jp", "sg", "au", "il", "kr", "uk", "trial", "preview")
