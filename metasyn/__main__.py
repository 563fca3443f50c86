"""``python -m metasyn``: the command line."""

from metasyn.cli.app import main

if __name__ == "__main__":
    main()
