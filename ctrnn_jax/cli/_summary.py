"""`ctrnn-jax summary`: sizes, densities, spectrum and balance of a trained network."""

import dataclasses
import json

from rich.console import Console

from ..analysis import summary as summary_of
from ..network import load
from .options import Summary
from .run import finite, network_file, printer


def summary(command: Summary, console: Console) -> int:
    """Print the summary of a network; return the exit status."""
    path, _ = network_file(command.folder, command.member)
    facts = summary_of(load(path))
    if command.json:
        fields = {f.name: getattr(facts, f.name) for f in dataclasses.fields(facts)}
        console.print_json(json.dumps(finite(fields)))
    else:
        printer(console)(str(facts))
    return 0
