"""The completion script for fish."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .words import Node, Value, Word

__all__ = ["script"]


def script(nodes: Iterable[Node]) -> str:
    """The script for all commands."""
    known = list(nodes)
    groups = " ".join(_quote(name) for node in known for name in _full_names(node))
    valued = {
        name for node in known for option in node.options if option.value for name in option.names
    }
    lines = [
        _HEAD.replace("@COMMANDS@", groups).replace("@VALUED@", " ".join(sorted(valued))),
        *(line for node in known for line in _lines(node)),
    ]
    return "\n".join(lines) + "\n"


def _full_names(node: Node) -> Iterator[str]:
    for name in node.below:
        yield f"{node.path} {name}".strip()


def _lines(node: Node) -> Iterator[str]:
    here = f"complete -c collectionlib -n '__collectionlib_at {_inner(node.path)}'"
    for name, about in node.below.items():
        yield f"{here} -f -a {name} -d {_quote(about)}"
    for option in node.options:
        yield f"{here} {_names(option)} -d {_quote(option.about)}{_after(option.value)}"
    if node.arguments:
        for place, value in enumerate(node.arguments):
            more = node.repeats and place == len(node.arguments) - 1
            where = f"__collectionlib_at {_inner(node.path)} {place}{'+' if more else ''}"
            yield f"complete -c collectionlib -n '{where}'{_after(value, argument=True)}"
    elif not node.below:
        yield f"{here} -f"


def _names(option: Word) -> str:
    return " ".join(
        f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.names
    )


def _after(value: Value | None, *, argument: bool = False) -> str:
    """What completes a value, as options of fish's ``complete``."""
    if value is None:
        return ""
    needed = "" if argument else " -r"
    if value.choices:
        return f"{needed} -f -a {_quote(' '.join(value.choices))}"
    if value.kind == "file":
        return f"{needed} -F"
    if value.kind == "folder":
        return f"{needed} -f -a '(__fish_complete_directories)'"
    asks = f" -a '(__collectionlib_ask {value.kind})'" if value.kind else ""
    return f"{needed} -f{asks}"


def _inner(path: str) -> str:
    return f'"{path}"'


def _quote(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


_HEAD = r"""# Completion of collectionlib for fish, made by: collectionlib completion fish

set -g __collectionlib_commands @COMMANDS@
set -g __collectionlib_valued @VALUED@

# What was typed so far: the path of the command, then how many arguments, then the library.
function __collectionlib_typed
    set -l path ''
    set -l place 0
    set -l library ''
    set -l option ''
    for word in (commandline -opc)[2..-1]
        if test -n "$option"
            contains -- $option -L --library; and set library $word
            set option ''
        else if string match -q -- '--library=*' $word
            set library (string replace -- '--library=' '' $word)
        else if contains -- $word $__collectionlib_valued
            set option $word
        else if string match -q -- '-*' $word
            continue
        else if contains -- (string trim -- "$path $word") $__collectionlib_commands
            set path (string trim -- "$path $word")
        else
            set place (math $place + 1)
        end
    end
    printf '%s\n' "$path" $place "$library"
end

function __collectionlib_at
    set -l typed (__collectionlib_typed)
    test "$typed[1]" = "$argv[1]"; or return 1
    test (count $argv) -lt 2; and return 0
    if string match -q -- '*+' $argv[2]
        test $typed[2] -ge (string replace -- + '' $argv[2])
    else
        test $typed[2] -eq $argv[2]
    end
end

function __collectionlib_ask
    set -l typed (__collectionlib_typed)
    set -l command (commandline -opc)[1]
    set -l library
    test -n "$typed[3]"; and set library -L (string replace -r -- '^~/' "$HOME/" $typed[3])
    set -l begun (commandline -ct | string unescape | string collect)
    $command $library _complete $argv[1] -- "$begun" 2>/dev/null
end

complete -c collectionlib -f
"""
