"""A run in words: what was trained on which task, how, and why training stopped."""

from collections.abc import Mapping
import itertools

import numpy as np

from ..._progress import duration
from ..._show import counted
from ...network import AbstractNetwork
from ...tasks import describe, names
from ..run import end_in_words, ENDS, Setup
from ._command_line import named
from ._run_files import RunFiles


def lead_of(
    run: RunFiles, setup: Setup | None, net: AbstractNetwork | None
) -> tuple[str, ...]:
    """Return paragraphs about the networks, the training and its end."""
    texts = [_trained(run, setup, net)]
    if setup is not None:
        texts.append(_updates(setup))
    texts.append(_end(run, setup))
    return tuple(text for text in texts if text)


def title_of(run: RunFiles) -> str:
    """Return the task and how the run ended, in a few words."""
    step, stopped = run.summary.get("steps"), str(run.summary.get("stopped"))
    if stopped in ENDS:
        return f"{run.task}: {_ending(run, stopped)} after {step} updates"
    state = run.status.get("state", "incomplete")
    return f"{run.task}: {state} at update {run.status.get('step', '?')}"


def _ending(run: RunFiles, stopped: str) -> str:
    criterion = run.config.get("criterion")
    text = ENDS[stopped][0]
    if isinstance(criterion, float):
        text = end_in_words(stopped, criterion)
    text = text.removesuffix(",")
    return text[0].lower() + text[1:]


def _trained(run: RunFiles, setup: Setup | None, net: AbstractNetwork | None) -> str:
    """Return a sentence about the networks and the task."""
    task = f"the task {run.task}"
    if run.task in names():
        task += f" ({describe(run.task)})"
    network = f"The network {run.config.get('network')}"
    if net is not None:
        network += f", {_kind(net)},"
    verb = "was"
    if run.is_sweep and setup is not None:
        number, settings = len(setup.members), len(setup.combinations)
        network = f"{number} {setup.config.network} networks"
        if settings > 1:
            network += f" ({settings} settings with {number // settings} seeds each)"
        verb = "were"
    text = f"{network} {verb} trained on {task}."
    if setup is not None and (swept := _swept(setup)):
        text += f" The settings combine {swept}."
    if setup is not None:
        steps, dt = setup.task.n_steps, setup.task.dt
        inputs, outputs = setup.task.n_in, setup.task.n_out
        text += (
            f" A trial has {counted(inputs, 'input')}, {counted(outputs, 'output')} "
            f"and at most {steps} steps of {dt:g} ms."
        )
    return text


def _swept(setup: Setup) -> str:
    """Return each option of a sweep that has several values, with these."""
    combinations = setup.combinations
    return "; ".join(
        f"{named(name)} {', '.join(f'{x:g}' for x in dict.fromkeys(values))}"
        for name in combinations[0]
        if (values := [one[name] for one in combinations])
    )


def _kind(net: AbstractNetwork) -> str:
    """Return the kind, units, time constants and noise of a network."""
    name = type(net).__name__
    article = "an" if name[0] in "AEIOU" else "a"
    text = f"{article} {name} of {net.n_hidden} units"
    excitatory = getattr(net, "n_excitatory", None)
    if excitatory is not None:
        text += f" ({excitatory} excitatory, {net.n_hidden - excitatory} inhibitory)"
    taus = np.unique(np.asarray(net.tau))
    low, high = float(taus[0]), float(taus[-1])
    times = f"a time constant of {low:.4g} ms"
    if low != high:
        times = f"time constants of {low:.4g} to {high:.4g} ms"
    noise = "no noise" if net.noise is None else repr(net.noise)
    return f"{text} with {times} and {noise}"


def _updates(setup: Setup) -> str:
    """Return a sentence about batches, the learning rate and the source."""
    config = setup.config
    rates = np.ravel(config.learning_rate)
    rate = f"a learning rate of {rates[0]:g}"
    if len(rates) > 1:
        rate = f"learning rates of {', '.join(f'{x:g}' for x in rates)}"
    return (
        f"An update used {counted(config.batch_size, 'trial')} with {rate}; there "
        f"were at most {config.steps} updates, validated every {config.validate_every} "
        f"on {config.validation_size} trials. Defaults are those of {_source(setup)}."
    )


def _source(setup: Setup) -> str:
    source = setup.recipe.source
    return source.removesuffix(".")


def _end(run: RunFiles, setup: Setup | None) -> str:
    """Return a sentence about the end of training."""
    stopped = str(run.summary.get("stopped"))
    if stopped not in ENDS:
        return ""
    text = f"{ENDS[stopped][0]} after {run.summary.get('steps')} updates"
    seconds = run.summary.get("seconds")
    if isinstance(seconds, float):
        text += f", in {duration(seconds)}"
    if setup is not None and setup.config.stop:
        text += _against_criterion(run, setup, is_reached=stopped == "criterion")
    divergence = run.summary.get("divergence")
    return f"{text}." + (f" {divergence}" if divergence else "")


def _against_criterion(run: RunFiles, setup: Setup, *, is_reached: bool) -> str:
    """Return the performance that the stop rule compares, and its criterion."""
    rule, text = setup.rule, f": {setup.task.performance_name}"
    mean = f" (mean of the last {rule.last} validations)" * (rule.last > 1)
    value = run.summary.get("validation_performance")
    if not isinstance(value, float):  # of many networks, or before any validation
        verb = "must reach" if rule.inclusive else "must exceed"
        return f"{text} {verb} the criterion {rule.threshold:g}{mean}"
    verb = "at least" if rule.inclusive else "above"
    if not is_reached:
        verb = "below" if rule.inclusive else "not above"
    return f"{text} was {value:.4g}{mean}, {verb} the criterion {rule.threshold:g}"


def version_texts(content: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """Return versions and machine facts of a configuration as rows of text."""
    parts = (content.get(name) for name in ("versions", "machine"))
    items = (part.items() for part in parts if isinstance(part, dict))
    return tuple((str(n), str(x)) for n, x in itertools.chain.from_iterable(items))
