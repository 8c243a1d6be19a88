"""Sets a program's clock ahead by the seconds that the file named in CLOCK_AHEAD holds."""

import os
import time
from pathlib import Path

_ahead = Path(os.environ["CLOCK_AHEAD"])
_real = time.time

time.time = lambda: _real() + float(_ahead.read_text(encoding="ascii"))
