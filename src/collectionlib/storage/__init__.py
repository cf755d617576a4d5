"""Where a collection is kept: the protocol, and one module for each back end."""
