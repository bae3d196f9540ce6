"""The command line. `main` is the console script; each group of commands has a file of its own."""


def main() -> None:
    """Run the command in sys.argv and leave with its exit code: 0 done, 1 failed, 2 wrong use or config."""
    from monitor.cli.app import run

    raise SystemExit(run())
