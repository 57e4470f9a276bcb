"""Every VM thawed from a snapshot begins with the same memory: what a program takes for random is made anew here.

os.urandom, uuid4 and secrets ask the kernel each time and need nothing.
"""

import os
import sys


def reseed():
    loaded = sys.modules
    fresh = os.urandom(64)
    if "random" in loaded:
        loaded["random"].seed(fresh[:32])
    if "tempfile" in loaded:
        loaded["tempfile"]._name_sequence = None
    if "uuid" in loaded:
        loaded["uuid"]._last_timestamp = None
        loaded["uuid"]._node = None
    if "ssl" in loaded:
        loaded["ssl"].RAND_add(fresh[32:], 32.0)
    numpy_random = loaded.get("numpy.random")
    if numpy_random is not None:
        numpy_random.seed()
