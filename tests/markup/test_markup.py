from __future__ import annotations

import subprocess
import sys

from collectionlib.markup import parse
from collectionlib.markup.blocks import Emphasis, Paragraph, Text


def test_a_body_is_read_in_the_notation_that_it_is_in() -> None:
    assert parse("*a*", "plain") == (Paragraph((Text("*a*"),)),)
    assert parse("*a*", "markdown") == (Paragraph((Emphasis((Text("a"),)),)),)


def test_plain_bodies_need_no_markdown_parser() -> None:
    program = (
        "import sys; from collectionlib.markup import commonmark, html, parse;"
        "html.render(parse('a', 'plain')); commonmark.escape('*');"
        "print('markdown_it' in sys.modules)"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "False"
