"""A functional simulator of continuous-time recurrent networks, in JAX.

    import ctrnn_jax as cj

    net = cj.EIRNN(2, 100, 2, dt=20.0, tau=100.0, key=jax.random.key(0))
    traj = cj.rollout(net, inputs)

Names load on first use, so that a program that needs few of them starts quickly.
"""

import importlib
from typing import Any, TYPE_CHECKING


if TYPE_CHECKING:
    from . import (
        analysis as analysis,
        interop as interop,
        penalties as penalties,
        plotting as plotting,
        presets as presets,
        sharding as sharding,
        tasks as tasks,
    )
    from .connectivity import (
        AbstractConnectivity as AbstractConnectivity,
        block as block,
        Connectivity as Connectivity,
        distance_dependent as distance_dependent,
        excitatory_signs as excitatory_signs,
        MultiArea as MultiArea,
        MultiAreaEI as MultiAreaEI,
        MultiIO as MultiIO,
        no_autapses as no_autapses,
        random_sparse as random_sparse,
        RandomInput as RandomInput,
    )
    from .constraints import (
        Abs as Abs,
        AbstractConstraint as AbstractConstraint,
        Bounded as Bounded,
        Chain as Chain,
        chain as chain,
        Dale as Dale,
        Fixed as Fixed,
        Free as Free,
        LowRank as LowRank,
        Masked as Masked,
        NoAutapses as NoAutapses,
        NonNegative as NonNegative,
        Relu as Relu,
        RowBalanced as RowBalanced,
        SignMask as SignMask,
        Skew as Skew,
        Softplus as Softplus,
        SpectralRadiusBelow as SpectralRadiusBelow,
        Symmetric as Symmetric,
    )
    from .dynamics import (
        AbstractForm as AbstractForm,
        AbstractMethod as AbstractMethod,
        AbstractNoise as AbstractNoise,
        CurrentForm as CurrentForm,
        DiffusionNoise as DiffusionNoise,
        Euler as Euler,
        ExponentialEuler as ExponentialEuler,
        noise_from as noise_from,
        noise_to as noise_to,
        PowerLaw as PowerLaw,
        RateForm as RateForm,
        RectifiedLeakForm as RectifiedLeakForm,
        ShortTermPlasticity as ShortTermPlasticity,
        StepNoise as StepNoise,
        SynapticState as SynapticState,
    )
    from .gradients import (
        AbstractGradient as AbstractGradient,
        BPTT as BPTT,
        EProp as EProp,
        EvolutionStrategy as EvolutionStrategy,
        Problem as Problem,
        RTRL as RTRL,
    )
    from .initialisers import (
        AbstractInitialiser as AbstractInitialiser,
        Balanced as Balanced,
        ClampedUniform as ClampedUniform,
        Constant as Constant,
        Gain as Gain,
        Gamma as Gamma,
        Glorot as Glorot,
        Identity as Identity,
        LogNormal as LogNormal,
        Normal as Normal,
        Orthogonal as Orthogonal,
        SignedAfterScaling as SignedAfterScaling,
        spectral_abscissa as spectral_abscissa,
        spectral_radius as spectral_radius,
        SpectralRadius as SpectralRadius,
        Uniform as Uniform,
    )
    from .losses import (
        binary_cross_entropy as binary_cross_entropy,
        cross_entropy as cross_entropy,
        masked_cross_entropy as masked_cross_entropy,
        masked_mse as masked_mse,
        masked_mse_per_trial as masked_mse_per_trial,
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
        observe as observe,
        replace as replace,
        save as save,
        stack as stack,
        State as State,
        Summary as Summary,
        summary as summary,
        trainable as trainable,
        violations as violations,
        Weights as Weights,
        weights_of as weights_of,
    )
    from .penalties import (
        AbstractCost as AbstractCost,
        Loss as Loss,
    )
    from .perturbations import (
        Ablate as Ablate,
        AbstractPerturbation as AbstractPerturbation,
        Clamp as Clamp,
        Current as Current,
        Forced as Forced,
        Lesion as Lesion,
        perturb as perturb,
        Perturbed as Perturbed,
        Scale as Scale,
    )
    from .simulation import (
        AbstractAdjoint as AbstractAdjoint,
        Checkpointed as Checkpointed,
        DirectAdjoint as DirectAdjoint,
        HoistedAdjoint as HoistedAdjoint,
        map_networks as map_networks,
        Record as Record,
        rollout as rollout,
        step as step,
        Trajectory as Trajectory,
        Truncated as Truncated,
    )
    from .tasks import (
        AbstractTask as AbstractTask,
        Trial as Trial,
    )
    from .training import (
        Checkpoints as Checkpoints,
        Curriculum as Curriculum,
        fit as fit,
        fit_ensemble as fit_ensemble,
        FitResult as FitResult,
        FitState as FitState,
        force as force,
        ForceResult as ForceResult,
        MeanAbove as MeanAbove,
        Metrics as Metrics,
        project_onto as project_onto,
        Recipe as Recipe,
        recipe as recipe,
        scale_updates as scale_updates,
        train_step as train_step,
    )


_HOME = {
    "connectivity": (
        "AbstractConnectivity block Connectivity distance_dependent "
        "excitatory_signs MultiArea MultiAreaEI MultiIO no_autapses random_sparse "
        "RandomInput"
    ),
    "constraints": (
        "Abs AbstractConstraint Bounded Chain chain Dale Fixed Free LowRank "
        "Masked NoAutapses NonNegative Relu RowBalanced SignMask Skew Softplus "
        "SpectralRadiusBelow Symmetric"
    ),
    "dynamics": (
        "AbstractForm AbstractMethod AbstractNoise CurrentForm DiffusionNoise "
        "Euler ExponentialEuler noise_from noise_to PowerLaw RateForm "
        "RectifiedLeakForm ShortTermPlasticity StepNoise SynapticState"
    ),
    "gradients": ("AbstractGradient BPTT EProp EvolutionStrategy Problem RTRL"),
    "initialisers": (
        "AbstractInitialiser Balanced ClampedUniform Constant Gain Gamma Glorot "
        "Identity LogNormal Normal Orthogonal SignedAfterScaling "
        "spectral_abscissa spectral_radius SpectralRadius Uniform"
    ),
    "losses": (
        "binary_cross_entropy cross_entropy masked_cross_entropy masked_mse "
        "masked_mse_per_trial"
    ),
    "network": (
        "AbstractNetwork astype CTRNN dead_synapses effective EIRNN load "
        "NetworkFileError noiseless observe replace save stack State Summary "
        "summary trainable violations Weights weights_of"
    ),
    "penalties": ("AbstractCost Loss"),
    "perturbations": (
        "Ablate AbstractPerturbation Clamp Current Forced Lesion perturb "
        "Perturbed Scale"
    ),
    "simulation": (
        "AbstractAdjoint Checkpointed DirectAdjoint HoistedAdjoint map_networks "
        "Record rollout step Trajectory Truncated"
    ),
    "tasks": ("AbstractTask Trial"),
    "training": (
        "Checkpoints Curriculum fit fit_ensemble FitResult FitState force "
        "ForceResult MeanAbove Metrics project_onto Recipe recipe scale_updates "
        "train_step"
    ),
}
_MODULES = (
    "analysis",
    "interop",
    "penalties",
    "plotting",
    "presets",
    "sharding",
    "tasks",
)
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
