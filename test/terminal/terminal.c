/*
 * Runs a program on a terminal of its own: terminal COLUMNS ROWS FILE [WORD...].
 *
 * Standard input is typed at the terminal, what it shows goes to standard output. Descriptor 3 takes commands, one a line:
 * `size COLUMNS ROWS`, or `close`, after which the terminal is gone. Descriptor 4 says the program's process id, `started
 * N`, and how it ended: `exit N` or `signal N`.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void resize(int master, int columns, int rows) {
  struct winsize size = {.ws_col = (unsigned short)columns, .ws_row = (unsigned short)rows};
  ioctl(master, TIOCSWINSZ, &size);
}

static void copy(int to, const char *bytes, ssize_t length) {
  for (ssize_t done = 0, one; done < length; done += one)
    if ((one = write(to, bytes + done, (size_t)(length - done))) < 0) return;
}

int main(int argc, char **argv) {
  int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (argc < 4 || master < 0 || grantpt(master) || unlockpt(master)) return 100;
  resize(master, atoi(argv[1]), atoi(argv[2]));
  char name[64];
  ptsname_r(master, name, sizeof name);
  pid_t child = fork();
  if (child == 0) {
    setsid();
    int terminal = open(name, O_RDWR);
    ioctl(terminal, TIOCSCTTY, 0);
    for (int i = 0; i < 3; i++) dup2(terminal, i);
    close(terminal);
    close(3);
    close(4);
    execvp(argv[3], argv + 3);
    _exit(127);
  }
  dprintf(4, "started %d\n", child);
  struct pollfd polled[] = {{0, POLLIN, 0}, {3, POLLIN, 0}, {master, POLLIN, 0}};
  char bytes[65536];
  while (polled[2].fd >= 0) {
    poll(polled, 3, -1);
    if (polled[0].revents) {
      ssize_t length = read(0, bytes, sizeof bytes);
      if (length > 0) copy(master, bytes, length);
      else polled[0].fd = -1;
    }
    if (polled[1].revents) {
      ssize_t length = read(3, bytes, sizeof bytes - 1);
      if (length <= 0) {
        polled[1].fd = -1;
      } else {
        int columns, rows;
        bytes[length] = 0;
        if (sscanf(bytes, "size %d %d", &columns, &rows) == 2) resize(master, columns, rows);
        else if (strncmp(bytes, "close", 5) == 0) polled[2].fd = -1;
      }
    }
    if (polled[2].fd >= 0 && polled[2].revents) {
      ssize_t length = read(master, bytes, sizeof bytes);
      /* nobody has the terminal open any more */
      if (length <= 0) break;
      copy(1, bytes, length);
    }
  }
  close(master);
  int status;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {}
  dprintf(4, WIFEXITED(status) ? "exit %d\n" : "signal %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
  return 0;
}
