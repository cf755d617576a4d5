"""Texts that are there twice: found, and the ones of which there is no need removed."""

from .finding import Cluster, Member, find_duplicates
from .keeping import POLICIES, Policy
from .removing import Removed, remove_duplicates

__all__ = [
    "POLICIES",
    "Cluster",
    "Member",
    "Policy",
    "Removed",
    "find_duplicates",
    "remove_duplicates",
]
