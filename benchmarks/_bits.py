"""Compare arrays of two devices bit by bit."""

import hashlib

import numpy as np


def comparison(here: np.ndarray, cpu: np.ndarray) -> str:
    """Return the digest of an array, and how far it is from that of the CPU."""
    digests = [
        hashlib.sha256(np.ascontiguousarray(x).tobytes()).hexdigest()[:8]
        for x in (here, cpu)
    ]
    if digests[0] == digests[1]:
        return f"{digests[0]} (same)"
    share = np.mean(here != cpu)
    text = f"{digests[0]} and {digests[1]} ({100 * share:.3g} % differ"
    return f"{text}, by up to {max_ulp(here, cpu)} ulp)"


def max_ulp(a: np.ndarray, b: np.ndarray) -> int:
    """Return the largest difference of two arrays, in units in the last place.

    Of integers it is the difference itself.
    """
    if a.dtype == np.float32:
        words = [x.view(np.int32).astype(np.int64) for x in (a, b)]
        # floats with a sign are in the reverse order of their words
        a, b = (np.where(x < 0, -(x & 0x7FFFFFFF), x) for x in words)
    return int(np.abs(a.astype(np.int64) - b.astype(np.int64)).max())
