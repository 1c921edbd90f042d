/*
 * What AddressSanitizer and UndefinedBehaviorSanitizer do in `npm run build:standalone -- --sanitize`: their reports go to files, which no
 * redirection of the program's output can hide. The program frees nothing when it ends.
 */
const char *__asan_default_options(void);
const char *__asan_default_options(void) { return "detect_leaks=0:log_path=" REPORTS; }
const char *__ubsan_default_options(void);
const char *__ubsan_default_options(void) { return "print_stacktrace=1:log_path=" REPORTS; }
