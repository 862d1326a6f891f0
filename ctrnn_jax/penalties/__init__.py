"""Penalties that can be added to the loss, each an `AbstractPenalty`.

    penalties = {"rates": cj.penalties.RateL2(1e-3)}
    loss = cj.Loss(**penalties, sparse=cj.penalties.WeightL1(1e-4, "w_hid"))
    cj.fit(net, task, optimiser, loss=loss, ...)

Should rates be small, smooth or alike?

    RateL1           The mean absolute rate.
    RateL2           The mean square of the rates, `mean r^2`.
    MeanRate         The mean over units of the square of each mean rate.
    RateDispersion   The dispersion of the units' mean rates.
    Smoothness       The mean squared speed of the rates.
    StatePrediction  The error of predicting the rates by earlier ones.

Should weights be small, short or near others?

    WeightL1          The mean absolute weight over existing synapses.
    WeightL2          The mean squared weight over existing synapses.
    ConnectivityNorm  The norm of the weights, or of their distance from others.
    WeightAnchor      The squared distance from given weights.
    WiringCost        The wiring length.

Should gradients neither vanish nor explode?

    VanishingGradient  Omega, the penalty of Song, Yang & Wang (2016).
    DynamicalIsometry  The distance of single steps from isometries.

How should a population share activity?

    Entropy       How activity is shared among units, in nats.
    PopulationKL  The divergence between the mean rates of two groups.
    Hebbian       The mean absolute weighted sum of all pairs of rates.

How is a custom one written?

    AbstractPenalty        The base class of penalties.
    AbstractRatePenalty    The base class of penalties on rates.
    AbstractWeightPenalty  The base class of penalties on weights.
    OutputLoss             A function of outputs, targets and mask.

The table lists what other packages call these penalties, and the differences. Ours act
on effective weights and existing synapses, and on rates before the end of each trial.
Those of other packages act in part on raw weights, on all entries and on padded steps.

| other package | ours | difference |
|---|---|---|
| **nn4n** `RNNLoss` | | |
| `lambda_mse` | `Loss(task=cj.losses.masked_mse)` | theirs has no mask |
| `lambda_in`, `lambda_hid`, `lambda_out` | `WeightL2(., "w_in")` and so on | |
| `lambda_fr` | `MeanRate` | |
| `lambda_fr_sd`, `lambda_fr_cv` | `RateDispersion(., "sd")`, `"cv"` | ours divides by \
N, not N - 1 |
| **nn4n** `CompositeLoss` | | |
| `fr`, metric `l2` or `l1` | `MeanRate` or `RateL1` | l1 equal if no rate is \
negative |
| `fr_dist`: `sd`, `cv`, `mean_ad`, `max_ad` | `RateDispersion(., "sd")`, `"cv"`, \
`"mean_absolute"`, `"max_absolute"` | as above |
| `rnn_conn`, metric `fro` or `l1` | `ConnectivityNorm(metric=)` | ours takes a \
target; `all` is three penalties |
| `state_pred`, `tau` | `StatePrediction(., shift)` | theirs shifts the batch axis |
| `hebbian` | `Hebbian` | theirs stores all pairs at all steps |
| `entropy`, `reg` | `Entropy`, and `RateL2` of weight `reg * n_hidden` | ours leaves \
out negative rates; theirs takes their logarithm |
| `PopulationKL`, `reg` | `PopulationKL`, `RateL2` | ours compares groups by \
mean rates; theirs pairs units |
| `CrossEntropyLoss` | `Loss(task=cj.losses.cross_entropy)` | from logits, \
with a mask |
| **pycog** | | |
| `lambda1_in`, `lambda1_rec`, `lambda1_out` | `WeightL1(., "w_in")` and so on | |
| `lambda2_in`, `lambda2_rec`, `lambda2_out` | `WeightL2(., "w_in")` and so on | |
| `lambda2_r` | `RateL2` | |
| `lambda_Omega` (2), `bound` | `VanishingGradient` | theirs is not in the \
reported loss and has no `derivative="full"` |
| **PsychRNN** | | |
| `L1_in`, `L1_rec`, `L1_out` | `WeightL1(., "w_in")` and so on | |
| `L2_in`, `L2_rec`, `L2_out` | `WeightL2(., "w_in")` and so on | |
| `L2_firing_rate` | `RateL2` | |
| loss `binary_cross_entropy` | `Loss(task=cj.losses.binary_cross_entropy)` | \
from logits, not clipped |
| **multitask** (Yang et al. 2019) | | |
| `l1_h`, `l2_h` | `RateL1`, `RateL2` | their l2 is half a sum, ours a mean |
| `l1_weight`, `l2_weight` | `WeightL1`, `WeightL2` | likewise |
| `l2_weight_init`, `c_intsyn` | `WeightAnchor`, with `importance=` | likewise |
| **stp-rnn** (Masse et al. 2019) | | |
| `spike_cost` (2e-2) | `RateL2(2e-2)`; `RateL1` for `spike_regularization="L1"` | |
| `weight_cost` | `WeightL2` | theirs acts on excitatory weights only |

None of these packages has `Smoothness`, `WiringCost` or `DynamicalIsometry`.
"""

from .._namespaces import set_up_namespace
from ._gradient_propagation import DynamicalIsometry, VanishingGradient
from ._loss import (
    AbstractPenalty,
    as_loss as as_loss,
    Loss as Loss,
    OutputLoss,
)
from ._population import Entropy, Hebbian, PopulationKL
from ._rates import (
    AbstractRatePenalty,
    MeanRate,
    RateDispersion,
    RateL1,
    RateL2,
    Smoothness,
    StatePrediction,
)
from ._weights import (
    AbstractWeightPenalty,
    ConnectivityNorm,
    WeightAnchor,
    WeightL1,
    WeightL2,
    WiringCost,
)


__all__ = [
    "AbstractPenalty",
    "AbstractRatePenalty",
    "AbstractWeightPenalty",
    "ConnectivityNorm",
    "DynamicalIsometry",
    "Entropy",
    "Hebbian",
    "MeanRate",
    "OutputLoss",
    "PopulationKL",
    "RateDispersion",
    "RateL1",
    "RateL2",
    "Smoothness",
    "StatePrediction",
    "VanishingGradient",
    "WeightAnchor",
    "WeightL1",
    "WeightL2",
    "WiringCost",
]

set_up_namespace(__name__)
