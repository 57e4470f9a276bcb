/* behaviour: a loop without system calls
   linkages: static */
int main(void) { for (volatile unsigned long i = 0;; i++) { } }
