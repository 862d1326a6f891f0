"""The script of `ctrnn-jax completion`: tyro's, with names of tasks and networks."""

from collections.abc import Mapping, Sequence
from typing import get_args

from ..tasks import names
from ..training import recipe
from .options import Shell


_TASKS, _FOLDERS, _SHELLS = "tasks", "folders", "shells"
_FIRST_WORDS = {
    **dict.fromkeys(("train", "sweep", "tasks"), _TASKS),
    **dict.fromkeys(
        ("resume", "join", "status", "summary", "analyse", "report"), _FOLDERS
    ),
    "completion": _SHELLS,
}
"""What the first word after each command names."""

_PLACE = "def main() -> None:\n"
"""The line of the scripts before which ours are added."""

# without what fish replaces in text: double quotes, backslashes, dollars
_ADDED = """\
FIRST_WORDS = {first_words!r}
NETWORKS = {networks!r}
FILES = ['__TYRO_COMPLETE_FILES__']
options_and_commands = get_completions


def get_completions(words, current_word_index, spec):
    before, word = words[1:current_word_index], ''
    if current_word_index < len(words):
        word = words[current_word_index]
    is_option = word.startswith('-')
    if len(before) == 1 and before[0] in FIRST_WORDS and not is_option:
        known = FIRST_WORDS[before[0]]
    elif len(before) > 1 and before[-1] == '--network':
        known = NETWORKS.get(before[1], ())
    else:
        found = options_and_commands(words, current_word_index, spec)
        return found or FILES
    return [name for name in known if name.startswith(word)] or FILES


"""

_FILES_OF_TYRO = 'COMPREPLY=($(compgen -f -- "$cur"))'
_FILES_OF_BASH = (
    "compopt -o default 2>/dev/null || "
    'COMPREPLY=($(compgen -f -- "${COMP_WORDS[COMP_CWORD]}"))'
)
"""Bash itself adds a slash to a folder, and completes names with spaces.

Before version 4 it has no `compopt`. tyro puts words before the last one into `$cur`.
"""


def with_names(script: str) -> str:
    """Return a script of tyro, which completes options and commands, with names.

    It also completes the names of tasks and of their published networks, and paths
    wherever a word may be one.
    """
    tasks: dict[str, Sequence[str]] = {_TASKS: names(), _SHELLS: get_args(Shell)}
    first_words = {
        command: list(tasks.get(kind, ())) for command, kind in _FIRST_WORDS.items()
    }
    networks: Mapping[str, list[str]] = {
        name: list(recipe(name).variants) for name in names()
    }
    added = _ADDED.format(first_words=first_words, networks=networks)
    script = script.replace(_PLACE, added + _PLACE, 1)
    return script.replace(_FILES_OF_TYRO, _FILES_OF_BASH)
