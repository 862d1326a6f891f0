"""The formats of pictures."""

from typing import get_args, Literal


PictureFormat = Literal["png", "pdf", "svg"]
FORMATS: tuple[str, ...] = get_args(PictureFormat)
