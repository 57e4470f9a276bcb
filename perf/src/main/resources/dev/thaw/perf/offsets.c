/* Does as good as nothing with a batch of Kafka's records: says which they were, "PARTITION FIRST LAST", so that the time of that line in the log
 * is when they were handled. Base64 has no quotes: what is looked for stands in no record's key or value. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char event[4 << 20];

int main(void) {
    size_t length = 0;
    ssize_t part;
    while ((part = read(STDIN_FILENO, event + length, sizeof event - 1 - length)) > 0)
        length += part;
    static const char partition[] = "\"partition\":", offset[] = "\"offset\":";
    const char *at = strstr(event, partition), *first = strstr(event, offset), *last = first;
    if (!at || !first)
        return 1;
    for (const char *next = first; next; next = strstr(next + 1, offset))
        last = next;
    fprintf(stderr, "%ld %ld %ld\n", atol(at + sizeof partition - 1), atol(first + sizeof offset - 1), atol(last + sizeof offset - 1));
    puts("{}");
    return 0;
}
