"""A person's browser: it opens what it is given, says yes there (Google here does so at once), and follows."""

import sys
from urllib.request import urlopen

urlopen(sys.argv[1], timeout=20).close()
