"""Threads share heaps, so that memory does not grow with every thread that ever worked."""

import subprocess
import sys
from pathlib import Path

import pytest

from conftest import environment

SCRIPT = """
import ctypes, sys, threading
from api.http.heaps import share_heaps
share_heaps()
libc = ctypes.CDLL(None)
libc.malloc.restype = libc.fopen.restype = ctypes.c_void_p
together = threading.Barrier(12)
def take():
    together.wait()
    libc.malloc(ctypes.c_size_t(100))
    together.wait()
threads = [threading.Thread(target=take) for _ in range(12)]
for thread in threads: thread.start()
for thread in threads: thread.join()
file = ctypes.c_void_p(libc.fopen(sys.argv[1].encode(), b"w"))
libc.malloc_info(0, file)
libc.fclose(file)
"""


def heaps(folder: Path, **set_: str) -> int:
    """How many glibc has made after twelve threads took memory at the same time."""
    told = folder / "told.xml"
    subprocess.run([sys.executable, "-c", SCRIPT, str(told)], check=True, env=environment(**set_))
    return told.read_text(encoding="ascii").count("<heap nr=")


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's malloc is asked how many heaps it has")
def test_threads_share_two_heaps_unless_the_operator_says_how_many(tmp_path: Path) -> None:
    assert heaps(tmp_path) == 2
    assert heaps(tmp_path, MALLOC_ARENA_MAX="5") == 5
