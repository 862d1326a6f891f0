"""A functional simulator of continuous-time recurrent networks, in JAX.

    import ctrnn_jax as cj

    net = cj.EIRNN(2, 100, 2, dt=20.0, tau=100.0, key=jax.random.key(0))
    traj = cj.rollout(net, inputs)

Names load on first use, so that a program that needs few of them starts quickly.
"""

import importlib
from typing import Any, TYPE_CHECKING


if TYPE_CHECKING:
    from . import analysis as analysis, plotting as plotting, tasks as tasks
    from .constraints import (
        Abs as Abs,
        AbstractConstraint as AbstractConstraint,
        AbstractInitialiser as AbstractInitialiser,
        Balanced as Balanced,
        Chain as Chain,
        chain as chain,
        Constant as Constant,
        Dale as Dale,
        excitatory_signs as excitatory_signs,
        Free as Free,
        Gamma as Gamma,
        Masked as Masked,
        no_autapses as no_autapses,
        NonNegative as NonNegative,
        Normal as Normal,
        Relu as Relu,
        Softplus as Softplus,
        spectral_radius as spectral_radius,
        SpectralRadius as SpectralRadius,
        Uniform as Uniform,
    )
    from .dynamics import (
        AbstractMethod as AbstractMethod,
        AbstractNoise as AbstractNoise,
        DiffusionNoise as DiffusionNoise,
        Euler as Euler,
        ExponentialEuler as ExponentialEuler,
        noise_from as noise_from,
        noise_to as noise_to,
        PowerLaw as PowerLaw,
        StepNoise as StepNoise,
    )
    from .network import (
        AbstractNetwork as AbstractNetwork,
        astype as astype,
        CTRNN as CTRNN,
        dead_synapses as dead_synapses,
        effective as effective,
        EIRNN as EIRNN,
        load as load,
        NetworkFileError as NetworkFileError,
        noiseless as noiseless,
        presets as presets,
        replace as replace,
        save as save,
        stack as stack,
        State as State,
        trainable as trainable,
        violations as violations,
        Weights as Weights,
    )
    from .simulation import (
        AbstractAdjoint as AbstractAdjoint,
        DirectAdjoint as DirectAdjoint,
        HoistedAdjoint as HoistedAdjoint,
        Record as Record,
        rollout as rollout,
        step as step,
        Trajectory as Trajectory,
    )
    from .training import (
        fit as fit,
        FitResult as FitResult,
        FitState as FitState,
        masked_mse as masked_mse,
        MeanAbove as MeanAbove,
        train_step as train_step,
    )


_HOME = {
    "constraints": (
        "Abs AbstractConstraint AbstractInitialiser Balanced Chain chain Constant Dale "
        "excitatory_signs Free Gamma Masked no_autapses NonNegative Normal Relu "
        "Softplus spectral_radius SpectralRadius Uniform"
    ),
    "dynamics": (
        "AbstractMethod AbstractNoise DiffusionNoise Euler ExponentialEuler noise_from "
        "noise_to PowerLaw StepNoise"
    ),
    "network": (
        "AbstractNetwork astype CTRNN dead_synapses effective EIRNN load "
        "NetworkFileError noiseless presets replace save stack State trainable "
        "violations Weights"
    ),
    "simulation": (
        "AbstractAdjoint DirectAdjoint HoistedAdjoint Record rollout step Trajectory"
    ),
    "training": "fit FitResult FitState masked_mse MeanAbove train_step",
}
_MODULES = ("analysis", "plotting", "tasks")
_WHERE = {name: home for home, names in _HOME.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        value: Any = version("ctrnn-jax")
    elif name in _MODULES:
        try:
            value = importlib.import_module(f".{name}", __name__)
        except ModuleNotFoundError as error:
            if not (error.name or "").startswith("matplotlib"):
                raise
            raise ModuleNotFoundError(
                f"ctrnn_jax.{name} needs matplotlib. Install it with "
                "pip install 'ctrnn-jax[plot]'.",
                name=error.name,
            ) from error
    elif name in _WHERE:
        value = getattr(importlib.import_module(f".{_WHERE[name]}", __name__), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), "__version__", *_MODULES, *_WHERE])
