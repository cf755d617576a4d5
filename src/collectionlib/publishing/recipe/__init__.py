"""Recipes: a book described in ``anthology.toml``, and built from it, the same on every day.

`load_recipe` reads one, `build` writes its files and a lock file beside it, `differences` says
what a rebuild would change, and `draft_recipe` writes a first one.
"""

from __future__ import annotations

from .building import Built, Difference, Telling, build, differences, plan, write_preview
from .draft import draft_recipe
from .lock import Change, lock_path
from .reading import load_recipe, parse_recipe
from .rules import Recipe, RecipeError
from .schema import recipe_schema

__all__ = [
    "Built",
    "Change",
    "Difference",
    "Recipe",
    "RecipeError",
    "Telling",
    "build",
    "differences",
    "draft_recipe",
    "load_recipe",
    "lock_path",
    "parse_recipe",
    "plan",
    "recipe_schema",
    "write_preview",
]
