"""F5: what a network does, as arrays."""

from ._behaviour import (
    choice_probability as choice_probability,
    ChoiceProbability as ChoiceProbability,
    psychometric_curve as psychometric_curve,
    PsychometricCurve as PsychometricCurve,
)
from ._bifurcation import Bifurcation as Bifurcation, bifurcation as bifurcation
from ._chronometric_bootstrap import (
    bootstrap_chronometric as bootstrap_chronometric,
    ChronometricBootstrap as ChronometricBootstrap,
)
from ._clusters import cluster_units as cluster_units, UnitClusters as UnitClusters
from ._continue import Branch as Branch, continue_fixed_points as continue_fixed_points
from ._currents import Currents as Currents, currents as currents
from ._decoding import (
    AbstractDecoder as AbstractDecoder,
    decode as decode,
    Decoding as Decoding,
    LDADecoder as LDADecoder,
    RidgeDecoder as RidgeDecoder,
)
from ._demixed import (
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
from ._effects import Effect as Effect, Effects as Effects, effects as effects
from ._fixed_points import (
    find_fixed_points as find_fixed_points,
    FixedPoints as FixedPoints,
)
from ._fluctuations import Stationary as Stationary
from ._gradient_stability import (
    gradient_stability as gradient_stability,
    GradientStability as GradientStability,
)
from ._linearise import (
    Amplification as Amplification,
    amplification as amplification,
    henrici as henrici,
    numerical_abscissa as numerical_abscissa,
    Selection as Selection,
    selection as selection,
)
from ._lyapunov import (
    kaplan_yorke as kaplan_yorke,
    lyapunov as lyapunov,
    LyapunovSpectrum as LyapunovSpectrum,
)
from ._lyapunov_equation import (
    continuous_lyapunov as continuous_lyapunov,
    discrete_lyapunov as discrete_lyapunov,
)
from ._manifold import attractor_manifolds as attractor_manifolds, Manifold as Manifold
from ._memory_capacity import (
    decode_memory as decode_memory,
    memory_capacity as memory_capacity,
    MemoryCapacity as MemoryCapacity,
    MemoryDecoding as MemoryDecoding,
    shuffle_memory as shuffle_memory,
)
from ._modes import Modes as Modes, modes as modes
from ._psychometric_bootstrap import (
    bootstrap_psychometric as bootstrap_psychometric,
    PsychometricBootstrap as PsychometricBootstrap,
)
from ._psychometric_fit import (
    fit_psychometric as fit_psychometric,
    PsychometricFit as PsychometricFit,
)
from ._reaction_time import (
    chronometric_curve as chronometric_curve,
    ChronometricCurve as ChronometricCurve,
    ChronometricFit as ChronometricFit,
    fit_chronometric as fit_chronometric,
    reaction_times as reaction_times,
    ReactionTimes as ReactionTimes,
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
    align_dynamics as align_dynamics,
    cka as cka,
    delay_dynamics as delay_dynamics,
    DSA as DSA,
    dsa as dsa,
    principal_angles as principal_angles,
    procrustes_distance as procrustes_distance,
)
from ._spectra import (
    kreiss_bound as kreiss_bound,
    random_matrix as random_matrix,
    RandomMatrix as RandomMatrix,
    Spectrum as Spectrum,
    spectrum as spectrum,
)
from ._stationary import stationary as stationary
from ._studies import dt_check as dt_check, DtCheck as DtCheck
from ._targeted import targeted_axes as targeted_axes, TargetedAxes as TargetedAxes
from ._vector_field import (
    jacobian as jacobian,
    step_jacobian as step_jacobian,
    velocity as velocity,
)
from ._verify import (
    Verification as Verification,
    verify_fixed_points as verify_fixed_points,
)
