/*
 * The cheapest real docker and Compose there can be. To probes it answers as one that can export cache; what
 * `compose config` prints is in the file that BENCH_PROJECT names.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int say(const char *text) { return write(1, text, strlen(text)) < 0; }

static int show(const char *file) {
  char part[65536];
  ssize_t length;
  int from = file == NULL ? -1 : open(file, O_RDONLY);
  if (from < 0) return 1;
  while ((length = read(from, part, sizeof part)) > 0)
    for (ssize_t at = 0, wrote; at < length; at += wrote)
      if ((wrote = write(1, part + at, (size_t)(length - at))) < 0) return 1;
  return length < 0;
}

int main(int argc, char **argv) {
  if (argc > 1 && strcmp(argv[1], "--version") == 0) return say("Docker version 28.5.2, build 0\n");
  if (argc > 1 && strcmp(argv[1], "version") == 0) return say("2.40.3\n");
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "inspect") == 0)
      return say("Name: default\nDriver: docker\n\nLabels:\n org.mobyproject.buildkit.worker.snapshotter: overlayfs\n");
    if (strcmp(argv[i], "config") == 0) return show(getenv("BENCH_PROJECT"));
  }
  return 0;
}
