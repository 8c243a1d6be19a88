// Back to the MCP client: a window that was opened for the connection closes itself.
window.close();
