"""The content of the report of one run: from its files, and from a simulation."""

from collections.abc import Callable, Mapping
import functools
from pathlib import Path
import shlex
from typing import TypeVar

from matplotlib.figure import Figure
import numpy as np

from ..._progress import duration
from ...analysis import uninhibited_units
from ...initialisers import spectral_radius
from ...network import dead_synapses, effective, violations
from ...tasks import AbstractTwoChoice
from ..experiment import Code
from ..run import (
    NETWORK,
    set_up,
    Settings,
    settings_from,
    Setup,
)
from . import _figures as figures
from ._analyses import analysis_sections
from ._citations import citations
from ._command_line import command_of, settings_table, used_settings, with_numbers_of
from ._content import Picture, RunContent, Section, Table
from ._intervals import method_of, tables_by_condition
from ._run_files import RunFiles
from ._svg import Drawings
from ._tested_network import simulate, TestedNetwork
from ._words import lead_of, title_of, version_texts


T = TypeVar("T")

_LISTED = 20
"""Up to this number of units are listed by index."""


class RunReport:
    """Gathers the report of one run, and the problems on the way.

    `problems` begins with those of the files of the run. A part that cannot be made is
    left out, and the reason is added.
    """

    def __init__(
        self,
        run: RunFiles,
        drawings: Drawings,
        setup: Setup | None,
        code: Code,
    ) -> None:
        """Read the settings; `simulate` adds the network.

        `setup` is that of the run; `None` builds it from the settings, with `code` of
        the user's files.
        """
        self.run = run
        self._drawings = drawings
        self.problems = list(run.problems)
        self.settings: Settings | None = self._attempt(
            lambda: settings_from(run.folder, run.config)
        )
        self.setup = setup
        if setup is None and self.settings is not None:
            settings = self.settings
            self.setup = self._attempt(lambda: set_up(settings, code))
        self.tested: TestedNetwork | None = None
        used = self._attempt(lambda: used_settings(run.config, self.setup))
        self.used: Mapping[str, object] = used or used_settings(run.config, None)

    def _attempt(self, make: Callable[[], T]) -> T | None:
        """Return the result of a function; note why there is none."""
        try:
            return make()
        except (ValueError, TypeError, LookupError, OSError) as error:
            self.problems.append(str(error).replace(f"{self.run.folder}/", ""))
            return None

    @property
    def network(self) -> tuple[int, Path] | None:
        """Number and file of the network of the run, or of the best one of a sweep.

        `None` if there is none, or if the settings do not describe it.
        """
        run, index, file = self.run, self.run.best_member, NETWORK
        if run.is_sweep:
            file = "" if index is None else str(run.members[str(index)]["file"])
        path = run.folder / file
        is_there = self.setup is not None and path.is_file()
        return (index or 0, path) if is_there else None

    def simulate(self) -> None:
        """Simulate the network, if there is one, on the trials of its test."""
        setup, network = self.setup, self.network
        if setup is not None and network is not None:
            self.tested = self._attempt(lambda: simulate(setup, *network))
        if self.tested is not None:
            self.used = with_numbers_of(self.used, self.tested.net)

    def _pictures(
        self, *parts: tuple[Callable[[], Figure], str, str]
    ) -> tuple[Picture, ...]:
        """Return pictures: of each, how it is made, what it shows, and its caption."""
        drawn = (
            self._attempt(functools.partial(self._drawings.draw, *part))
            for part in parts
        )
        return tuple(picture for picture in drawn if picture is not None)

    def content(self) -> RunContent:
        """Return the report."""
        run, tested = self.run, self.tested
        sections = [self._learning()]
        if tested is not None:
            sections += [
                self._performance(tested),
                self._trials(tested),
                self._weights(tested),
                self._units(tested),
                self._spectrum(tested),
            ]
        sections += self._analyses()
        sections += [self._configuration(), self._again(), self._citations()]
        net = None if tested is None else tested.net
        lead = self._attempt(lambda: lead_of(run, self.setup, net)) or ()
        return RunContent(
            run.name,
            title_of(run),
            lead,
            self._facts(),
            tuple(dict.fromkeys(self.problems)),
            tuple(section for section in sections if section is not None),
        )

    def _facts(self) -> tuple[tuple[str, str], ...]:
        """Return the most important numbers by name."""
        summary, tested = self.run.summary, self.tested
        facts: dict[str, object] = {}
        of_best = ", best network" if self.run.is_sweep else ""
        if tested is not None:
            name = f"{tested.task.performance_name}{of_best}"
            facts[name] = f"{tested.performance:.3f}"
            facts["test trials"] = len(tested.scores)
        facts |= {"updates": summary.get("steps"), "networks": summary.get("members")}
        if isinstance(loss := summary.get("loss"), float):
            facts["last loss"] = f"{loss:.4g}"
        facts["constraint violations"] = summary.get("violations")
        if tested is not None:
            if not self.run.is_sweep:
                facts["constraint violations"] = int(violations(tested.net))
            facts[f"silent units{of_best}"] = len(tested.silent)
            facts[f"dead synapses{of_best}"] = int(dead_synapses(tested.net))
        if isinstance(seconds := summary.get("seconds"), float):
            facts["time"] = duration(seconds)
        return tuple((n, str(x)) for n, x in facts.items() if x is not None)

    def _learning(self) -> Section | None:
        """Return the learning curves."""
        run, setup = self.run, self.setup
        if run.is_sweep or not run.lines:
            return None
        loss = [figures.curve_of(run.lines, "loss", run.name)]
        performance = [figures.curve_of(run.lines, "performance", run.name)]
        name, criterion = "performance", None
        if setup is not None:
            name, criterion = setup.task.performance_name, setup.config.criterion
        last = run.lines[-1]["step"]
        make, points = lambda: figures.losses(loss), "the mean since the last point"
        if len(run.all_losses):
            make = lambda: figures.loss_of_updates(run.all_losses)  # noqa: E731
            points = "of every update"
        parts = [
            (
                make,
                f"Line plot of the loss over {last} updates, on a logarithmic axis.",
                f"Loss, {points}. Axes: updates, and loss on a logarithmic scale.",
            ),
        ]
        if len(performance[0].values):
            part = (
                lambda: figures.performances(performance, name, criterion),
                f"Line plot of {name} at each validation over {last} updates.",
                f"Performance at each validation. Axes: updates, and {name}.",
            )
            parts.append(part)
        return Section("Learning curves", pictures=self._pictures(*parts))

    def _performance(self, tested: TestedNetwork) -> Section:
        """Return performance by condition, with intervals."""
        task, mean = tested.task, tested.mean_score
        text = (
            f"On {mean.trials} new trials with noise, the mean score was "
            f"{mean.mean:.3f} ({method_of(tested.scores)}: {mean.low:.3f} to "
            f"{mean.high:.3f}). The tables have such an interval for each condition. "
            "Catch trials are left out."
        )
        if abs(tested.performance - mean.mean) > 1e-6:
            text += (
                f" The criterion measures {task.performance_name}, which was "
                f"{tested.performance:.3f}."
            )
        main, unit_of = task.main_condition, dict[str, str]()
        pictures: tuple[Picture, ...] = ()
        if isinstance(task, AbstractTwoChoice):
            unit_of["evidence"] = task.evidence_name
            part = (
                lambda: figures.psychometric(tested, task),
                f"Proportion of {task.output_names[0]} at each {task.evidence_name}.",
                f"Choices in trials with noise. Axes: {task.evidence_name}, and "
                f"proportion of {task.output_names[0]}; bars are standard errors.",
            )
            pictures = self._pictures(part)
        tables = self._attempt(
            lambda: tables_by_condition(tested.scores, tested.conditions, main, unit_of)
        )
        paragraphs, title = (text,), self._titled("Performance by condition")
        return Section(title, paragraphs, pictures, tables or ())

    def _titled(self, title: str) -> str:
        """Return the title of a section; of a sweep, it says which network it shows."""
        best = self.run.best_member
        return title if best is None else f"{title} of network {best}, the best one"

    def _trials(self, tested: TestedNetwork) -> Section:
        parts = [
            (
                functools.partial(figures.trial, tested, title),
                f"Inputs, rates and outputs over time in one trial: {title}.",
                f"{title[0].upper()}{title[1:]}: inputs, rates of the units and "
                "outputs. Axes: time, and value or unit.",
            )
            for title in tested.examples
        ]
        text = "Trials of the test, with noise. Dotted lines are targets."
        title = self._titled("Example trials")
        return Section(title, (text,), self._pictures(*parts))

    def _weights(self, tested: TestedNetwork) -> Section:
        net = tested.net
        broken = int(violations(net))
        text = (
            "All weights keep their constraints: there are 0 violations."
            if broken == 0
            else f"{broken} weights violate their constraint."
        )
        parts = [
            (
                lambda: figures.recurrent_weights(tested),
                f"Matrix of the recurrent weights of {net.n_hidden} units.",
                "Recurrent weights. Axes: sending unit, and receiving unit.",
            ),
            (
                lambda: figures.weight_magnitudes(tested),
                "Histogram of the magnitudes of the recurrent weights by class.",
                "Magnitudes of the recurrent weights by class. Axes: magnitude on a "
                "logarithmic scale, and number of synapses.",
            ),
            (
                lambda: figures.outer_weights(tested),
                "Matrices of the weights of inputs and of the readout.",
                "Weights of the inputs and of the readout. Axes: unit, and channel.",
            ),
        ]
        return Section(self._titled("Weights"), (text,), self._pictures(*parts))

    def _units(self, tested: TestedNetwork) -> Section:
        """Return silent and uninhibited units, and dead synapses."""
        net = tested.net
        uninhibited = uninhibited_units(net)
        rows = [("silent units", *_listed(tested.silent))]
        if uninhibited is not None:
            units = np.flatnonzero(np.asarray(uninhibited))
            rows.append(("units without inhibition", *_listed(units)))
        rows.append(("dead synapses", str(int(dead_synapses(net))), ""))
        text = (
            "A silent unit has no rate in any trial without noise (at most 1e-6 of the "
            "largest rate). A dead synapse has a gradient of exactly 0, so it does not "
            "train."
        )
        header = ("", "number", f"indices, of 0 to {net.n_hidden - 1}")
        table = Table("Units and synapses without effect", header, tuple(rows))
        return Section(self._titled("Silent and dead units"), (text,), tables=(table,))

    def _spectrum(self, tested: TestedNetwork) -> Section:
        radius = float(spectral_radius(effective(tested.net).w_hid))
        part = (
            lambda: figures.eigenvalues(tested),
            "Eigenvalues of the recurrent weights in the complex plane.",
            "Eigenvalues of the recurrent weights. Axes: real and imaginary part.",
        )
        text = f"The spectral radius of the recurrent weights is {radius:.3f}."
        return Section(self._titled("Spectrum"), (text,), self._pictures(part))

    def _analyses(self) -> list[Section]:
        """Return the analyses that are there, and how to run the others."""
        run = self.run
        member = "" if run.best_member is None else f" --member {run.best_member}"
        sections, missing = analysis_sections(run.analyses, self.problems)
        if missing and self.tested is not None:
            names = ", ".join(name.replace("_", " ") for name in missing)
            text = f"Not computed, or not for this task: {names}. To compute them:"
            folder = shlex.quote(str(run.folder))
            command = f"ctrnn-jax analyse {folder}{member}"
            title = self._titled("Other analyses")
            sections += (Section(title, (text,), code=(command,)),)
        return list(sections)

    def _configuration(self) -> Section:
        config = self.run.config
        versions = version_texts(config)
        header = ("library or machine", "value")
        tables = (
            settings_table(config, self.used, self.setup),
            Table("Versions and machine", header, versions),
        )
        return Section("Configuration and versions", tables=tables)

    def _again(self) -> Section | None:
        if self.settings is None:
            return None
        text = "On the same machine, with the same versions, the numbers are the same."
        code = command_of(self.settings, self.run.name)
        return Section("The command of this run", (text,), code=(code,))

    def _citations(self) -> Section:
        """Return what to cite."""
        versions = self.run.config.get("versions")
        version = versions.get("ctrnn-jax") if isinstance(versions, dict) else None
        has_points = (self.run.analyses / "fixed_points.json").exists()
        entries = citations(
            self.run.task, str(version or "unknown"), has_fixed_points=has_points
        )
        return Section("Citation", code=entries)


def _listed(units: np.ndarray) -> tuple[str, str]:
    """Return the number of units, and their indices."""
    indices = ", ".join(map(str, units[:_LISTED].tolist()))
    return str(len(units)), indices + ", ..." * (len(units) > _LISTED)
