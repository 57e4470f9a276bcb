/* What a module costs that does nothing. */
void _start(void) {}
