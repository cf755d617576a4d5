"""The pages of a book in whatever format: which text stands on which, and what is around them."""
