"""Work in parallel: in processes of this machine, or on others, with the results in order.

`workers` hires those who do the work by the name of an executor; `mapped` has them do a function
of a chunk of items, over and over. A function and its items are sent, a result comes back: data
that whoever asked for it puts together, in the order of the items. So a result depends on the
items alone, neither on the number of the workers nor on which of them did what, or did it twice.
"""

from __future__ import annotations

from .base import ExecutorChoice, Workers
from .choosing import check_executor, workers
from .mapping import mapped

__all__ = ["ExecutorChoice", "Workers", "check_executor", "mapped", "workers"]
