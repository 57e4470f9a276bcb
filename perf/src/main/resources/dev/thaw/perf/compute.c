/* Work that is all processor: sorts, hashes, parses, in rounds; prints "NAME NANOSECONDS", a line a round and kind. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { NUMBERS = 200000, BYTES = 1 << 20, RECORDS = 8000 };

static uint64_t seed = 88172645463325252ull;
static volatile uint64_t sink;

static uint64_t number(void) {
    seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
    return seed;
}

static double nanoseconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e9 + t.tv_nsec;
}

static int compare(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

static void sort(void) {
    static uint64_t numbers[NUMBERS];
    for (int i = 0; i < NUMBERS; i++)
        numbers[i] = number();
    qsort(numbers, NUMBERS, sizeof *numbers, compare);
    sink += numbers[NUMBERS / 2];
}

/* SHA-256's schedule and rounds over a megabyte, without its padding. */
static void hash(void) {
    static uint8_t data[BYTES];
    static const uint32_t constant[64] = {
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01,
        0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc,
        0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
        0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08,
        0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
        0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};
    uint32_t state[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    for (int at = 0; at < BYTES; at += 64) {
        uint32_t w[64], s[8];
        memcpy(w, data + at, 64);
        memcpy(s, state, sizeof s);
#define TURN(x, n) ((x) >> (n) | (x) << (32 - (n)))
        for (int i = 16; i < 64; i++)
            w[i] = w[i - 16] + (TURN(w[i - 15], 7) ^ TURN(w[i - 15], 18) ^ w[i - 15] >> 3) + w[i - 7]
                 + (TURN(w[i - 2], 17) ^ TURN(w[i - 2], 19) ^ w[i - 2] >> 10);
        for (int i = 0; i < 64; i++) {
            uint32_t a = s[7] + (TURN(s[4], 6) ^ TURN(s[4], 11) ^ TURN(s[4], 25)) + ((s[4] & s[5]) ^ (~s[4] & s[6])) + constant[i] + w[i];
            uint32_t b = (TURN(s[0], 2) ^ TURN(s[0], 13) ^ TURN(s[0], 22)) + ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
            memmove(s + 1, s, 28);
            s[4] += a;
            s[0] = a + b;
        }
        for (int i = 0; i < 8; i++)
            state[i] += s[i];
    }
    sink += state[0];
}

static char *text;

/* Skips a JSON value, counting its parts. */
static char *value(char *at, uint64_t *parts) {
    ++*parts;
    if (*at == '"') {
        for (at++; *at != '"'; at++)
            at += *at == '\\';
        return at + 1;
    }
    if (*at == '{' || *at == '[') {
        char end = *at == '{' ? '}' : ']';
        for (at++; *at != end;) {
            at = value(at, parts);
            at += *at == ':' || *at == ',';
        }
        return at + 1;
    }
    *parts += (uint64_t)strtod(at, &at);
    return at;
}

static void parse(void) {
    uint64_t parts = 0;
    value(text, &parts);
    sink += parts;
}

int main(int argc, char **argv) {
    int rounds = argc > 1 ? atoi(argv[1]) : 20;
    text = malloc(RECORDS * 64 + 16);
    char *at = text;
    *at++ = '[';
    for (int i = 0; i < RECORDS; i++)
        at += sprintf(at, "%s{\"id\":%d,\"name\":\"n%d\",\"tags\":[\"a\",\"b\"],\"x\":%d.5}", i ? "," : "", i, i, i % 97);
    strcpy(at, "]");
    static const struct { const char *name; void (*work)(void); } kinds[] = {{"sort", sort}, {"hash", hash}, {"parse", parse}};
    for (int i = 0; i < rounds; i++)
        for (int k = 0; k < 3; k++) {
            double start = nanoseconds();
            kinds[k].work();
            printf("%s %.0f\n", kinds[k].name, nanoseconds() - start);
        }
    return 0;
}
