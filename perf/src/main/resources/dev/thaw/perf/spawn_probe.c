/* How long a native process takes from fork to its end, as a shell would start it.
 *
 *   spawn_probe REPETITIONS INPUT PROGRAM ARGS...    prints a line a repetition: microseconds; standard input is the file INPUT,
 *                                                    standard output goes to /dev/null
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static double microseconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

int main(int argc, char **argv) {
    if (argc < 4) {
        fprintf(stderr, "usage: spawn_probe REPETITIONS INPUT PROGRAM ARGS...\n");
        return 2;
    }
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 0, argv[2], O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
    for (int i = 0; i < atoi(argv[1]); i++) {
        double start = microseconds();
        pid_t pid;
        int status;
        if (posix_spawn(&pid, argv[3], &files, 0, argv + 3, environ) != 0 || waitpid(pid, &status, 0) != pid
            || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
            fprintf(stderr, "%s did not run to its end\n", argv[3]);
            return 1;
        }
        printf("%.1f\n", microseconds() - start);
    }
    return 0;
}
