"""A sweep that several jobs share: sweep, join, and the status of all shares."""

from ._join import join as join
from ._resume import resume as resume
from ._status import status as status
from ._sweep import sweep as sweep
