/* The cheapest real docker there can be. To probes it answers as one that can export cache. */
#include <string.h>
#include <unistd.h>

static int say(const char *text) { return write(1, text, strlen(text)) < 0; }

int main(int argc, char **argv) {
  if (argc > 1 && strcmp(argv[1], "--version") == 0) return say("Docker version 28.5.2, build 0\n");
  for (int i = 1; i < argc; i++)
    if (strcmp(argv[i], "inspect") == 0)
      return say("Name: default\nDriver: docker\n\nLabels:\n org.mobyproject.buildkit.worker.snapshotter: overlayfs\n");
  return 0;
}
