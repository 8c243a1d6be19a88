"""Listeners in this process, and the WSGI entry for any server."""
