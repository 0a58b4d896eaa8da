"""`python -m bot` is `linkedin-stats-bot`."""

import sys

from bot.cli import main

sys.exit(main())
