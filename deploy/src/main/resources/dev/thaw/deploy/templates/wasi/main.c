/* A WebAssembly function: the event on standard input, the response on standard output.
 *
 * A request runs main from its beginning in an instance of its own. What initialize() prepares is in every instance from the start:
 * it ran once, at deploy. */
#include <stdio.h>
#include <string.h>

static char greeting[16];

__attribute__((export_name("wizer.initialize"))) void initialize(void) {
    strcpy(greeting, "Hello");
}

int main(void) {
    static char event[1 << 18];
    size_t length = fread(event, 1, sizeof event, stdin);
    fprintf(stderr, "an event of %zu bytes\n", length);
    printf("{\"message\": \"%s from WebAssembly!\", \"event_bytes\": %zu}\n", greeting, length);
    return 0;
}
