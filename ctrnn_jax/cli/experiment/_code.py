"""The code of files that a command names for its task and its network."""

from collections.abc import Mapping
import dataclasses
import shlex
from typing import final

from ..._checks import check, check_instance, invalid
from ..options import Sweep, Train
from ..user_code import is_file, load, Loaded, parts_of


_ROLES = ("task", "network")


@final
@dataclasses.dataclass(frozen=True)
class Code:
    """The parts of the user's files that this command names.

    No other code of a file is run: text in config.json or in a TOML file runs nothing.
    """

    task: Loaded | None = None
    network: Loaded | None = None

    @property
    def digests(self) -> dict[str, str]:
        """The SHA-256 of each file, as config.json records it."""
        parts = {role: getattr(self, role) for role in _ROLES}
        return {role: part.digest for role, part in parts.items() if part is not None}


NO_CODE = Code()


def code_of(command: Train | Sweep) -> Code:
    """Run the files that a new command names; return their parts."""
    texts = {role: getattr(command, role) for role in _ROLES}
    return Code(
        **{
            role: load(role, text)
            for role, text in texts.items()
            if text is not None and is_file(text)
        }
    )


def code_again(config: Train | Sweep, *, task: str | None, network: str | None) -> Code:
    """Run the files that the user names again for an earlier run; return their parts.

    **Arguments:** the settings of the run, which anyone may have written; `task` and
    `network` of the command line.

    Raises `ValueError` if the run needs a file that is not named, if a file is named
    that it does not need, and for another name in the file.
    """
    given = {"task": task, "network": network}
    for role, text in given.items():
        recorded = getattr(config, role)
        if recorded is None or not is_file(recorded):
            rule = f"be left out, since the run has {recorded!r} of the package"
            check(text is None, role, rule, repr(text), "Drop it.")
            continue
        command = f"--{role} {shlex.quote(recorded)}"
        rule = "be given again, since a folder runs no code"
        got = f"none for a run of {recorded!r}"
        check(text is not None, role, rule, got, f"If you trust it, add {command}.")
        names = [parts_of(x)[1] for x in (recorded, str(text))]
        rule = f"name {names[0]!r}, as in config.json"
        check(names[0] == names[1], role, rule, repr(text), f"Write {command}.")
    return Code(**{r: load(r, text) for r, text in given.items() if text is not None})


def digests_in(content: Mapping[str, object]) -> Mapping[str, object]:
    """Return the digests of files in the content of config.json."""
    remedy = "Restore config.json."
    return check_instance("code", content.get("code", {}), dict, "be digests", remedy)


def changed_files(code: Code, digests: Mapping[str, object]) -> dict[str, str]:
    """Describe each file whose digest is not that of the run, by flag."""
    return {
        role: f"{parts_of(getattr(code, role).text)[0]} with SHA-256 {digest[:12]} "
        f"instead of {str(digests.get(role))[:12]}"
        for role, digest in code.digests.items()
        if digests.get(role) != digest
    }


def check_unchanged(code: Code, digests: Mapping[str, object]) -> None:
    """Validate that each file has the content that the run began with."""
    for role, change in changed_files(code, digests).items():
        remedy = "Restore the file, or add --changed to continue with it."
        raise invalid(role, "be the file that the run began with", change, remedy)
