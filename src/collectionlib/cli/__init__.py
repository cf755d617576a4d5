"""The command line: ``collectionlib [-L LOCATION] [-q | -v] COMMAND …``."""

from __future__ import annotations

import gc
import os
from typing import NoReturn

__all__ = ["main"]


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line, and leave with the exit status that its table names."""
    # What is loaded at the start is no garbage: looking through it takes a twentieth of a short
    # command. It is begun again when the command has been loaded.
    gc.disable()
    try:
        # Whoever interrupts while this is imported is told the same as later.
        from . import running
    except KeyboardInterrupt:
        os.write(2, b"interrupted: the same command resumes\n")
        raise SystemExit(130) from None
    running.main(arguments)
