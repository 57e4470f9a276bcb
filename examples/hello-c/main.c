/* A stdio function: the event on standard input, the response on standard output.
 *
 * Thaw takes the snapshot at the first read of standard input: all that stands before it runs once, when the function is
 * deployed; all that stands after it runs for every request, in a machine of its own. */
#include <stdio.h>
#include <unistd.h>

static int requests_seen;

int main(void) {
    /* Initialisation goes here: tables, parsed configuration, opened files. */
    setvbuf(stdout, NULL, _IOFBF, 1 << 16);

    static char chunk[1 << 16];
    long total = 0;
    ssize_t got;
    while ((got = read(STDIN_FILENO, chunk, sizeof chunk)) > 0)
        total += got;
    if (got < 0) {
        perror("reading the event");
        return 1;
    }
    requests_seen++;
    printf("{\"message\":\"Hello from C\",\"requests_seen\":%d,\"event_bytes\":%ld}\n", requests_seen, total);
    return fflush(stdout) == 0 ? 0 : 1;
}
