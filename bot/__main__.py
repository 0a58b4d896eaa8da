"""`python -m bot` is `linkedin-stats-bot`."""

import gc
import sys

# Imports create no garbage, and commands little: looking for it costs a tenth of the start.
gc.set_threshold(300_000, 20, 20)

from bot.cli import main  # noqa: E402  # after the line above

if __name__ == "__main__":
    sys.exit(main())
