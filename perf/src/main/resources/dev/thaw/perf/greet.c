/* A function of JSON: {"name": ...} in, a greeting out. As a WebAssembly module, an instance a request. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char event[64 << 10];

int main(void) {
    size_t length = 0;
    for (ssize_t n; length < sizeof event - 1 && (n = read(0, event + length, sizeof event - 1 - length)) > 0;) length += (size_t) n;
    const char *name = "world", *at = strstr(event, "\"name\"");
    int size = 5;
    if (at && (at = strchr(at + 6, '"'))) {
        name = ++at;
        while (*at && *at != '"') at += *at == '\\' && at[1] ? 2 : 1;
        size = (int) (at - name);
    }
    char answer[64 << 10];
    int n = snprintf(answer, sizeof answer, "{\"message\": \"Hello, %.*s!\", \"event_bytes\": %zu}", size, name, length);
    return write(1, answer, (size_t) n) == n ? 0 : 1;
}
