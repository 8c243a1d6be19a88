"""What test suites import: page objects, browsers and MCP clients that act for a person."""
