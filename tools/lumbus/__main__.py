"""`python -m lumbus`."""

import sys

from .cli import main

sys.exit(main())
