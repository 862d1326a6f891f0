"""Trials of the matching tasks equal those of plain loops."""

from helpers import close
from oracles import masse2019 as oracle
import pytest
from tasks.masse2019.trials import DEGREES, DRAWN, make, MIXED, noise_free_trials


def redraw(name, of, epochs):
    """Return the trial of these conditions from the plain loop."""
    sample_test_match = (of["sample"], of["test"], of["match"])
    if name == "location_dms":
        return oracle.elsewhere(*sample_test_match, of["field"])
    if name in DEGREES:
        return oracle.rotated(of["sample"], of["test"], DEGREES[name])
    if name == "abca":
        return oracle.unrepeated(of["sample"], of["test"])
    if name == "abba":
        return oracle.sequence(*sample_test_match)
    if name == "dual_dms":
        return oracle.dual(of["sample"], of["test"], of["rule"], of["match"])
    if name in MIXED:
        rules, units, cue = MIXED[name]
        return oracle.one_test(
            *sample_test_match, rule=of["rule"], rules=len(rules), units=units, cue=cue
        )
    start, stop = epochs["delay"]
    delay = (stop - start) * 10
    return oracle.one_test(*sample_test_match, delay=delay, catch=of["is_catch"])


# Like dmrs90, dmrs90ccw, dms_dmrs_dmc and "variable", or as costly as many of them
SLOW = ("dual_dms", "abba", "dms", "dmrs45", "dmrs180", "dmc", "dms_dmrs", "dms_dmc")


@pytest.mark.parametrize(
    "name",
    [
        *(name for name in (*DRAWN, "variable") if name not in SLOW),
        *(pytest.param(name, marks=pytest.mark.slow) for name in SLOW),
    ],
)
def test_trials_equal_a_plain_loop(name):
    trials = noise_free_trials(name)
    assert (trials.conditions["t_end"] == make(name).n_steps).all()
    for i in range(len(trials.inputs)):
        of = {name: x[i] for name, x in trials.conditions.items()}
        epochs = {name: x[i] for name, x in trials.epochs.items()}
        inputs, targets, mask = redraw(name, of, epochs)
        close(trials.inputs[i], inputs)
        close(trials.targets[i], targets)
        close(trials.mask[i], mask)
