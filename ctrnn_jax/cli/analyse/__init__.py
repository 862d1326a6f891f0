"""The `analyse` command."""

from ._analyse import analyse as analyse
