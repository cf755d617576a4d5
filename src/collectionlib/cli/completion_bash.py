"""The completion script for bash."""

from __future__ import annotations

from collections.abc import Iterable
from shlex import quote

from .words import Node, Value

__all__ = ["script"]


def script(nodes: Iterable[Node]) -> str:
    """The script for all commands."""
    cases = "\n".join(_case(node) for node in nodes)
    return _SCRIPT.replace("@CASES@", cases)


def _case(node: Node) -> str:
    names = [name for option in node.options for name in option.names]
    valued = [option for option in node.options if option.value is not None]
    values = "\n".join(
        f"                {'|'.join(option.names)}) kind={quote(_kind(option.value))} ;;"
        for option in valued
        if option.value is not None
    )
    last = f"\n            repeats={1 if node.repeats else ''}"
    return (
        f"        {quote(node.path)})\n"
        f"            below={quote(' '.join(node.below))}\n"
        f"            options={quote(' '.join(names))}\n"
        f"            valued={quote(' '.join(name for each in valued for name in each.names))}\n"
        f"            arguments=({' '.join(quote(_kind(each)) for each in node.arguments)}){last}\n"
        f"            case $1 in\n{values}\n                *) kind= ;;\n            esac ;;"
    )


def _kind(value: Value) -> str:
    return f"={' '.join(value.choices)}" if value.choices else value.kind or "none"


_SCRIPT = r"""# Completion of collectionlib for bash, made by: collectionlib completion bash

# What there is at $path, and in $kind what the option $1 is completed by.
_collectionlib_node() {
    case $path in
@CASES@
    esac
}

# The words before the cursor, without quotes: readline's own are broken at colons.
_collectionlib_words() {
    local line=${COMP_LINE:0:COMP_POINT} char index begun=
    words=() current= quote= border=0
    for ((index = 0; index < ${#line}; index++)); do
        char=${line:index:1}
        if [[ $quote == "'" && $char != "'" ]]; then current+=$char
        elif [[ $char == \\ && $quote != "'" ]]; then ((index++)); current+=${line:index:1} begun=1
        elif [[ -n $quote && $char == "$quote" ]]; then quote=
        elif [[ -n $quote ]]; then current+=$char
        elif [[ $char == [\'\"] ]]; then quote=$char begun=1 border=${#current}
        elif [[ $char == [[:blank:]] ]]; then
            [[ -n $current$begun ]] && words+=("$current")
            current= begun= border=0
        else
            current+=$char
            [[ $char == [:=] && $COMP_WORDBREAKS == *"$char"* ]] && border=${#current}
        fi
    done
}

_collectionlib() {
    local words current quote border path= library= option= place=0 word
    local below options valued arguments repeats kind
    COMPREPLY=()
    _collectionlib_words
    _collectionlib_node
    for word in "${words[@]:1}"; do
        if [[ -n $option ]]; then
            [[ $option == -L || $option == --library ]] && library=$word
            option=
        elif [[ $word == --library=* ]]; then library=${word#*=}
        elif [[ $word == -L?* ]]; then library=${word#-L}
        elif [[ $word == -* && " $valued " == *" $word "* ]]; then option=$word
        elif [[ $word == -* ]]; then :
        elif [[ " $below " == *" $word "* ]]; then
            path="${path:+$path }$word"
            _collectionlib_node
        else ((place++))
        fi
    done
    if [[ -z $option && $current == --*=* && " $valued " == *" ${current%%=*} "* ]]; then
        option=${current%%=*} current=${current#*=}
        ((border -= ${#option} + 1, border < 0)) && border=0
    fi
    if [[ -n $option ]]; then
        _collectionlib_node "$option"
        _collectionlib_reply "$kind"
    elif [[ $current == -* ]]; then
        _collectionlib_reply "=$options"
    elif [[ -n $below ]]; then
        _collectionlib_reply "=$below"
    else
        [[ -n $repeats ]] && ((place >= ${#arguments[@]})) && place=$((${#arguments[@]} - 1))
        _collectionlib_reply "${arguments[place]:-none}"
    fi
}

# Offer what is of a kind, as it is to stand behind what readline has already.
_collectionlib_reply() {
    local found=() each
    case $1 in
        none) return ;;
        =*) mapfile -t found < <(compgen -W "${1#=}" -- "$current") ;;
        file | folder)
            compopt -o filenames
            [[ $1 == folder ]] && mapfile -t COMPREPLY < <(compgen -d -- "$current") ||
                mapfile -t COMPREPLY < <(compgen -f -- "$current")
            return ;;
        *) mapfile -t found < <("${COMP_WORDS[0]}" ${library:+-L "${library/#~\//$HOME/}"} \
            _complete "$1" -- "$current" 2> /dev/null) ;;
    esac
    for each in "${found[@]}"; do
        [[ $each == *[:=.] ]] && compopt -o nospace
        each=${each:border}
        case $quote in
            "'") [[ $each == *"'"* ]] || COMPREPLY+=("$each") ;;
            '"') COMPREPLY+=("$(sed 's/[\\"$`]/\\&/g' <<< "$each")") ;;
            *) COMPREPLY+=("$(printf %q "$each")") ;;
        esac
    done
}

complete -F _collectionlib collectionlib
"""
