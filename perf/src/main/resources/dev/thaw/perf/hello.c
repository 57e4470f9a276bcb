#include <stdio.h>
#include <string.h>

/* The smallest useful stdio function: reads the event, answers with its length. */
int main(void) {
    static char event[65536];
    size_t n = fread(event, 1, sizeof event, stdin);
    printf("{\"bytes\": %zu}\n", n);
    return 0;
}
