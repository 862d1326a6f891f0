"""Checkpoints on disk: writing, reading, and the lock of their folder."""

from ._checkpoints import (
    Checkpoints as Checkpoints,
    CheckpointWarning as CheckpointWarning,
)
from ._leaves import CheckpointError as CheckpointError
from ._lock import FolderLock as FolderLock
