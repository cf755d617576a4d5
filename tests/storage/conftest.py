# A program that tests start. Looking for doctests in it would need libfuse, which may be missing.
collect_ignore = ["case_insensitive.py"]
