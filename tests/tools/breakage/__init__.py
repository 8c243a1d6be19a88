"""What a sandbox is put through on purpose: killed, without room, without its server."""
