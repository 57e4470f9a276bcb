/* A C program as a WebAssembly function: the event on standard input, the response on standard output.
 *
 * A request runs main from its beginning in an instance of its own. What initialize() prepares is in every instance from the start:
 * it ran once, when the function was deployed. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

static unsigned char is_word[256];
static int requests_seen;

__attribute__((export_name("wizer.initialize"))) void initialize(void) {
    for (int c = 0; c < 256; c++)
        is_word[c] = isalnum(c) || c >= 0x80;
}

int main(void) {
    static char event[1 << 16];
    size_t length = fread(event, 1, sizeof event, stdin);
    int words = 0;
    for (size_t i = 0; i < length; i++)
        words += is_word[(unsigned char) event[i]] && (i == 0 || !is_word[(unsigned char) event[i - 1]]);
    requests_seen++;
    printf("{\"message\":\"Hello from C in WebAssembly\",\"requests_seen\":%d,\"event_bytes\":%zu,\"words\":%d}\n", requests_seen, length, words);
    return 0;
}
