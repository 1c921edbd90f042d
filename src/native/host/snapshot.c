#include "snapshot.h"

#include <fcntl.h>
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "memory.h"

/* Page sizes of x86-64 and arm64 are divisors of this. */
#define ALIGNMENT 65536

/* The end of the file. */
struct trailer {
  char magic[16];
  /* tells executables with other addresses apart */
  const void *witness;
  size_t size;
  struct snapshot snapshot;
};

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

static const char magic[16] = "docker-shim heap";

bool snapshot_restore(const char *executable, struct snapshot *snapshot) {
  int file = open(executable, O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  off_t length = lseek(file, 0, SEEK_END);
  struct trailer trailer;
  bool fits = length > (off_t)sizeof trailer &&
              pread(file, &trailer, sizeof trailer, length - (off_t)sizeof trailer) == (ssize_t)sizeof trailer &&
              memcmp(trailer.magic, magic, sizeof magic) == 0 && trailer.witness == (const void *)snapshot_restore;
  off_t offset = fits ? length - (off_t)sizeof trailer - (off_t)trailer.size : 0;
  fits = fits && offset > 0 && offset % ALIGNMENT == 0 &&
         mmap(MEMORY_START, trailer.size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED_NOREPLACE, file, offset) ==
             MEMORY_START;
  close(file);
  if (!fits) return false;
  memory_replay(trailer.size);
  fetch(MEMORY_START, trailer.snapshot.common, MADV_POPULATE_WRITE);
  fetch(MEMORY_START + trailer.snapshot.fresh, trailer.size - trailer.snapshot.fresh, MADV_POPULATE_WRITE);
  fetch(__executable_start, (size_t)(etext - __executable_start), MADV_POPULATE_READ);
  *snapshot = trailer.snapshot;
  fetched = trailer.snapshot.common;
  return true;
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
  struct trailer trailer = {.witness = (const void *)snapshot_restore, .snapshot = *snapshot};
  memcpy(trailer.magic, magic, sizeof magic);
  trailer.size = (memory_recorded() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  FILE *stream = fopen(file, "wb");
  return stream != NULL && fwrite(MEMORY_START, 1, trailer.size, stream) == trailer.size &&
         fwrite(&trailer, 1, sizeof trailer, stream) == sizeof trailer && fclose(stream) == 0;
}
