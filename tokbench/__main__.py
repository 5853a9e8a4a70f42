"""`python -m tokbench` is `tokbench`."""

from tokbench.cli.main import main

if __name__ == "__main__":
    main()
