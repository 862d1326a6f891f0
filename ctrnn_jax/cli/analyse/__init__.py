"""The `analyse` command."""

from ._analyse import analyse as analyse
from ._registry import ANALYSES as ANALYSES
