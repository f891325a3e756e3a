"""`python -m hyperbounty`: the command line where its script is not on the path."""

from hyperbounty.cli.main import main

main()
