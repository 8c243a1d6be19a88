"""The API: the gateway with the cloud id, and the site's REST API in versions 2 and 3."""
