"""What is measured: a module a group, each with its `tables`."""
