"""What the package says of the accessibility of the book (EPUB Accessibility 1.1 §2, §3)."""

from __future__ import annotations

from collections.abc import Iterator

from ....model import Metadata
from ...pages.facts import Facts

__all__ = ["accessibility"]

CONFORMANCE = "EPUB Accessibility 1.1 - WCAG 2.1 Level AA"


def accessibility(
    metadata: Metadata, facts: Facts, *, has_index: bool
) -> Iterator[tuple[str, str]]:
    """Properties of the package and their values, true to what was written.

    A book with a picture that nothing is said about does not conform, and does not say that it
    does.
    """
    yield "schema:accessMode", "textual"
    if facts.has_pictures:
        yield "schema:accessMode", "visual"
    conforms = not facts.has_bare_pictures
    if conforms:
        yield "schema:accessModeSufficient", "textual"
    features = [
        "displayTransformability",
        "readingOrder",
        "structuralNavigation",
        "tableOfContents",
    ]
    if has_index:
        features.append("index")
    if facts.has_ruby:
        features.append("rubyAnnotations")
    if facts.has_pictures and conforms:
        features.append("alternativeText")
    for feature in features:
        yield "schema:accessibilityFeature", feature
    yield "schema:accessibilityHazard", "none"
    yield "schema:accessibilitySummary", _summary(facts, conforms=conforms)
    if conforms:
        yield "dcterms:conformsTo", CONFORMANCE
        yield "a11y:certifiedBy", metadata.publisher or "collectionlib"


def _summary(facts: Facts, *, conforms: bool) -> str:
    """In English, as the values of the vocabulary are."""
    said = ["The texts can be read aloud and resized, and are reached through the contents."]
    if facts.has_pictures:
        said.append("Pictures are described." if conforms else "Some pictures have no description.")
    return " ".join(said)
