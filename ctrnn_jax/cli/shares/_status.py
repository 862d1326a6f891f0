"""`ctrnn-jax status` of a run, or of all shares of a sweep."""

from collections import Counter
import json

from rich.console import Console

from ..options import Status
from ..run import finite, printer, status as status_of_run, SUMMARY
from ._shares import command_for, Share, shares_in


def status(command: Status, console: Console) -> int:
    """Print the status of a run, or of each share; return the exit status."""
    shares = shares_in(command.folder)
    if not shares or (command.folder / SUMMARY).exists():
        return status_of_run(command, console)
    states = Counter(share.state for share in shares)
    if command.json:
        facts = {
            "command": "sweep",
            "state": _state(states),
            "shares": [
                {"share": share.number, "shares": share.num_shares, **share.status}
                for share in shares
            ],
        }
        console.print_json(json.dumps(finite(facts)))
        return 0
    say = printer(console)
    say(f"{command.folder}: {_state(states)}")
    for share in shares:
        say(f"share {share.number} of {len(shares)}: {_text(share)}")
    if states["finished"] == len(shares):
        say(f"join them: ctrnn-jax join {command.folder}")
    return 0


def _state(states: Counter[str]) -> str:
    """Return one word about all shares, the first of these that is true of any."""
    order = ("running", "killed", "interrupted", "missing")
    return next((state for state in order if states[state]), "not joined")


def _text(share: Share) -> str:
    facts = share.status
    if share.state == "finished":
        return "finished"
    if share.state == "running":
        return f"running ({facts['phase']}), update {facts['step']} of {facts['steps']}"
    at = "" if share.state == "missing" else f" at update {facts['step']}"
    return f"{share.state}{at}; train it: {command_for(share)}"
