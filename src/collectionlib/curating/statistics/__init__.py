"""What a collection consists of, in numbers."""

from .counting import Lengths, Statistics, statistics_of
from .page import write_page

__all__ = ["Lengths", "Statistics", "statistics_of", "write_page"]
