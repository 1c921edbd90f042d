/*
 * Times programs: measure ROUNDS -- FILE [WORD...] -- FILE [WORD...] ...
 *
 * One round runs each once, in turn, so that whatever else the machine does hits all alike. Prints for each the median of
 * its times and the median of what it took more than the first in the same round, in milliseconds, its peak memory in KiB,
 * and the median of the processor's time, in milliseconds, which a busy machine changes least.
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static int by_size(const void *one, const void *other) {
  double a = *(const double *)one, b = *(const double *)other;
  return (a > b) - (a < b);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

int main(int argc, char **argv) {
  int rounds = atoi(argv[1]), count = 0;
  char **commands[64];
  for (int i = 2; i < argc; i++)
    if (strcmp(argv[i], "--") == 0) {
      argv[i] = NULL;
      commands[count++] = argv + i + 1;
    }
  double *times = calloc((size_t)(rounds * count), sizeof(double)), *more = calloc((size_t)(rounds * count), sizeof(double));
  double *processor = calloc((size_t)(rounds * count), sizeof(double));
  long memory[64] = {0};
  posix_spawn_file_actions_t silent;
  posix_spawn_file_actions_init(&silent);
  for (int stream = 0; stream < 3; stream++)
    posix_spawn_file_actions_addopen(&silent, stream, "/dev/null", stream == 0 ? O_RDONLY : O_WRONLY, 0);
  for (int round = 0; round < rounds; round++)
    for (int i = 0; i < count; i++) {
      pid_t pid;
      int status;
      struct rusage usage;
      double began = now();
      if (posix_spawn(&pid, commands[i][0], &silent, NULL, commands[i], environ)) return 1;
      wait4(pid, &status, 0, &usage);
      times[i * rounds + round] = now() - began;
      processor[i * rounds + round] = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e3 +
                                      (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e3;
      more[i * rounds + round] = times[i * rounds + round] - times[round];
      if (usage.ru_maxrss > memory[i]) memory[i] = usage.ru_maxrss;
      if (status != 0) fprintf(stderr, "measure: %s ended with %d\n", commands[i][0], status);
    }
  for (int i = 0; i < count; i++) {
    qsort(times + i * rounds, (size_t)rounds, sizeof(double), by_size);
    qsort(more + i * rounds, (size_t)rounds, sizeof(double), by_size);
    qsort(processor + i * rounds, (size_t)rounds, sizeof(double), by_size);
    printf("%.3f %.3f %ld %.3f\n", times[i * rounds + rounds / 2], more[i * rounds + rounds / 2], memory[i],
           processor[i * rounds + rounds / 2]);
  }
  return 0;
}
