"""Join the histories of shares: the lines of text, and the curves of every update."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import safetensors
import safetensors.numpy

from ..._checks import check
from ...training import History
from ..options import Sweep
from ..run import encoded_line, history_of, Line, read_lines


_STEP = "validation_step"
"""The only array that has no axis of members."""


def joined_lines(paths: Sequence[Path], config: Sweep) -> bytes:
    """Return the lines of all shares, in the order in which one process writes them.

    That is the order of its reports, and in each that of the members. A member that
    ended between two reports is in the later one.
    """
    periods = (config.validate_every, config.checkpoint_every)

    def place(line: Line) -> tuple[int, int]:
        step = line["step"]
        reports = [-(-step // period) * period for period in periods if period]
        return min([*reports, config.steps or step]), line.get("member") or 0

    lines = [line for path in paths for line in read_lines(path)]
    return b"".join(map(encoded_line, sorted(lines, key=place)))


def joined_curves(curves: Sequence[tuple[Path, Sequence[int]]]) -> History:
    """Return the history of a sweep from those of its shares.

    Each file comes with the indices of its members. A share whose members ended earlier
    has fewer updates: its rows end with NaN, as those of such members do. Raises
    `ValueError` for a file that is not complete.
    """
    shares = [(_read_curves(path, len(i)), list(i)) for path, i in curves]
    num_members = sum(len(indices) for _, indices in shares)
    names = dict.fromkeys(name for arrays, _ in shares for name in arrays)
    steps = max((arrays[_STEP] for arrays, _ in shares), key=len)
    joined = {}
    for name in names:
        parts = [(x[name], indices) for x, indices in shares if name in x]
        dtype = parts[0][0].dtype
        empty = np.nan if dtype.kind == "f" else 0
        width = max(part.shape[-1] for part, _ in parts)
        joined[name] = np.full((num_members, width), empty, dtype)
        for part, indices in parts:
            joined[name][indices, : part.shape[-1]] = part
    return history_of(joined | {_STEP: steps})


def _read_curves(path: Path, num_members: int) -> dict[str, np.ndarray]:
    """Read the file of a share; raise `ValueError` for a damaged one."""
    try:
        arrays = safetensors.numpy.load(path.read_bytes())
    except (OSError, safetensors.SafetensorError) as error:
        raise ValueError(f"{path} must be the history of a share: {error}.") from error
    counts = {len(x) for name, x in arrays.items() if name != _STEP}
    rule = f"be the history of the {num_members} networks in members.json"
    got, remedy = f"rows of {sorted(counts)} networks", "Train the share again."
    is_complete = counts == {num_members} and _STEP in arrays
    check(is_complete, str(path), rule, got, remedy)
    return arrays
