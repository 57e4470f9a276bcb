/* A Lambda runtime in C for tests: counts its events, and does what an event says. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int count;
static char buffer[1 << 16];

static int dial(void) {
    struct sockaddr_in address = {.sin_family = AF_INET};
    char *api = strdup(getenv("AWS_LAMBDA_RUNTIME_API"));
    char *colon = strchr(api, ':');
    *colon = 0;
    address.sin_port = htons(atoi(colon + 1));
    inet_pton(AF_INET, api, &address.sin_addr);
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(s, (struct sockaddr *) &address, sizeof address)) {
        perror("connect");
        exit(3);
    }
    return s;
}

/* Reads one response; returns its body. */
static char *receive(int s) {
    int have = 0;
    for (;;) {
        int n = recv(s, buffer + have, sizeof buffer - 1 - have, 0);
        if (n <= 0) exit(4);
        have += n;
        buffer[have] = 0;
        char *end = strstr(buffer, "\r\n\r\n");
        char *length = strstr(buffer, "Content-Length: ");
        if (end && length && have >= end + 4 - buffer + atoi(length + 16)) return end + 4;
    }
}

static void misbehave(const char *event) {
    if (strstr(event, "loop")) for (;;) __asm__ volatile("");
    if (strstr(event, "crash")) *(volatile int *) 8 = 1;
    if (strstr(event, "abort")) abort();
    if (strstr(event, "exit")) exit(7);
    if (strstr(event, "hang")) pause();
    if (strstr(event, "sleep")) usleep(500000);
    if (strstr(event, "rest")) sleep(600);
    if (strstr(event, "eat")) for (;;) {
        char *p = malloc(1 << 20);
        if (p) memset(p, 1, 1 << 20);
    }
    if (strstr(event, "shout")) for (;;) {
        static char line[4096];
        memset(line, 'x', sizeof line - 1);
        line[sizeof line - 1] = '\n';
        if (write(2, line, sizeof line) < 0) exit(9);
    }
}

int main(int argc, char **argv) {
    if (argc > 1 && !strcmp(argv[1], "die")) {
        fprintf(stderr, "cannot start\n");
        return 1;
    }
    int s = dial();
    for (;;) {
        dprintf(s, "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: x\r\n\r\n");
        char *event = receive(s);
        char id[129] = "";
        sscanf(strstr(buffer, "Lambda-Runtime-Aws-Request-Id: "), "Lambda-Runtime-Aws-Request-Id: %128[^\r]", id);
        misbehave(event);
        printf("event %d\n", ++count);
        fflush(stdout);
        char body[70000];
        const char *mark = getenv("MARK");
        int length = mark ? snprintf(body, sizeof body, "{\"count\":%d,\"mark\":\"%s\",\"event\":%s}", count, mark, event)
                          : snprintf(body, sizeof body, "{\"count\":%d,\"event\":%s}", count, event);
        dprintf(s, "POST /2018-06-01/runtime/invocation/%s/response HTTP/1.1\r\nContent-Length: %d\r\n\r\n%s", id, length, body);
        receive(s);
    }
}
