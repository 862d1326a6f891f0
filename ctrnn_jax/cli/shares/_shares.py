"""The shares of a sweep: their folders, how far they are, whether they fit together."""

from collections.abc import Mapping
import dataclasses
import functools
import json
from pathlib import Path
import shlex

from ..._checks import check, invalid
from ..options import Sweep, words_of
from ..run import (
    config_json,
    config_of,
    settings_from,
    share_folder,
    share_folders,
    status_of,
)


_DIFFERENT = ("out", "share", "versions", "machine")
"""What the shares of one sweep may have different in their config.json."""

Content = Mapping[str, object]
"""The content of a config.json."""


@dataclasses.dataclass(frozen=True)
class Share:
    """One share of the sweep in the folder `out`; `path` may not exist yet."""

    out: Path
    number: int
    num_shares: int

    @property
    def path(self) -> Path:
        """The folder that its job writes to."""
        return share_folder(self.out, self.number, self.num_shares)

    @functools.cached_property
    def status(self) -> Mapping[str, object]:
        """The status of its run; that of a share without a run is "missing"."""
        if self.path not in share_folders(self.out):
            return {"state": "missing"}
        return status_of(self.path)

    @property
    def state(self) -> str:
        """The state of its run: "finished" if it can be joined."""
        return str(self.status["state"])


def shares_in(out: Path) -> list[Share]:
    """Return all shares of the sweep in a folder, also those that are missing.

    The list is empty if the folder has none. Raises `ValueError` if it has shares of
    two sweeps: of two numbers of shares, or of different settings.
    """
    folders = share_folders(out)
    counts = {num_shares for _, num_shares in folders.values()}
    rule, got = "hold the shares of one sweep", ", ".join(x.name for x in folders)
    check(len(counts) < 2, "folder", rule, got, "Remove those that are too many.")
    first = next(iter(folders), out)
    for path in folders:
        check_same(first.name, config_of(first), path.name, config_of(path))
    return [Share(out, i + 1, count) for count in counts for i in range(count)]


def check_fits(config: Sweep, digests: Mapping[str, str], out: Path) -> None:
    """Validate that a share with these settings is of the sweep in the folder.

    `digests` are those of the user's files.
    """
    number, num_shares = config.share_numbers
    new = share_folder(out, number, num_shares)
    content = json.loads(json.dumps(config_json(config, digests)))
    for path, (_, other) in share_folders(out).items():
        if path == new and config.overwrite:
            continue
        remedy = "Name another folder, or remove the shares that are there."
        rule = f"be of {other} shares, as {path} is"
        check(other == num_shares, "share", rule, config.share, remedy)
        check_same(path.name, config_of(path), "this command", content)


def check_same(name: str, content: Content, other_name: str, other: Content) -> None:
    """Validate that two runs have the settings of one sweep."""
    for setting in dict.fromkeys([*content, *other]):
        value, other_value = (x.get(setting, "nothing") for x in (content, other))
        if setting not in _DIFFERENT and value != other_value:
            rule = "hold the shares of one sweep"
            got = f"`{setting}` {value} in {name}, {other_value} in {other_name}"
            remedy = "Give all shares the same settings, or name another folder."
            raise invalid("folder", rule, got, remedy)


def sweep_in(path: Path) -> Sweep:
    """Return the settings of a share; raise `ValueError` for a run of one network."""
    config = settings_from(path, config_of(path))
    if not isinstance(config, Sweep):
        rule, remedy = "hold the shares of a sweep", "Remove the run."
        raise invalid("folder", rule, f"{path}, a run of ctrnn-jax train", remedy)
    return config


def command_for(share: Share) -> str:
    """Return the command that trains a share, with the settings of another one."""
    config = sweep_in(next(iter(share_folders(share.out))))
    numbers = f"{share.number}/{share.num_shares}"
    command = dataclasses.replace(config, out=share.out, share=numbers)
    return shlex.join(["ctrnn-jax", "sweep", *words_of(command)])
