"""`ctrnn-jax summary`: sizes, densities, spectrum and balance of a trained network."""

import dataclasses
import json

from rich.console import Console

from ..analysis import summary as summary_of
from ..network import AbstractNetwork, load
from .experiment import code_again
from .options import Summary
from .run import (
    config_of,
    finite,
    load_network,
    network_file,
    printer,
    set_up,
    settings_from,
)
from .user_code import is_file


def summary(command: Summary, console: Console) -> int:
    """Print the summary of a network; return the exit status."""
    facts = summary_of(_network(command))
    if command.json:
        fields = {f.name: getattr(facts, f.name) for f in dataclasses.fields(facts)}
        console.print_json(json.dumps(finite(fields)))
    else:
        printer(console)(str(facts))
    return 0


def _network(command: Summary) -> AbstractNetwork:
    """Return the network of a run, with parts from the files that the command names.

    Raises `ValueError` if the network needs a file that is not named.
    """
    path, _ = network_file(command.folder, command.member)
    content = config_of(command.folder)
    if command.task is None and command.network is None:
        try:
            return load(path)
        except ValueError:
            if not is_file(str(content.get("network"))):
                raise
    config = settings_from(command.folder, content)
    code = code_again(config, task=command.task, network=command.network)
    return load_network(path, set_up(config, code))
