/*
 * The least that passing connections on to another socket takes: `relay LISTEN TO copy|splice`. A thread for each direction
 * reads and writes 256 kB at a time, or has the kernel move the bytes without a copy.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { SIZE = 256 << 10 };
static struct sockaddr_un daemon_at = { .sun_family = AF_UNIX };
static int is_splice;
struct way { int from, to, between[2]; char *buffer; };

static ssize_t take(struct way *way) {
  return is_splice ? splice(way->from, NULL, way->between[1], NULL, SIZE, SPLICE_F_MOVE) : read(way->from, way->buffer, SIZE);
}

static ssize_t give(struct way *way, size_t at, size_t left) {
  return is_splice ? splice(way->between[0], NULL, way->to, NULL, left, SPLICE_F_MOVE) : write(way->to, way->buffer + at, left);
}

static void *pass(void *argument) {
  struct way *way = argument;
  ssize_t length, wrote = 0;
  while (wrote >= 0 && (length = take(way)) > 0)
    for (ssize_t at = 0; at < length && (wrote = give(way, (size_t)at, (size_t)(length - at))) >= 0;) at += wrote;
  shutdown(way->to, SHUT_WR);
  return NULL;
}

static void *serve(void *argument) {
  struct way ways[2] = { { .from = (int)(long)argument }, { .to = (int)(long)argument } };
  pthread_t other;
  ways[0].to = ways[1].from = socket(AF_UNIX, SOCK_STREAM, 0);
  for (int i = 0; i < 2; i++) {
    ways[i].buffer = malloc(SIZE);
    if (pipe(ways[i].between) != 0 || fcntl(ways[i].between[0], F_SETPIPE_SZ, 1 << 20) < 0) exit(1);
  }
  if (connect(ways[0].to, (struct sockaddr *)&daemon_at, sizeof daemon_at) == 0) {
    pthread_create(&other, NULL, pass, &ways[0]);
    pass(&ways[1]);
    shutdown(ways[0].from, SHUT_RDWR); /* the client's end is for nobody any more */
    pthread_join(other, NULL);
  }
  for (int i = 0; i < 2; i++) {
    free(ways[i].buffer);
    close(ways[i].between[0]);
    close(ways[i].between[1]);
    close(ways[i].from);
  }
  return NULL;
}

int main(int argc, char **argv) {
  struct sockaddr_un here = { .sun_family = AF_UNIX };
  int listener = socket(AF_UNIX, SOCK_STREAM, 0), client;
  pthread_t thread;
  if (argc != 4) return 2;
  strncpy(here.sun_path, argv[1], sizeof here.sun_path - 1);
  strncpy(daemon_at.sun_path, argv[2], sizeof daemon_at.sun_path - 1);
  is_splice = strcmp(argv[3], "splice") == 0;
  signal(SIGPIPE, SIG_IGN);
  if (bind(listener, (struct sockaddr *)&here, sizeof here) != 0 || listen(listener, 100) != 0) return 1;
  while ((client = accept(listener, NULL, NULL)) >= 0)
    if (pthread_create(&thread, NULL, serve, (void *)(long)client) == 0) pthread_detach(thread);
  return 1;
}
