/* Sends its event to ADDRESS PORT and lives or dies by what is answered: "!" fails the invocation, anything else is its response. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static char event[4 << 20], answer[1 << 16];

static void whole(int to, const char *from, size_t length) {
    while (length > 0) {
        ssize_t wrote = write(to, from, length);
        if (wrote <= 0)
            exit(4);
        from += wrote, length -= wrote;
    }
}

int main(int count, char **arguments) {
    if (count != 3)
        return 2;
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(arguments[2])), .sin_addr.s_addr = inet_addr(arguments[1])};
    size_t length = 0, got = 0;
    ssize_t part;
    while ((part = read(STDIN_FILENO, event + length, sizeof event - length)) > 0)
        length += part;
    int asked = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(asked, (struct sockaddr *)&to, sizeof to) != 0) {
        perror("connect");
        return 3;
    }
    unsigned prefix = htonl(length);
    whole(asked, (char *)&prefix, sizeof prefix);
    whole(asked, event, length);
    while ((part = read(asked, answer + got, sizeof answer - got)) > 0)
        got += part;
    if (got == 0 || answer[0] == '!')
        return 1;
    whole(STDOUT_FILENO, answer, got);
    return 0;
}
