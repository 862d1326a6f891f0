"""Tasks that fit networks to recorded activity and to recorded choices."""

from ._activity import RecordedActivity as RecordedActivity
from ._choices import RecordedChoices as RecordedChoices
