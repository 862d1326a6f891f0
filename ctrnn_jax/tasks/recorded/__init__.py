"""Recorded activity and recorded choices as tasks."""

from ._activity import RecordedActivity as RecordedActivity
from ._choices import RecordedChoices as RecordedChoices
