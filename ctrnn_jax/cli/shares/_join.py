"""`ctrnn-jax join`: make one sweep of the shares that several jobs have trained."""

from collections.abc import Sequence
import json
from pathlib import Path

from rich.console import Console

from ..._checks import check, check_fraction, invalid
from ..._files import write_atomically
from ..options import Join
from ..run import (
    CONFIG,
    config_of,
    CURVES,
    Entry,
    exit_status,
    HISTORY,
    MEMBERS,
    members_in,
    printer,
    read_json,
    RunFolder,
    SUMMARY,
    summary_of_sweep,
    write_json,
    write_sweep,
    WriteReport,
)
from ._histories import joined_curves, joined_lines
from ._shares import command_for, Share, shares_in, sweep_in


Entries = dict[int, Entry]
"""The entries of members.json by the index of the network."""

_NEEDED = (
    "stopped", "performance", "best_performance", "loss", "steps", "violations",
)  # fmt: skip
"""The results of a network that the summary of a sweep is made of."""


_FACTS = ("versions", "machine")
"""What the bits of a share depend on, beside its settings."""


def join(
    command: Join, console: Console, write_report: WriteReport | None = None
) -> int:
    """Join the shares; return the exit status of the whole sweep.

    `write_report` is called at the end.
    """
    out = command.out
    shares = shares_in(out)
    remedy = f"Train them: ctrnn-jax sweep TASK --out {out} --share 1/8, and so on."
    check(shares, "out", "hold shares of a sweep", f"{out} without any", remedy)
    open_shares = [share for share in shares if share.state != "finished"]
    if open_shares:
        states = ", ".join(f"{x.number} ({x.state})" for x in open_shares)
        got = f"{out}, of whose {len(shares)} shares these are not finished: {states}"
        remedy = "Wait until they end."
        waiting = [share for share in open_shares if share.state != "running"]
        if waiting:
            number = waiting[0].number
            remedy = f"Train each, for example {number}: {command_for(waiting[0])}"
        raise invalid("out", "hold all shares, trained to their end", got, remedy)
    return joined(out, shares, console, write_report)


def join_if_complete(
    out: Path, console: Console, write_report: WriteReport | None
) -> None:
    """Join the shares if all are finished; say so if that fails."""
    say = printer(console)
    try:
        shares = shares_in(out)
        num_open = sum(share.state != "finished" for share in shares)
        if num_open:
            number = f"{num_open} of {len(shares)} shares are not finished yet"
            say(f"{out}: {number}; the last one joins them")
        else:
            joined(out, shares, console, write_report)
    except (ValueError, OSError) as error:
        say(f"warning: the shares were not joined: {error}")


def joined(
    out: Path,
    shares: Sequence[Share],
    console: Console,
    write_report: WriteReport | None,
) -> int:
    """Write the files of the whole sweep; return its exit status."""
    config = sweep_in(shares[0].path)
    by_share = [_entries(share) for share in shares]
    entries = {index: x for part in by_share for index, x in part.items()}
    rule = "list every network of the sweep once"
    got = f"the networks {sorted(entries)}"
    is_whole = sorted(entries) == list(range(sum(map(len, by_share))))
    check(is_whole, f"{MEMBERS} of the shares", rule, got, "Train the shares again.")
    rows = [entries[index] for index in sorted(entries)]
    curves = [(x.path / CURVES, list(e)) for x, e in zip(shares, by_share, strict=True)]
    summaries = [read_json(share.path / SUMMARY) or {} for share in shares]
    name = str(summaries[0].get("performance_name"))
    summary, tested = summary_of_sweep(rows, name)
    summary = {
        "task": config.task,
        **summary,
        "stopped": "finished",
        "performance_name": name,
        "steps": max(row["steps"] for row in rows),
        # of all jobs together
        "seconds": sum(one.get("seconds", 0.0) for one in summaries),
        "compile_seconds": sum(one.get("compile_seconds", 0.0) for one in summaries),
        "versions": summaries[0].get("versions"),
    }
    with RunFolder(out, new=True, overwrite=True) as run:
        content = config_of(shares[0].path) | {"out": str(out), "share": None}
        write_json(out / CONFIG, content)
        lines = joined_lines([share.path / HISTORY for share in shares], config)
        write_atomically(out / HISTORY, lines)
        for share, part in zip(shares, by_share, strict=True):
            for entry in part.values():
                (out / entry["file"]).parent.mkdir(exist_ok=True)
                data = (share.path / entry["file"]).read_bytes()
                write_atomically(out / entry["file"], data)
        failures: list[str] = []
        write_sweep(
            out,
            rows,
            joined_curves(curves),
            criterion=check_fraction("criterion", config.criterion),
            performance_name=name,
            picture_format=config.format,
            failures=failures,
        )
        if failures:
            raise OSError(f"not written: {'; '.join(failures)}")
        write_json(out / SUMMARY, summary)
        run.begin()
    say = printer(console)
    contents = [config_of(share.path) for share in shares]
    kinds = {json.dumps([x.get(n) for n in _FACTS]) for x in contents}
    if len(kinds) > 1:
        effect = "their numbers may differ in the last digits"
        say(f"warning: the shares have other versions or machines; {effect}")
    say(f"{tested}, {summary['violations']} violations")
    say(f"{len(shares)} shares joined in {out}")
    if write_report is not None:
        write_report(out, console, None)
    return exit_status(summary["ends"], has_criterion=config.stop)


def _entries(share: Share) -> Entries:
    """Return the entries of a share; raise `ValueError` for incomplete ones."""
    path = share.path / MEMBERS
    entries = {int(index): entry for index, entry in members_in(path).items()}
    missing = {n for entry in entries.values() for n in _NEEDED if n not in entry}
    rule, remedy = "have the results of each network", "Train the share again."
    check(not missing, str(path), rule, f"none of {sorted(missing)}", remedy)
    return entries
