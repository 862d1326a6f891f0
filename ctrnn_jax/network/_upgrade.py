"""Conversion of network descriptions of earlier file formats to the present one."""

from typing import Any

import numpy as np


def upgraded(spec: dict[str, Any], tensors: dict[str, np.ndarray]) -> dict[str, Any]:
    """Return the description of a network of format 1 (version 0.1.0) in format 2.

    Format 2 has tau among the weights, forms whose state is a rate, synapses, noise on
    the rate, and names of units.
    """
    fields = dict(spec["fields"])
    # tau is a weight now, with a constraint, and is fixed unless it trains
    tau = fields.pop("tau")
    fields["raw"]["fields"]["tau"] = tau
    fields["constraints"]["fields"]["tau"] = _without_fields("Free")
    fields["fixed"]["tuple"] = [*fields["fixed"]["tuple"], "tau"]
    # the options that format 1 lacks have their defaults
    fields["form"], fields["synapses"] = _without_fields("CurrentForm"), None
    noise = fields["noise"]
    if noise is not None and noise["class"] == "StepNoise":
        noise["fields"]["rate"] = None
    # names: only the classes of units of an EIRNN are known
    sizes = {
        "inputs": tensors["raw.w_in"].shape[1],
        "units": tensors["raw.w_hid"].shape[0],
        "outputs": tensors["raw.w_out"].shape[0],
    }
    layout = {name: _groups(size, {}) for name, size in sizes.items()}
    if spec["class"] == "EIRNN":
        n_excitatory, units = fields.pop("n_excitatory"), sizes["units"]
        classes = {
            "excitatory": (0, n_excitatory),
            "inhibitory": (n_excitatory, units),
        }
        layout["units"] = _groups(units, classes)
    fields["layout"] = {"class": "Layout", "fields": layout}
    return {"class": spec["class"], "fields": fields}


def _without_fields(name: str) -> dict[str, Any]:
    """Return the description of an object whose class has no fields."""
    return {"class": name, "fields": {}}


def _groups(size: int, ranges: dict[str, tuple[int, int]]) -> dict[str, Any]:
    """Return the description of `Groups`, each group being one range of indices."""
    fields = {
        "size": size,
        "names": {"tuple": list(ranges)},
        "ranges": {"tuple": [{"tuple": [{"tuple": list(r)}]} for r in ranges.values()]},
    }
    return {"class": "Groups", "fields": fields}
