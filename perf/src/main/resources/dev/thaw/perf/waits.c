/* Holds its instance for a second. */
#include <time.h>

int main(void) {
    struct timespec second = {1, 0};
    nanosleep(&second, 0);
    return 0;
}
