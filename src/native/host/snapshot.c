#include "snapshot.h"

#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "memory.h"

/* Of Linux 5.14; bookworm's headers do not have them yet. */
#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#define MADV_POPULATE_WRITE 23
#endif

extern char __executable_start[], etext[];

/* Gets pages that are needed in any case with one call: each by a fault of its own costs more than all the rest. An
 * older kernel refuses, which does no harm. */
static void fetch(char *from, size_t length, int how) {
  uintptr_t start = (uintptr_t)from & ~(uintptr_t)4095, end = ((uintptr_t)from + length + 4095) & ~(uintptr_t)4095;
  madvise((void *)start, end - start, how);
}

/* How much of the picture was fetched. */
static size_t fetched;

/* What commands that need more than the usual take of the heap, in bytes, at the least. */
#define HEAP (512 << 10)

/* The first block of the picture, which says what it is a picture of. */
static struct snapshot *stored(void) { return memory_first(sizeof(struct snapshot)); }

const struct snapshot *snapshot_restore(void) {
  size_t size = memory_replay();
  if (size == 0) return NULL;
  const struct snapshot *snapshot = stored();
  fetch(MEMORY_START, snapshot->common, MADV_POPULATE_WRITE);
  fetch(MEMORY_START + snapshot->fresh, size - snapshot->fresh, MADV_POPULATE_WRITE);
  fetch(__executable_start, (size_t)(etext - __executable_start), MADV_POPULATE_READ);
  fetched = snapshot->common;
  return snapshot;
}

void snapshot_fetch(size_t reach) {
  if (reach <= fetched) return;
  fetch(MEMORY_START + fetched, reach - fetched, MADV_POPULATE_WRITE);
  fetched = reach;
  mallopt(M_TOP_PAD, HEAP);
  /* one setting that is made turns off that these two are found out */
  mallopt(M_TRIM_THRESHOLD, 64 << 20);
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  char *from = sbrk(0);
  free(malloc(HEAP / 2));
  char *to = sbrk(0);
  if (to > from) fetch(from, (size_t)(to - from), MADV_POPULATE_WRITE);
}

bool snapshot_write(const char *file, const struct snapshot *snapshot) {
  *stored() = *snapshot;
  size_t size = memory_keep();
  FILE *stream = fopen(file, "wb");
  return stream != NULL && fwrite(MEMORY_START, 1, size, stream) == size && fclose(stream) == 0;
}
