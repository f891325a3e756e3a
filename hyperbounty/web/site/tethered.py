"""A command of Hyperbounty that ends with the process that started it, however that one ended.

    python -m hyperbounty.web.site.tethered index run

The parent holds the other end of this process's standard input and writes nothing. It closes when the parent is gone,
by SIGKILL too, and then this process is told to end as by SIGTERM.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import Final

_PATIENCE_S: Final = 10.0


def _end_with_parent() -> None:
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_PATIENCE_S)
    # It hangs in something that no signal ends.
    os._exit(1)


if __name__ == "__main__":
    threading.Thread(target=_end_with_parent, name="tether", daemon=True).start()
    from hyperbounty.cli.main import main

    main()
