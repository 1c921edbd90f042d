/*
 * Stands where the real docker would, at a terminal: says which signals come, and how large the terminal is.
 *
 *   docker watch          says each INT, TERM, HUP, CONT, WINCH; ends with 7 at a line `end` or the third INT, with 8 at TERM
 *   docker plain          has no handlers
 *   docker forever        prints without end
 *   docker note FILE      notes in FILE that it began and that HUP came, and ends then
 *   docker cat            copies standard input
 *
 * `docker build --build-arg run=watch …` is the same as `docker watch`, after probes that say that cache can be exported.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static const int watched[] = {SIGINT, SIGTERM, SIGHUP, SIGCONT, SIGWINCH};
static const char *const names[] = {"INT", "TERM", "HUP", "CONT", "size"};
static int came[2];

static void note(int number) {
  unsigned char byte = (unsigned char)number;
  if (write(came[1], &byte, 1) < 0) _exit(9);
}

static void size(const char *word) {
  struct winsize window = {0};
  ioctl(1, TIOCGWINSZ, &window);
  printf("%s %d %d\n", word, window.ws_row, window.ws_col);
}

static int watch(void) {
  int interrupts = 0;
  struct pollfd polled[] = {{0, POLLIN, 0}, {came[0], POLLIN, 0}};
  size("ready");
  for (;;) {
    fflush(stdout);
    if (poll(polled, 2, -1) < 0) continue;
    unsigned char number;
    char line[256];
    if (polled[1].revents && read(came[0], &number, 1) == 1) {
      if (number == SIGWINCH) size("size");
      else if (number == SIGINT) printf("INT %d\n", ++interrupts);
      else
        for (int i = 0; i < 5; i++)
          if (watched[i] == number) printf("%s\n", names[i]);
      fflush(stdout);
      if (number == SIGTERM) return 8;
      if (interrupts == 3) return 7;
    } else if (polled[0].revents) {
      ssize_t length = read(0, line, sizeof line - 1);
      if (length == 0) polled[0].fd = -1;
      if (length > 0 && strncmp(line, "end", 3) == 0) return 7;
    }
  }
}

static int wait_for_hangup(const char *file) {
  FILE *stream = fopen(file, "w");
  fprintf(stream, "ready %d\n", getpid());
  fflush(stream);
  puts("ready");
  fflush(stdout);
  unsigned char number;
  while (read(came[0], &number, 1) != 1 || number != SIGHUP) {}
  fputs("HUP\n", stream);
  return fclose(stream) == 0 ? 0 : 9;
}

int main(int argc, char **argv) {
  const char *mode = argc > 1 ? argv[1] : "";
  const char *home = getenv("HOME");
  char file[4096];
  snprintf(file, sizeof file, "%s/note", home == NULL ? "" : home);
  if (strcmp(mode, "--version") == 0) return puts("Docker version 28.5.2, build 0") < 0;
  if (strcmp(mode, "buildx") == 0)
    return puts("Name: default\nDriver: docker\n\nLabels:\n org.mobyproject.buildkit.worker.snapshotter: overlayfs") < 0;
  for (int i = 2; i < argc && strcmp(mode, "build") == 0; i++)
    if (strncmp(argv[i], "run=", 4) == 0) mode = argv[i] + 4;
  if (strcmp(mode, "plain") == 0) {
    puts("ready");
    fflush(stdout);
    for (;;) pause();
  }
  if (strcmp(mode, "forever") == 0)
    for (;;) puts("line");
  if (strcmp(mode, "cat") == 0) {
    for (int byte; (byte = getchar()) != EOF;) putchar(byte);
    return puts("end of input") < 0;
  }
  if (pipe(came)) return 9;
  struct sigaction action = {.sa_handler = note};
  for (int i = 0; i < 5; i++) sigaction(watched[i], &action, NULL);
  return strcmp(mode, "note") == 0 ? wait_for_hangup(file) : watch();
}
