"""What tests send to processes and to workers, which load it by its name."""

import os
import signal
import time
from collections.abc import Iterator

from attrs import frozen

from collectionlib.importing.draft import Draft
from collectionlib.importing.formats.base import Recognition
from collectionlib.importing.sources import SourceFile


@frozen
class Slow:
    """Takes a while for each text."""

    seconds: float = 0.01

    def recognises(self, source: SourceFile) -> Recognition | None:
        return Recognition(1.0, "slow") if source.data else None

    def parse(self, source: SourceFile) -> Iterator[Draft]:
        time.sleep(self.seconds)
        yield Draft(body=source.text)


@frozen
class Deadly:
    """Kills its process when it meets a certain text."""

    def recognises(self, source: SourceFile) -> Recognition | None:
        return Recognition(1.0, "deadly") if b"deadly" in source.data else None

    def parse(self, source: SourceFile) -> Iterator[Draft]:
        if b"always" in source.data:
            os.kill(os.getpid(), signal.SIGKILL)
        yield Draft(body=source.text)


def doubled(items: list[int]) -> list[int]:
    return [2 * item for item in items]


def divided(items: list[int]) -> list[float]:
    return [1 / item for item in items]


def killing(items: list[int]) -> list[int]:
    """Kills its process at 700, and takes a while before, so that others are at work as well."""
    time.sleep(0.01)
    if 700 in items:
        os.kill(os.getpid(), signal.SIGKILL)
    return items


def lengths(items: list[bytes]) -> list[int]:
    time.sleep(0.2)
    return [len(item) for item in items]


def set_variables(variables: dict[str, str]) -> None:
    os.environ.update(variables)
