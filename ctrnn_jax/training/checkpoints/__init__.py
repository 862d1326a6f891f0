"""Checkpoints of a training: the files, their format, and the lock of their folder."""

from ._checkpoints import (
    Checkpoints as Checkpoints,
    CheckpointWarning as CheckpointWarning,
)
from ._format import CheckpointError as CheckpointError
from ._lock import FolderLock as FolderLock
