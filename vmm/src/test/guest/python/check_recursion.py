# behaviour: deep recursion, memory churn, generators and the collector
import gc, sys, weakref
def depth(n): return 0 if n == 0 else 1 + depth(n - 1)
print(depth(900))
try: depth(10 ** 6)
except RecursionError as e: print(e)
class Node:
    pass
for i in range(20000): a, b = Node(), Node(); a.b, b.a = b, a
print(gc.collect() > 0); x = [bytearray(1000) for _ in range(20000)]; del x; print(sum(len(str(i)) for i in range(100000))); d = {i: str(i) for i in range(100000)}; print(len(d), d[99999]); s = "".join(chr(65 + i % 26) for i in range(10 ** 6)); print(hash(s) != 0, s.count("ABC")); n = Node(); r = weakref.ref(n); del n; print(r() is None)
try: bytearray(1 << 60)
except MemoryError: print("MemoryError")
