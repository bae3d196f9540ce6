"""`pactwatch mcp`: the register for assistants, over standard input and output."""

from monitor.cli.failures import CommandError
from monitor.cli.options import ConfigOption, read_config


def mcp(*, config: ConfigOption = None) -> None:
    """Answer an assistant's questions over standard input and output (MCP). It reads and changes nothing.

    Started by the assistant's own program; docs/assistants.md has its configuration. Needs
    pactwatch[mcp].
    """
    loaded = read_config(config)
    try:
        from monitor.assistants import serve
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("mcp", "mcp_types"):
            raise
        raise CommandError("the MCP server needs the mcp package: pip install 'pactwatch[mcp]'") from None
    from storage import StorageError, open_storage

    try:
        storage = open_storage(loaded.storage_url, read_only=True)
        try:
            with storage.reading() as r:  # says at once what is wrong with the tables
                r.counts()
            serve(storage, loaded)
        finally:
            storage.close()
    except StorageError as error:
        raise CommandError(str(error)) from None
