"""Finish a sweep: test every network, write them, their results and their spread."""

from typing import Any

import numpy as np
from rich.console import Console

from ...network import save, violations
from ...training import EnsembleResult, FitResult
from ._build import keys_of, Setup
from ._finish import Attempts, tested, tested_size
from ._folder import MEMBERS, NETWORKS, SUMMARY, write_json
from ._progress import printer
from ._settings import SweepSettings, versions
from ._sweep_members import Plan, task_of


def finish_sweep(
    setup: Setup,
    plan: Plan,
    result: EnsembleResult,
    console: Console,
    *,
    interrupted: bool,
    failures: tuple[str, ...],
    seconds: float,
    compile_seconds: float,
) -> int:
    """Test the networks and write all results; return the exit status."""
    config: SweepSettings = setup.config
    folder, count = config.out, len(result.members)
    say = printer(console)
    ends = {name: result.stopped.count(name) for name in set(result.stopped)}
    ends_text = ", ".join(f"{ends[name]} {_ENDS[name]}" for name in sorted(ends))
    say(
        f"{'Interrupted' if interrupted else 'Finished'} after {result.state.step} "
        f"updates ({ends_text}); testing and drawing"
    )
    attempts = Attempts(*failures)
    entries, num_violations = [], 0
    with attempts.writing(NETWORKS):
        (folder / NETWORKS).mkdir(exist_ok=True)
    width = max(3, len(str(count - 1)))
    for i in range(count):
        settings = plan.settings[i // len(config.seeds)]
        member = result.member(i)
        has_best = not np.isnan(member.best.performance)
        restore = config.restore_best and has_best
        net = member.best.network if restore else member.network
        name = f"{NETWORKS}/{i:0{width}d}.safetensors"
        with attempts.writing(name):
            save(folder / name, net)
        num_violations += int(violations(net))
        seed = result.members[i].seed
        task = task_of(setup.task, settings)
        performance = tested(net, task, keys_of(seed)[2], tested_size(task))[2]
        entries.append(
            {
                "member": i,
                "seed": seed,
                "settings": settings,
                "performance": float(performance),
                **_outcome(setup, member),
                "file": name,
            }
        )
    # imported here, since matplotlib takes a second and training does not need it
    from ._pictures import draw_spread

    with attempts.writing("pictures"):
        draw_spread(
            folder,
            result.history,
            [_label(settings) for settings in plan.settings],
            criterion=config.criterion,
            performance_name=setup.task.performance_name,
        )
    with attempts.writing(MEMBERS):
        write_json(folder / MEMBERS, entries)
    tests = [entry["performance"] for entry in entries]
    best = _best(entries)
    summary = {
        "task": config.task,
        "stopped": "interrupted" if interrupted else "finished",
        "members": count,
        "ends": ends,
        "steps": result.state.step,
        "performance_name": setup.task.performance_name,
        "best_member": best,
        "best_performance": None if best is None else tests[best],
        "spread": {"tested": _spread(tests), **result.spread()},
        "seconds": round(seconds, 3),
        "compile_seconds": round(compile_seconds, 3),
        "violations": num_violations,
        "versions": versions(),
    }
    if not attempts.failures:  # a summary means that all other files exist
        with attempts.writing(SUMMARY):
            write_json(folder / SUMMARY, summary)
    say(
        f"{setup.task.performance_name} on new trials: median {np.median(tests):.3f}, "
        f"{min(tests):.3f} to {max(tests):.3f}; {count} networks in {seconds:.1f} s "
        f"({compile_seconds:.1f} s of it compiling), {num_violations} violations"
    )
    again = f"ctrnn-jax resume {folder}" if config.saves else None
    status = attempts.status(console, again)
    if not status:
        say(f"written to {folder}")
    end_status = 1 if ends.get("diverged") == count else 0
    return status or (130 if interrupted else end_status)


_ENDS = {
    "criterion": "at the criterion",
    "steps": "not at the criterion",
    "diverged": "diverged",
}


def _outcome(setup: Setup, member: FitResult) -> dict[str, Any]:
    history, best = member.history, member.best
    return {
        "stopped": member.stopped,
        "steps": member.state.step,
        "loss": float(history.loss[-1]) if len(history.loss) else None,
        "validation_performance": setup.rule.mean(history.performance),
        "best_performance": best.performance,
        "best_step": best.step,
    }


def _best(entries: list[dict[str, Any]]) -> int | None:
    """Return the member that is best on new trials and did not diverge."""
    candidates = [entry for entry in entries if entry["stopped"] != "diverged"]
    if not candidates:
        return None
    return max(candidates, key=lambda entry: entry["performance"])["member"]


def _spread(values: list[float]) -> dict[str, float]:
    numbers = {"mean": np.mean, "sd": np.std, "min": np.min, "max": np.max}
    return {name: float(fn(values)) for name, fn in numbers.items()}


def _label(settings: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:g}" for name, value in settings.items())
