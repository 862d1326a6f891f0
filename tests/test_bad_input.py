"""The catalogue of wrong calls, each with the whole text of its error.

The calls of a room are in a file of `tests/bad_input`: text of the call, and of the
error. None is silent, and none ends in the error of another package.
"""

import ast
from collections import defaultdict
import importlib
from pathlib import Path
import re
import shlex
import traceback

from cli.commands import ctrnn_jax
import jax
import matplotlib.pyplot as plt
import pytest
from test_public_api import PLACES

import ctrnn_jax as cj


FILES = sorted((Path(__file__).parent / "bad_input").glob("*.py"))
ROOT = str(Path(cj.__file__).parent)
COMMAND = "ctrnn-jax"
PYTHON = re.compile(r"\S+\(\) (missing \d|takes (from )?\d|got an unexpected keyword)")
"""Python's own errors about arguments; a decorator may have made the call."""
MADE_BY_FUNCTIONS = (
    {
        "AbstractNetwork",
        "Trajectory",
        "connectivity.AbstractConnectivity",
        "constraints.AbstractConstraint",
        "constraints.AbstractMagnitudeMap",
        "constraints.Factors",
        "constraints.Place",
        "constraints.Structure",
        "dynamics.AbstractForm",
        "dynamics.AbstractMethod",
        "dynamics.AbstractNoise",
        "dynamics.SynapticState",
        "initialisers.AbstractInitialiser",
        "network.NetworkFileError",
        "network.Weights",
        "perturbations.AbstractEffect",
        "perturbations.AbstractPerturbation",
        "perturbations.ActivityEffect",
        "perturbations.Perturbed",
        "perturbations.StepEffect",
        "perturbations.WeightEffect",
        "simulation.AbstractAdjoint",
        "simulation.Cell",
        "simulation.StepInputs",
        "simulation.Steps",
        "simulation.plain_scan",
    }
    | {
        f"analysis.{name}"
        for name in PLACES["analysis"]
        if isinstance(getattr(cj.analysis, name), type) and not name.endswith("Decoder")
    }
    | {"analysis.AbstractDecoder"}
    | {
        "gradients.AbstractGradient",
        "interop.NeurogymTask",
        "interop.Played",
        "penalties.AbstractPenalty",
        "penalties.AbstractRatePenalty",
        "penalties.AbstractWeightPenalty",
        "penalties.OutputLoss",
        "tasks.AbstractTask",
        "tasks.AbstractTwoChoice",
        "tasks.ArrayTask",
        "tasks.Batches",
        "tasks.TaskCheck",
        "training.Best",
        "training.ChangedRunError",
        "training.CheckpointError",
        "training.CheckpointWarning",
        "training.Divergence",
        "training.EnsembleResult",
        "training.EnsembleState",
        "training.FitResult",
        "FitState",
        "training.ForceResult",
        "training.History",
        "training.Member",
        "training.Metrics",
        "training.Recipe",
        "training.Report",
    }
)
"""Classes that users receive or derive from, and do not construct."""


def catalogue():
    """Return the calls of all files, with what they print."""
    calls = {}
    for path in FILES:
        part = importlib.import_module(f"bad_input.{path.stem}")
        for call, text in getattr(part, "CALLS", {}).items():
            assert call not in calls, call
            calls[call] = text
    return calls


def called(call):
    """Return the name of what a call calls, `analysis.modes` for `cj.analysis.modes`.

    Of a command it is the first two words, of other text what is before the brackets.
    """
    if call.startswith(COMMAND):
        return " ".join(call.split()[:2])
    node = ast.parse(call, mode="eval").body
    text = ast.unparse(node.func) if isinstance(node, ast.Call) else call
    return text.removeprefix("cj.")


CALLS = catalogue()
GROUPS = defaultdict(list)
for _call in CALLS:
    GROUPS[called(_call)].append(_call)


def error_of(call):
    """Return the class and text of the error of a call, or what it returns."""
    from bad_input.objects import fresh

    try:
        result = eval(call, fresh())
    except Exception as error:
        frames = traceback.extract_tb(error.__traceback__)
        # an error of Python about the arguments themselves is raised by the call
        is_ours = frames[-1].filename.startswith(ROOT) or frames[-1].name == "<module>"
        is_of_python = isinstance(error, TypeError) and PYTHON.match(str(error))
        where = "" if is_ours or is_of_python else f" (from {frames[-1].filename})"
        return f"{type(error).__name__}: {error}{where}"
    finally:
        plt.close("all")
    return f"returned a {type(result).__name__}"


@pytest.fixture
def as_in_a_script(as_for_a_user, tmp_path, monkeypatch):
    """Give the settings that users have, and an empty folder to be in."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    with (
        jax.enable_x64(False),
        jax.numpy_dtype_promotion("standard"),
        jax.numpy_rank_promotion("allow"),
    ):
        yield
    plt.close("all")


def groups(of_commands):
    """Return a parameter of a test for each callable, or each command."""
    return [
        pytest.param(calls, id=name)
        for name, calls in GROUPS.items()
        if name.startswith(COMMAND) == of_commands
    ]


@pytest.mark.usefixtures("as_in_a_script")
@pytest.mark.parametrize("calls", groups(of_commands=False))
def test_a_wrong_call_gets_an_error_that_says_what_to_do(calls):
    expected = {call: CALLS[call] for call in calls}
    assert {call: error_of(call) for call in calls} == expected


def output_of(command, capsys):
    """Return the exit status of a command and what it prints, without boxes."""
    try:
        status = ctrnn_jax(*shlex.split(command)[1:])
    except SystemExit as end:
        status = end.code
    printed = capsys.readouterr()
    words = re.sub("[╭╮╰╯─│]|-{3,}", " ", printed.out + printed.err).split()
    return f"{status}: {' '.join(words)}"


@pytest.mark.usefixtures("as_in_a_script")
@pytest.mark.parametrize("commands", groups(of_commands=True))
def test_a_wrong_command_gets_an_error_that_says_what_to_do(commands, capsys):
    Path("empty").mkdir()
    Path("file").write_text("x")
    expected = {command: CALLS[command] for command in commands}
    assert {command: output_of(command, capsys) for command in commands} == expected
    assert sorted(map(str, Path().iterdir())) == ["empty", "file"]  # nothing is written


def test_the_catalogue_is_complete():
    public = {
        f"{room}.{name}".lstrip(".")
        for room, names in PLACES.items()
        for name in names
        if callable(getattr(getattr(cj, room) if room else cj, name))
    }
    assert set(GROUPS) & MADE_BY_FUNCTIONS == set()
    needed = public - MADE_BY_FUNCTIONS - {"tasks.families", "tasks.names"}  # take none
    few = {name for name in needed if len(GROUPS[name]) < 3}
    assert few == set()
    assert len(CALLS) >= 400
