"""Analyses of networks and trajectories, which return arrays.

Which fixed points does it have?

    find_fixed_points      Find fixed points and slow points at a frozen input.
    FixedPoints            The result: fixed and slow points, slowest first.
    verify_fixed_points    Simulate from displaced points and compare growth.
    Verification           The result: growth in simulation and as predicted.
    continue_fixed_points  Follow one fixed point along a path of frozen inputs.
    Branch                 The result: a fixed point along a path of inputs.
    bifurcation            Find fixed points over values of any parameter.
    Bifurcation            The result: branches of fixed points over the values.
    attractor_manifolds    Find line and ring attractors, the largest first.
    Manifold               The result: a chain of points with a slow direction along it.

What are its linear dynamics at a state?

    velocity       Return dv/dt of a network at a frozen input.
    jacobian       Return d(dv/dt)/dv at a frozen input, in 1/ms.
    step_jacobian  Return the derivative of a simulated step.
    modes          Compute eigenvalues and eigenvectors of one Jacobian.
    Modes          The result: eigenvalues and eigenvectors, largest real part first.
    selection      Compute selection vector and direction of one mode at a state.
    Selection      The result: how one mode takes up inputs and is read out.
    stationary     Compute the stationary covariance near a fixed point.
    Stationary     The result: stationary fluctuations about a fixed point.
    amplification  Compute the largest growth of a displacement by each time.
    Amplification  The result: the growth, and the displacement that grows most.

What do its weights look like?

    Summary              The result of `cj.summary`; `print` it for a table.
    silent_units         Return which units are silent.
    uninhibited_units    Return which units receive no inhibition from units.
    spectrum             Compute eigenvalues and non-normality of the weights.
    Spectrum             The result: eigenvalues, singular values and non-normality.
    random_matrix        Predict radius and outliers from the weights' statistics.
    RandomMatrix         The result: the predicted radius and outliers.
    henrici              Return Henrici's departure of a matrix from normality.
    numerical_abscissa   Return the fastest growth at time 0.
    kreiss_bound         Return a lower bound of the transient growth.
    discrete_lyapunov    Return the solution X of `X = A X A^T + Q`.
    continuous_lyapunov  Return the solution X of `A X + X A^T = Q`.

Is it chaotic? Do gradients explode?

    lyapunov            Compute Lyapunov exponents of the simulated map.
    LyapunovSpectrum    The result: exponents per ms, errors, dimension and entropy.
    kaplan_yorke        Return the Kaplan-Yorke dimension of an attractor.
    gradient_stability  Measure how fast gradients vanish or explode.
    GradientStability   The result: the gradient by the time before the error.

How does it behave?

    psychometric_curve      Compute the proportion of one choice, by the evidence.
    PsychometricCurve       The result: the proportion of one choice at each strength.
    fit_psychometric        Fit a psychometric function by maximum likelihood.
    PsychometricFit         The result: guess, lapse, threshold and slope.
    bootstrap_psychometric  Refit resampled choices, for intervals.
    PsychometricBootstrap   The result: fits to resampled choices, and intervals.
    reaction_times          Compute the time to the first threshold crossing.
    ReactionTimes           The result: the time and the choice of each decision.
    chronometric_curve      Compute the mean reaction time at each strength.
    ChronometricCurve       The result: mean reaction times by the evidence.
    fit_chronometric        Fit mean times of a proportional-rate diffusion to a curve.
    ChronometricFit         The result: residual and decision time, and rate.
    bootstrap_chronometric  Refit resampled reaction times, for intervals.
    ChronometricBootstrap   The result: fits to resampled times, and intervals.
    binned                  Put evidence in bins of equally many trials.

What happens under a perturbation, or with another time step?

    perturbation_effects  Compare a perturbed network with the intact one.
    PerturbationEffects   The result: effects, such as `effects["slope"]`.
    PerturbationEffect    The effect of each perturbation on one measure.
    dt_check              Measure how states and performance depend on dt.
    DtCheck               The result: error and performance at each time step.
    currents              Compute excitatory and inhibitory currents.
    Currents              The result: the parts of the current into each unit.

What do single units respond to?

    tuning_curve        Compute mean responses to each value of a condition.
    TuningCurve         The result: the mean response to each value of a condition.
    selectivity_index   Compute `(best - worst) / (best + worst)` of tuning curves.
    d_prime             Compute how well a unit separates two conditions.
    choice_probability  Compute the choice probability of each unit.
    ChoiceProbability   The result: how well each unit predicts the choice.
    task_variance       Compute the variance of units across trials of a task.
    task_variances      Compute task variances in many tasks (Yang et al. 2019).
    TaskVariances       The result: the variance of each unit in each task.
    cluster_units       Cluster units by features, such as task variances.
    UnitClusters        The result: the cluster of each unit, and silhouettes.

In which dimensions is the activity?

    pca                     Compute principal components over all samples.
    PCA                     The result: components, variances and projections.
    explained_fraction      Compute the fraction of variance that axes explain.
    participation_ratio     Compute the dimension of activity, `tr(C)^2 / tr(C^2)`.
    participation_ratio_of  Compute the same from a covariance matrix.
    principal_angles        Compute the angles between two subspaces, smallest first.
    condition_averages      Average activity by combinations of labels.
    ConditionAverages       The result: averages over trials by condition.
    targeted_axes           Targeted dimensionality reduction (Mante et al. 2013).
    TargetedAxes            The result: orthogonal axes of the conditions.
    demixed_axes            Compute axes along which activity depends on one part only.
    DemixedAxes             The result: decoders and encoders of one part.
    marginals               Return the parts that depend on sets of conditions.
    marginal_variances      Compute the variance due to time and each condition.
    MarginalVariances       The result: the fraction of each part, and of each unit.

What can be decoded? Where is the memory?

    decode           Compute the cross-validated accuracy at each step.
    Decoding         The result: accuracies, also of shuffled trials.
    RidgeDecoder     Ridge regression on one-hot labels.
    LDADecoder       Linear discriminant analysis with shrinkage.
    AbstractDecoder  The base class of decoders, for a custom one.
    decode_memory    Decode labels from activity and from synapses.
    MemoryDecoding   The result: active and silent memory.
    shuffle_memory   Permute activity or synapses among trials, to test a memory.
    memory_capacity  Compute the linear memory capacity of a driven network.
    MemoryCapacity   The result: how well the input of each lag is recalled.

How similar are two systems?

    procrustes_distance  Compute the distance of responses up to rotation and shift.
    cka                  Compute the linear centred kernel alignment.
    dsa                  Dynamical similarity analysis (Ostrow et al. 2023).
    align_dynamics       Minimise `|A - C B C^T|` over orthogonal C.
    delay_dynamics       Fit the linear map of delay-embedded activity.
    DSA                  The result: distance, angle and alignment.
"""

from .._namespaces import set_up_namespace
from ._currents import Currents, currents
from ._dt_check import dt_check, DtCheck
from ._eigenmodes import Modes, modes
from ._summary import (
    SILENT as SILENT,
    silent_units,
    Summary,
    summary as summary,
    uninhibited_units,
)
from ._vector_field import jacobian, step_jacobian, velocity
from .behaviour import (
    bootstrap_chronometric,
    bootstrap_psychometric,
    choice_probability,
    ChoiceProbability,
    chronometric_curve,
    ChronometricBootstrap,
    ChronometricCurve,
    ChronometricFit,
    fit_chronometric,
    fit_psychometric,
    perturbation_effects,
    PerturbationEffect,
    PerturbationEffects,
    psychometric_curve,
    PsychometricBootstrap,
    PsychometricCurve,
    PsychometricFit,
    reaction_times,
    ReactionTimes,
)
from .fixed_points import (
    attractor_manifolds,
    Bifurcation,
    bifurcation,
    Branch,
    continue_fixed_points,
    find_fixed_points,
    FixedPoints,
    Manifold,
    Verification,
    verify_fixed_points,
)
from .linear import (
    Amplification,
    amplification,
    continuous_lyapunov,
    discrete_lyapunov,
    henrici,
    kreiss_bound,
    numerical_abscissa,
    random_matrix,
    RandomMatrix,
    Selection,
    selection,
    Spectrum,
    spectrum,
    Stationary,
    stationary,
)
from .lyapunov_exponents import (
    gradient_stability,
    GradientStability,
    kaplan_yorke,
    lyapunov,
    LyapunovSpectrum,
)
from .population import (
    AbstractDecoder,
    align_dynamics,
    binned,
    cka,
    cluster_units,
    condition_averages,
    ConditionAverages,
    d_prime,
    decode,
    decode_memory,
    Decoding,
    delay_dynamics,
    demixed_axes,
    DemixedAxes,
    DSA,
    dsa,
    explained_fraction,
    LDADecoder,
    marginal_variances,
    marginals,
    MarginalVariances,
    memory_capacity,
    MemoryCapacity,
    MemoryDecoding,
    participation_ratio,
    participation_ratio_of,
    PCA,
    pca,
    principal_angles,
    procrustes_distance,
    RidgeDecoder,
    selectivity_index,
    shuffle_memory,
    targeted_axes,
    TargetedAxes,
    task_variance,
    task_variances,
    TaskVariances,
    tuning_curve,
    TuningCurve,
    UnitClusters,
)


__all__ = [
    "DSA",
    "PCA",
    "AbstractDecoder",
    "Amplification",
    "Bifurcation",
    "Branch",
    "ChoiceProbability",
    "ChronometricBootstrap",
    "ChronometricCurve",
    "ChronometricFit",
    "ConditionAverages",
    "Currents",
    "Decoding",
    "DemixedAxes",
    "DtCheck",
    "FixedPoints",
    "GradientStability",
    "LDADecoder",
    "LyapunovSpectrum",
    "Manifold",
    "MarginalVariances",
    "MemoryCapacity",
    "MemoryDecoding",
    "Modes",
    "PerturbationEffect",
    "PerturbationEffects",
    "PsychometricBootstrap",
    "PsychometricCurve",
    "PsychometricFit",
    "RandomMatrix",
    "ReactionTimes",
    "RidgeDecoder",
    "Selection",
    "Spectrum",
    "Stationary",
    "Summary",
    "TargetedAxes",
    "TaskVariances",
    "TuningCurve",
    "UnitClusters",
    "Verification",
    "align_dynamics",
    "amplification",
    "attractor_manifolds",
    "bifurcation",
    "binned",
    "bootstrap_chronometric",
    "bootstrap_psychometric",
    "choice_probability",
    "chronometric_curve",
    "cka",
    "cluster_units",
    "condition_averages",
    "continue_fixed_points",
    "continuous_lyapunov",
    "currents",
    "d_prime",
    "decode",
    "decode_memory",
    "delay_dynamics",
    "demixed_axes",
    "discrete_lyapunov",
    "dsa",
    "dt_check",
    "explained_fraction",
    "find_fixed_points",
    "fit_chronometric",
    "fit_psychometric",
    "gradient_stability",
    "henrici",
    "jacobian",
    "kaplan_yorke",
    "kreiss_bound",
    "lyapunov",
    "marginal_variances",
    "marginals",
    "memory_capacity",
    "modes",
    "numerical_abscissa",
    "participation_ratio",
    "participation_ratio_of",
    "pca",
    "perturbation_effects",
    "principal_angles",
    "procrustes_distance",
    "psychometric_curve",
    "random_matrix",
    "reaction_times",
    "selection",
    "selectivity_index",
    "shuffle_memory",
    "silent_units",
    "spectrum",
    "stationary",
    "step_jacobian",
    "targeted_axes",
    "task_variance",
    "task_variances",
    "tuning_curve",
    "uninhibited_units",
    "velocity",
    "verify_fixed_points",
]

set_up_namespace(__name__)
