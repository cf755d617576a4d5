"""Objects of a bucket, as sources and as outputs: ``s3://``, ``gs://``, ``az://``.

An `ObjectUrl` names an object, or what would be a folder. `stores` finds, lists and replaces them,
`files` reads them, `writing` gathers what is to be one. Credentials and endpoint come from the
environment, as object_store takes them; nothing of them is kept or said. The extra ``[lake]``
brings what talks to the stores.
"""

from __future__ import annotations

from .failures import StoreError
from .urls import ObjectUrl, is_object_url, is_url

__all__ = ["ObjectUrl", "StoreError", "is_object_url", "is_url"]
