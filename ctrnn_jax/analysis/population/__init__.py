"""Population analyses: dimension, decoding, selectivity, similarity."""

from ._clusters import cluster_units as cluster_units, UnitClusters as UnitClusters
from ._decoding import (
    AbstractDecoder as AbstractDecoder,
    decode as decode,
    Decoding as Decoding,
    LDADecoder as LDADecoder,
    RidgeDecoder as RidgeDecoder,
)
from ._demixed_axes import (
    condition_averages as condition_averages,
    ConditionAverages as ConditionAverages,
    demixed_axes as demixed_axes,
    DemixedAxes as DemixedAxes,
    marginal_variances as marginal_variances,
    marginals as marginals,
    MarginalVariances as MarginalVariances,
)
from ._dimension import (
    participation_ratio as participation_ratio,
    participation_ratio_of as participation_ratio_of,
    PCA as PCA,
    pca as pca,
)
from ._dynamics_similarity import (
    align_dynamics as align_dynamics,
    delay_dynamics as delay_dynamics,
    DSA as DSA,
    dsa as dsa,
)
from ._memory import (
    decode_memory as decode_memory,
    memory_capacity as memory_capacity,
    MemoryCapacity as MemoryCapacity,
    MemoryDecoding as MemoryDecoding,
    shuffle_memory as shuffle_memory,
)
from ._selectivity import (
    binned as binned,
    d_prime as d_prime,
    explained_fraction as explained_fraction,
    selectivity_index as selectivity_index,
    task_variance as task_variance,
    task_variances as task_variances,
    TaskVariances as TaskVariances,
    tuning_curve as tuning_curve,
    TuningCurve as TuningCurve,
)
from ._similarity import (
    cka as cka,
    principal_angles as principal_angles,
    procrustes_distance as procrustes_distance,
)
from ._targeted_axes import targeted_axes as targeted_axes, TargetedAxes as TargetedAxes
