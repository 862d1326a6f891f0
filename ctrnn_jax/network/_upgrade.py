"""Network files of earlier formats, as descriptions in the present one."""

from typing import Any

import numpy as np


def upgraded(spec: dict[str, Any], tensors: dict[str, np.ndarray]) -> dict[str, Any]:
    """The description of a network of format 1 (version 0.1.0) in format 2.

    Since then tau is one of the weights, the state may be a rate, there are synapses
    and noise on the rate, and units have names.
    """
    plain = lambda name: {"class": name, "fields": {}}
    fields = dict(spec["fields"])
    tau = fields.pop("tau")
    fields["raw"]["fields"]["tau"] = tau
    fields["constraints"]["fields"]["tau"] = plain("Free")
    fields["fixed"]["tuple"] = [*fields["fixed"]["tuple"], "tau"]
    fields["form"], fields["synapses"] = plain("CurrentForm"), None
    noise = fields["noise"]
    if noise is not None and noise["class"] == "StepNoise":
        noise["fields"]["rate"] = None
    sizes = {
        "inputs": tensors["raw.w_in"].shape[1],
        "units": tensors["raw.w_hid"].shape[0],
        "outputs": tensors["raw.w_out"].shape[0],
    }
    named = {name: _groups(size, {}) for name, size in sizes.items()}
    if spec["class"] == "EIRNN":
        count, units = fields.pop("n_excitatory"), sizes["units"]
        classes = {"excitatory": (0, count), "inhibitory": (count, units)}
        named["units"] = _groups(units, classes)
    fields["layout"] = {"class": "Layout", "fields": named}
    return {"class": spec["class"], "fields": fields}


def _groups(size: int, ranges: dict[str, tuple[int, int]]) -> dict[str, Any]:
    pair = lambda ends: {"tuple": [{"tuple": list(ends)}]}
    fields = {
        "size": size,
        "names": {"tuple": list(ranges)},
        "ranges": {"tuple": [pair(ends) for ends in ranges.values()]},
    }
    return {"class": "Groups", "fields": fields}
