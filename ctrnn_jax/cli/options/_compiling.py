"""The option that all commands share that compile programs."""

import dataclasses

from ._number_rules import Checked


@dataclasses.dataclass(frozen=True, kw_only=True)
class Compiling(Checked):
    """Options of commands that compile programs."""

    cache: bool = True
    """Keep compiled programs in the user's cache folder, for later processes."""
