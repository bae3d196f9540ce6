"""`python -m monitor.cli` is `pactwatch`."""

from monitor.cli import main

main()
