"""Commands as the tests of the command line run them."""

from tests.cli.conftest import _no_configuration, devnet, hb, home

__all__ = ["_no_configuration", "devnet", "hb", "home"]
