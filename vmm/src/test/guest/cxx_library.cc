/* behaviour: the C++ library: containers, streams, algorithms, chrono, random, regex
   linkages: static pie */
#include <algorithm>
#include <fstream>
#include <iostream>
#include <map>
#include <numeric>
#include <random>
#include <regex>
#include <sstream>
#include <unordered_map>
int main() { std::map<std::string, int> m; std::istringstream in("the quick the lazy the dog"); for (std::string w; in >> w;) m[w]++; for (auto &[k, v] : m) std::cout << k << '=' << v << ' '; std::cout << '\n'; std::mt19937 g(42); std::vector<unsigned> v(1000); for (auto &x : v) x = g(); std::sort(v.begin(), v.end()); std::cout << std::accumulate(v.begin(), v.end(), 0ULL) << '\n'; { std::ofstream("f") << "stream " << 3.5 << '\n'; } std::ifstream f("f"); std::string line; std::getline(f, line); std::cout << line << '\n'; std::smatch s; std::string t = "key: value"; std::cout << std::regex_match(t, s, std::regex("(\\w+): (\\w+)")) << s[2] << '\n'; std::unordered_map<int, std::string> u; for (int i = 0; i < 1000; i++) u[i] = std::to_string(i); std::cout << u[999] << ' ' << u.size() << '\n'; return 0; }
