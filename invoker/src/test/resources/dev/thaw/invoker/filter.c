/* A stdio function for tests: a greeting before its input is asked for, then the input in capitals. */
#include <ctype.h>
#include <stdio.h>

static int count;

int main(void) {
    printf("ready ");
    fflush(stdout);
    int c = getchar();
    if (c == '!') return 5;
    printf("%d ", ++count);
    for (; c != EOF; c = getchar()) putchar(toupper(c));
    fprintf(stderr, "done\n");
    return 0;
}
