/* behaviour: C++ exceptions unwind through frames, destructors and rethrows
   linkages: static pie no-pie */
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>
struct Noisy { const char *name; explicit Noisy(const char *n) : name(n) {} ~Noisy() { printf("~%s\n", name); } };
static int level(int n) { Noisy guard(n % 2 ? "odd" : "even"); if (n == 0) throw std::runtime_error("bottom"); try { return level(n - 1); } catch (const std::logic_error &) { return -1; } }
int main() { try { level(5); } catch (const std::exception &e) { printf("caught %s\n", e.what()); } try { try { std::vector<int> v(3); (void)v.at(10); } catch (...) { Noisy n("rethrow"); throw; } } catch (const std::out_of_range &) { puts("out of range"); } try { std::unique_ptr<char[]> p(new char[1UL << 60]); puts(p ? "?" : "-"); } catch (const std::bad_alloc &) { puts("bad_alloc"); } int n = 0; for (int i = 0; i < 2000; i++) { try { if (i % 3) throw i; } catch (int v) { n += v; } } printf("%d\n", n); return 0; }
