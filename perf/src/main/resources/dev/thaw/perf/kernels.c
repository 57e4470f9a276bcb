/*
 * Four pieces of work, the same source natively and as a WebAssembly module: standard input names one and how often to do it,
 * standard output says the nanoseconds of each time, by the clock of where it runs, and a sum by which the runs are compared.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* SHA-256, FIPS 180-4. */
static const uint32_t K[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be,
    0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa,
    0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85,
    0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
    0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f,
    0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static uint32_t rotated(uint32_t x, int by) { return x >> by | x << (32 - by); }

static void block(uint32_t h[8], const uint8_t *p) {
    uint32_t w[64];
    for (int i = 0; i < 16; i++)
        w[i] = (uint32_t) p[4 * i] << 24 | (uint32_t) p[4 * i + 1] << 16 | (uint32_t) p[4 * i + 2] << 8 | p[4 * i + 3];
    for (int i = 16; i < 64; i++) {
        uint32_t a = w[i - 15], b = w[i - 2];
        w[i] = w[i - 16] + (rotated(a, 7) ^ rotated(a, 18) ^ a >> 3) + w[i - 7] + (rotated(b, 17) ^ rotated(b, 19) ^ b >> 10);
    }
    uint32_t a = h[0], b = h[1], c = h[2], d = h[3], e = h[4], f = h[5], g = h[6], last = h[7];
    for (int i = 0; i < 64; i++) {
        uint32_t one = last + (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + w[i];
        uint32_t two = (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
        last = g, g = f, f = e, e = d + one, d = c, c = b, b = a, a = one + two;
    }
    h[0] += a, h[1] += b, h[2] += c, h[3] += d, h[4] += e, h[5] += f, h[6] += g, h[7] += last;
}

enum { HASHED = 64 << 10 };
static uint8_t hashed[HASHED];

static uint32_t sha256(void) {
    uint32_t h[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    for (int i = 0; i < HASHED; i += 64) block(h, hashed + i);
    uint8_t last[64] = {0x80};
    for (int i = 0; i < 8; i++) last[63 - i] = (uint8_t) ((uint64_t) HASHED * 8 >> 8 * i);
    block(h, last);
    return h[0];
}

/* A document of orders, and a reader of JSON that makes a tree of it. */
enum { ORDERS = 300, DOCUMENT = 64 << 10, NODES = 8 << 10 };
static char document[DOCUMENT];
static size_t document_length;

typedef struct node {
    char kind; /* o a s n */
    const char *name;
    int name_length;
    const char *text;
    int length;
    double number;
    struct node *first, *next;
} node;
static node nodes[NODES];
static int used;
static const char *at;

static void skip(void) { while (*at == ' ' || *at == '\n') at++; }

static int string(const char **text) {
    *text = ++at;
    while (*at != '"') at += *at == '\\' ? 2 : 1;
    return (int) (at++ - *text);
}

static node *value(void) {
    skip();
    if (used == NODES) abort();
    node *n = &nodes[used++];
    memset(n, 0, sizeof *n);
    if (*at == '{' || *at == '[') {
        char end = *at == '{' ? '}' : ']';
        n->kind = *at++ == '{' ? 'o' : 'a';
        node **to = &n->first;
        for (skip(); *at != end; skip()) {
            const char *name = "";
            int length = 0;
            if (n->kind == 'o') {
                length = string(&name);
                skip();
                at++;
            }
            node *inside = value();
            inside->name = name;
            inside->name_length = length;
            *to = inside;
            to = &inside->next;
            skip();
            if (*at == ',') at++;
        }
        at++;
    } else if (*at == '"') {
        n->kind = 's';
        n->length = string(&n->text);
    } else {
        char *end;
        n->kind = 'n';
        n->number = strtod(at, &end);
        if (end == at) abort();
        at = end;
    }
    return n;
}

static node *parsed(void) {
    used = 0;
    at = document;
    return value();
}

static uint32_t json(void) {
    parsed();
    uint32_t sum = (uint32_t) used;
    for (int i = 0; i < used; i++) sum = sum * 31 + (uint32_t) nodes[i].length + (uint32_t) nodes[i].number;
    return sum;
}

/* The same document to sums a month and a product, printed as a table. */
enum { SLOTS = 256 };
typedef struct { char key[24]; int quantity, cents; } slot;
static slot slots[SLOTS];
static char table_text[16 << 10];

static const node *field(const node *of, const char *name) {
    for (const node *n = of->first; n; n = n->next)
        if ((size_t) n->name_length == strlen(name) && memcmp(n->name, name, strlen(name)) == 0) return n;
    abort();
}

static int by_key(const void *a, const void *b) { return strcmp(((const slot *) a)->key, ((const slot *) b)->key); }

static uint32_t table(void) {
    memset(slots, 0, sizeof slots);
    for (const node *order = field(parsed(), "orders")->first; order; order = order->next) {
        char key[24];
        const node *date = field(order, "date"), *product = field(order, "product");
        snprintf(key, sizeof key, "%.7s %.*s", date->text, product->length, product->text);
        uint32_t hash = 2166136261u;
        for (char *c = key; *c; c++) hash = (hash ^ (uint8_t) *c) * 16777619u;
        slot *s = &slots[hash % SLOTS];
        while (*s->key && strcmp(s->key, key) != 0) s = s == &slots[SLOTS - 1] ? slots : s + 1;
        strcpy(s->key, key);
        s->quantity += (int) field(order, "quantity")->number;
        s->cents += (int) (field(order, "quantity")->number * field(order, "price")->number * 100 + 0.5);
    }
    qsort(slots, SLOTS, sizeof *slots, by_key);
    size_t length = 0;
    for (int i = 0; i < SLOTS; i++)
        if (*slots[i].key)
            length += (size_t) snprintf(table_text + length, sizeof table_text - length, "%s,%d,%d.%02d\n", slots[i].key, slots[i].quantity,
                    slots[i].cents / 100, slots[i].cents % 100);
    uint32_t sum = 0;
    for (size_t i = 0; i < length; i++) sum = sum * 31 + (uint8_t) table_text[i];
    return sum;
}

/* An image of 640 x 480 to 320 x 213, bilinear in 16.16 fixed point. */
enum { WIDE = 640, HIGH = 480, NARROW = 320, LOW = 213 };
static uint8_t large[WIDE * HIGH * 4], small[NARROW * LOW * 4];

static uint32_t resize(void) {
    uint32_t step_x = ((WIDE - 1) << 16) / NARROW, step_y = ((HIGH - 1) << 16) / LOW;
    for (uint32_t y = 0; y < LOW; y++) {
        uint32_t sy = y * step_y, fy = (sy & 0xffff) >> 8;
        for (uint32_t x = 0; x < NARROW; x++) {
            uint32_t sx = x * step_x, fx = (sx & 0xffff) >> 8;
            const uint8_t *p = large + ((sy >> 16) * WIDE + (sx >> 16)) * 4, *q = p + WIDE * 4;
            for (int c = 0; c < 4; c++) {
                uint32_t top = p[c] * (256 - fx) + p[c + 4] * fx, bottom = q[c] * (256 - fx) + q[c + 4] * fx;
                small[(y * NARROW + x) * 4 + c] = (uint8_t) ((top * (256 - fy) + bottom * fy) >> 16);
            }
        }
    }
    uint32_t sum = 0;
    for (size_t i = 0; i < sizeof small; i += 97) sum = sum * 31 + small[i];
    return sum;
}

static void prepare(void) {
    uint32_t seed = 1;
    for (int i = 0; i < HASHED; i++) hashed[i] = (uint8_t) ((seed = seed * 1664525 + 1013904223) >> 24);
    for (size_t i = 0; i < sizeof large; i++) large[i] = (uint8_t) ((seed = seed * 1664525 + 1013904223) >> 24);
    size_t n = (size_t) snprintf(document, sizeof document, "{\"orders\": [");
    for (int i = 0; i < ORDERS; i++) {
        seed = seed * 1664525 + 1013904223;
        n += (size_t) snprintf(document + n, sizeof document - n,
                "%s{\"id\": \"A-%d\", \"date\": \"2026-%02u-%02u\", \"product\": \"p%u\", \"quantity\": %u, \"price\": %u.%02u, \"note\": \"a \\\"b\\\" c\"}",
                i ? ", " : "", i, seed % 12 + 1, seed / 12 % 28 + 1, seed / 400 % 9, seed / 5000 % 20 + 1, seed / 100000 % 90 + 1, seed % 100);
    }
    document_length = n + (size_t) snprintf(document + n, sizeof document - n, "]}");
}

int main(void) {
    char name[16];
    int times;
    if (scanf("%15s %d", name, &times) != 2) return 2;
    uint32_t (*work)(void) = strcmp(name, "sha256") == 0 ? sha256 : strcmp(name, "json") == 0 ? json
            : strcmp(name, "table") == 0 ? table : strcmp(name, "resize") == 0 ? resize : NULL;
    if (!work) return 2;
    prepare();
    uint32_t sum = 0;
    for (int i = 0; i < times; i++) {
        struct timespec from, to;
        clock_gettime(CLOCK_MONOTONIC, &from);
        sum = work();
        clock_gettime(CLOCK_MONOTONIC, &to);
        printf("%lld\n", (to.tv_sec - from.tv_sec) * 1000000000LL + (to.tv_nsec - from.tv_nsec));
    }
    printf("sum %u\n", sum);
    return 0;
}
