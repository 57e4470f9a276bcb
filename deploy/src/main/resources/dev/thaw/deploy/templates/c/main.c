/* A stdio function: the event on standard input, the response on standard output.
 *
 * Thaw takes the snapshot at the first read of standard input: what stands before it runs once, at deploy; what stands after it
 * runs for every request. */
#include <stdio.h>

int main(void) {
    static char event[6 << 20];
    size_t length = fread(event, 1, sizeof event, stdin);
    if (ferror(stdin)) {
        perror("reading the event");
        return 1;
    }
    fprintf(stderr, "an event of %zu bytes\n", length);
    printf("{\"message\": \"Hello from C!\", \"event_bytes\": %zu}\n", length);
    return 0;
}
