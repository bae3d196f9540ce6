"""The register for assistants, as a read-only MCP server (https://modelcontextprotocol.io)."""

from monitor.assistants.server import make_server, serve

__all__ = ["make_server", "serve"]
