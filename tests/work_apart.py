"""What ``test_apart`` has done in a process of its own."""

import os
import signal
import sys
import time
from collections.abc import Sequence

from index.manifest import BrokenModel
from index.progress import Progress


def work(arguments: Sequence[str], progress: Progress) -> object:
    """What the first argument says."""
    if arguments[0] == "fail":
        raise BrokenModel("the model is broken", remedy="mend it")
    if arguments[0] == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    progress("Working", 1, 2)
    if arguments[0] == "sleep":
        time.sleep(60)
    print("a library says something")
    progress("Working", 2, 2)
    return {"process": os.getpid(), "told": arguments[1:], "loaded": "numpy" in sys.modules}
