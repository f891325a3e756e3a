"""How often tests kill."""

from __future__ import annotations

import os

KILLS = int(os.environ.get("HYPERBOUNTY_TEST_KILLS", "1"))
"""How often each test that kills does so."""
