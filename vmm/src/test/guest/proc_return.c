/* behaviour: what main returns is the exit status
   linkages: static musl */
int main(void) { return 42; }
