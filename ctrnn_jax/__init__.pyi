"""Every name of `ctrnn_jax`, read by the package, type checkers and editors."""

from . import (
    analysis as analysis,
    connectivity as connectivity,
    constraints as constraints,
    dynamics as dynamics,
    gradients as gradients,
    initialisers as initialisers,
    interop as interop,
    losses as losses,
    network as network,
    penalties as penalties,
    perturbations as perturbations,
    plotting as plotting,
    presets as presets,
    sharding as sharding,
    simulation as simulation,
    tasks as tasks,
    training as training,
)
from .analysis import (
    summary as summary,
)
from .dynamics import (
    DiffusionNoise as DiffusionNoise,
    Euler as Euler,
    ExponentialEuler as ExponentialEuler,
    StepNoise as StepNoise,
)
from .network import (
    AbstractNetwork as AbstractNetwork,
    astype as astype,
    CTRNN as CTRNN,
    effective as effective,
    EIRNN as EIRNN,
    load as load,
    noiseless as noiseless,
    replace as replace,
    save as save,
    stack as stack,
    State as State,
    trainable as trainable,
    violations as violations,
)
from .penalties import (
    Loss as Loss,
)
from .perturbations import (
    perturb as perturb,
)
from .simulation import (
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
from .training import (
    Checkpoints as Checkpoints,
    fit as fit,
    fit_ensemble as fit_ensemble,
    FitState as FitState,
    MeanAbove as MeanAbove,
    recipe as recipe,
    train_step as train_step,
)

__all__: list[str]
__version__: str
