"""Published training settings of each task."""

from ._published import recipe as recipe
from ._recipe import Recipe as Recipe
