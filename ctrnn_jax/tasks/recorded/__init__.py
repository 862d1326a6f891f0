"""Recorded trials as tasks: activity, choices, and arrays of any trials."""

from ._activity import RecordedActivity as RecordedActivity
from ._arrays import ArrayTask as ArrayTask, from_arrays as from_arrays
from ._batches import Batches as Batches, from_batches as from_batches
from ._choices import RecordedChoices as RecordedChoices
