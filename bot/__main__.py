"""`python -m bot` is `linkedin-stats-bot`: what must be set before anything else is imported, and then the command."""

import gc
import os
import sys

# Imports create no garbage, and commands little: looking for it costs a tenth of the start.
gc.set_threshold(300_000, 20, 20)
# To find pydantic's plugins the metadata of every installed package would be read: no plugin is used here.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

from bot.cli import main  # noqa: E402  # see above

if __name__ == "__main__":
    sys.exit(main())
