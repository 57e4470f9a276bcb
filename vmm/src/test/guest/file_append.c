/* behaviour: O_APPEND writes at the end; holes read as zeros; offsets past the end stay
   linkages: static pie musl */
#include "guest.h"
int main(void) {
    char text[64];
    int a = open("a", O_CREAT | O_RDWR | O_APPEND, 0600), b = open("a", O_RDWR);
    R(write(a, "one", 3)); R(write(b, "TWO", 3)); R(write(a, "three", 5)); R(write(b, "four", 4));
    show("a");
    R(lseek(a, 0, SEEK_CUR)); R(lseek(b, 0, SEEK_CUR));
    R(pwrite(a, "zz", 2, 0));
    show("a");
    int s = open("s", O_CREAT | O_RDWR, 0600);
    R(lseek(s, 100000, SEEK_SET)); R(write(s, "end", 3));
    R(lseek(s, 0, SEEK_END));
    R(pread(s, text, 10, 50000));
    long sum = 0; for (int i = 0; i < 10; i++) sum += text[i];
    V(sum);
    R(lseek(s, -1, SEEK_SET)); R(lseek(s, -200000, SEEK_END)); R(lseek(s, 5, 77));
    R(lseek(s, 1L << 40, SEEK_SET)); R(read(s, text, 5));
    R(pwrite(s, "far", 3, 1L << 32));
    R(lseek(s, 0, SEEK_END));
    R(pread(s, text, 3, 1L << 32)); text[3] = 0; puts(text);
    R(pread(s, text, 3, -1)); R(pwrite(s, text, 3, -1));
    R(lseek(s, 0, SEEK_DATA)); 
    struct stat st; R(fstat(s, &st)); V(st.st_size);
    return 0;
}
