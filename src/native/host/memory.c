#include "memory.h"

#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool recording;

/* How much of the segment is in use. */
static size_t used;

/* Before each block of the picture: its size. */
struct block {
  size_t size, unused;
};

static struct block *block_of(const void *pointer) { return (struct block *)(uintptr_t)pointer - 1; }

static char *end(void) { return (char *)PICTURE + used; }

static bool in_picture(const void *pointer) { return (char *)pointer >= (char *)PICTURE && (char *)pointer < end(); }

/* A block of `size` bytes; NULL where the segment has no room for it. */
static void *record(size_t size) {
  size_t rounded = (size + 15) & ~(size_t)15;
  if (rounded < size || rounded > PICTURE->capacity || used + sizeof(struct block) + rounded > PICTURE->capacity) return NULL;
  struct block *block = (struct block *)(void *)end();
  used += sizeof *block + rounded;
  block->size = rounded;
  return block + 1;
}

static void *allocate(void *opaque, size_t size) { return recording ? record(size) : malloc(size); }

static void *allocate_zeroed(void *opaque, size_t count, size_t size) {
  size_t total;
  if (!recording) return calloc(count, size);
  void *pointer = __builtin_mul_overflow(count, size, &total) ? NULL : record(total);
  return pointer == NULL ? NULL : memset(pointer, 0, total);
}

static void release(void *opaque, void *pointer) {
  if (!in_picture(pointer)) {
    free(pointer);
  } else if (recording && (char *)pointer + block_of(pointer)->size == end()) {
    /* the last block can be given back; others are few, and cost only space in the file */
    used = (size_t)((char *)block_of(pointer) - (char *)PICTURE);
  }
}

static void *resize(void *opaque, void *pointer, size_t size) {
  if (pointer == NULL) return allocate(opaque, size);
  if (!in_picture(pointer)) return realloc(pointer, size);
  size_t old = block_of(pointer)->size;
  if (size <= old) return pointer;
  void *larger = allocate(opaque, size);
  if (larger != NULL) memcpy(larger, pointer, old);
  if (larger != NULL) release(opaque, pointer);
  return larger;
}

static size_t usable(const void *pointer) {
  return in_picture(pointer) ? block_of(pointer)->size : malloc_usable_size((void *)(uintptr_t)pointer);
}

const JSMallocFunctions memory_functions = {.js_calloc = allocate_zeroed,
                                            .js_malloc = allocate,
                                            .js_free = release,
                                            .js_realloc = resize,
                                            .js_malloc_usable_size = usable};

void memory_begin(bool records) {
  recording = records;
  used = records ? (sizeof(struct picture) + 15) & ~(size_t)15 : PICTURE->size;
}

bool memory_keep(const char *file) {
  recording = false;
  PICTURE->size = used;
  FILE *stream = fopen(file, "wb");
  return stream != NULL && fwrite(PICTURE, 1, used, stream) == used && fclose(stream) == 0;
}
