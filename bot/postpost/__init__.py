"""The client of PostPost's LinkedIn statistics API."""

import sys

# httpx's own command line, which it loads where rich and pygments are installed: 5 MB and a twentieth of the start.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]  # None: Python's own way to say that a module isn't to be found
