# behaviour: an exception that nobody catches is a traceback on standard error and status 1
def inner(x):
    return 1 / x
try: inner("a")
except TypeError as e:
    try: raise KeyError("second") from e
    except KeyError as k: print(repr(k.__cause__))
import atexit; atexit.register(print, "at exit")
class Resource:
    def __enter__(self): print("enter"); return self
    def __exit__(self, *e): print("exit", e[0].__name__)
with Resource(): inner(0)
