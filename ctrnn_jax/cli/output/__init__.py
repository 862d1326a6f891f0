"""Where the commands write: consoles that survive a closed pipe or terminal."""

from ._console import console as console, forgiving_streams as forgiving_streams
