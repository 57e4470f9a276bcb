# behaviour: decimal, fractions, math, statistics, random with a seed, big integers, complex
import cmath, decimal, fractions, math, random, statistics, heapq, bisect, itertools, functools, operator, collections, array
from decimal import Decimal as D
decimal.getcontext().prec = 50; print(D(2).sqrt(), D(1) / D(7), D("1e-30").exp()); print(fractions.Fraction(355, 113).limit_denominator(50), math.comb(100, 50), math.factorial(60) % 1000003, 3 ** 500 % 10 ** 30, math.isqrt(10 ** 40))
print([math.sin(i) for i in range(4)], math.gamma(5.5), math.fsum([.1] * 10), cmath.exp(1j * math.pi), math.inf, float("nan")); r = random.Random(42); print(r.random(), r.randint(0, 10 ** 9), r.sample(range(100), 5), r.gauss(0, 1))
print(statistics.mean([1, 2, 3.5]), statistics.stdev([1, 2, 3, 4]), int("f" * 40, 16), hex(2 ** 200), (10 ** 100).bit_length(), divmod(-7, 3), round(2.5), 0.1 + 0.2); h = [5, 1, 4]; heapq.heapify(h); print(heapq.heappop(h), bisect.bisect([1, 3, 5], 4), list(itertools.permutations("abc"))[:3], functools.reduce(operator.mul, range(1, 20)), collections.Counter("mississippi").most_common(2), array.array("d", [1, 2]).tobytes().hex())
