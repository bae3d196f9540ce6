"""How a command says that it could not do its work: one line, and an exit code."""


class CommandError(Exception):
    """Something went wrong on the way. The text is the line that the user sees, if any."""

    code = 1


class WrongUseError(CommandError):
    """The command line or a file it names is wrong. The text names file, line and field."""

    code = 2
