"""Checkpoints of a training: the files, their format, and the lock of their folder."""

from ._checkpoints import (
    Checkpoints as Checkpoints,
    CheckpointWarning as CheckpointWarning,
)
from ._describe import CODE as CODE, described as described, digest as digest
from ._format import (
    ChangedRunError as ChangedRunError,
    CheckpointError as CheckpointError,
    versions as versions,
)
from ._lock import FolderLock as FolderLock
