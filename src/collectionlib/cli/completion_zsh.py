"""The completion script for zsh."""

from __future__ import annotations

from collections.abc import Iterable
from shlex import quote

from .words import Node, Value, Word

__all__ = ["script"]


def script(nodes: Iterable[Node]) -> str:
    """The script for all commands."""
    return _SCRIPT.replace("@CASES@", "\n".join(_case(node) for node in nodes))


def _case(node: Node) -> str:
    below = " ".join(quote(f"{name}:{about}") for name, about in node.below.items())
    options = " ".join(
        quote(f"{name}:{option.about}") for option in node.options for name in option.names
    )
    valued = [option for option in node.options if option.value is not None]
    values = "".join(f"                {_value(option)}\n" for option in valued)
    return (
        f"        {quote(node.path)})\n"
        f"            below=({below})\n"
        f"            options=({options})\n"
        f"            valued=({' '.join(name for each in valued for name in each.names)})\n"
        f"            arguments=({' '.join(quote(_kind(each)) for each in node.arguments)})\n"
        f"            names=(${{below%%:*}}) repeats={1 if node.repeats else ''}\n"
        f"            case $1 in\n{values}                *) kind= ;;\n            esac ;;"
    )


def _value(option: Word) -> str:
    assert option.value is not None
    return f"{'|'.join(option.names)}) kind={quote(_kind(option.value))} ;;"


def _kind(value: Value) -> str:
    return f"={' '.join(value.choices)}" if value.choices else value.kind or "none"


_SCRIPT = r"""#compdef collectionlib
# Completion of collectionlib for zsh, made by: collectionlib completion zsh

# What there is at $at, and in $kind what the option $1 is completed by.
_collectionlib_node() {
    case $at in
@CASES@
    esac
}

_collectionlib() {
    local at= library= option= kind word repeats
    local -i place=0
    local -a below names options valued arguments
    _collectionlib_node ''
    for word in "${(@Q)words[2,CURRENT-1]}"; do
        if [[ -n $option ]]; then
            [[ $option == (-L|--library) ]] && library=$word
            option=
        elif [[ $word == --library=* ]]; then library=${word#*=}
        elif [[ $word == -L?* ]]; then library=${word#-L}
        elif (( ${valued[(Ie)$word]} )); then option=$word
        elif [[ $word == -* ]]; then :
        elif (( ${names[(Ie)$word]} )); then
            at="${at:+$at }$word"
            _collectionlib_node ''
        else (( place++ ))
        fi
    done
    if [[ -z $option && $PREFIX == --*=* ]] && (( ${valued[(Ie)${PREFIX%%=*}]} )); then
        option=${PREFIX%%=*}
        compset -P 1 '*='
    fi
    if [[ -n $option ]]; then
        _collectionlib_node "$option"
        _collectionlib_offer "$kind"
    elif [[ $PREFIX == -* ]]; then
        _describe -o option options
    elif (( $#below )); then
        _describe command below
    else
        [[ -n $repeats ]] && (( place >= $#arguments )) && (( place = $#arguments - 1 ))
        _collectionlib_offer "${arguments[place+1]:-none}"
    fi
}

_collectionlib_offer() {
    local -a found
    case $1 in
        none) return 1 ;;
        '='*) compadd -- ${=1#'='} ;;
        file) _files ;;
        folder) _files -/ ;;
        *)
            found=("${(@f)$(${(Q)words[1]} ${library:+-L} ${library:+${library/#\~\//$HOME/}} \
                _complete $1 -- "${(Q)PREFIX}" 2> /dev/null)}")
            found=(${found:#})
            (( $#found )) || return 1
            local -a open=(${(M)found:#*[:=.]}) whole=(${found:#*[:=.]})
            (( $#open )) && compadd -U -S '' -- $open
            (( $#whole )) && compadd -U -- $whole ;;
    esac
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _collectionlib "$@"
else
    compdef _collectionlib collectionlib
fi
"""
