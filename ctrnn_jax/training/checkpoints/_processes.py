"""One decision for all processes that train together; alone, one's own."""

import jax
import numpy as np


def from_first(code: int) -> int:
    """What process 0 says, in all of them."""
    if jax.process_count() == 1:
        return code
    from jax.experimental import multihost_utils

    return int(multihost_utils.broadcast_one_to_all(np.asarray(code, np.int32)))


def in_any(here: bool) -> bool:
    """Whether it is so in any process."""
    if jax.process_count() == 1:
        return here
    from jax.experimental import multihost_utils

    return bool(np.any(multihost_utils.process_allgather(np.asarray(here, np.int32))))
