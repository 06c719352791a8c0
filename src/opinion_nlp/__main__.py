"""``python -m opinion_nlp``: the command line, where the script ``opinion-nlp`` is not on the path."""

import sys

from opinion_nlp.cli import main

if __name__ == "__main__":
    sys.exit(main())
