"""Start the command line: ``python -m dashboard``."""

from dashboard.cli.main import main

main(prog_name="python -m dashboard")
