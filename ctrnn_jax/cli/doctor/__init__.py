"""The `doctor` command."""

from ._doctor import doctor as doctor
