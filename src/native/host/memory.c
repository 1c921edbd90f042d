#include "memory.h"

#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static bool recording;
static size_t used;

/* The beginning of the segment: how large it is, as it was linked, and how much of it is a picture. */
struct segment {
  size_t capacity;
  size_t size;
};

#define SEGMENT ((struct segment *)(void *)MEMORY_START)

/* Before each block of the picture: its size. */
struct block {
  size_t size;
  size_t unused;
};

static struct block *block_of(const void *pointer) { return (struct block *)(uintptr_t)pointer - 1; }

static bool in_picture(const void *pointer) {
  return (const char *)pointer >= MEMORY_START && (const char *)pointer < MEMORY_START + used;
}

static void *record(size_t size) {
  size_t rounded = (size + 15) & ~(size_t)15;
  if (rounded < size || used + sizeof(struct block) + rounded > SEGMENT->capacity) return NULL;
  struct block *block = (struct block *)(void *)(MEMORY_START + used);
  used += sizeof *block + rounded;
  block->size = rounded;
  return block + 1;
}

static void *allocate(void *opaque, size_t size) { return recording ? record(size) : malloc(size); }

static void *allocate_zeroed(void *opaque, size_t count, size_t size) {
  if (!recording) return calloc(count, size);
  size_t total;
  if (__builtin_mul_overflow(count, size, &total)) return NULL;
  void *pointer = record(total);
  return pointer == NULL ? NULL : memset(pointer, 0, total);
}

static void release(void *opaque, void *pointer) {
  if (!in_picture(pointer)) {
    free(pointer);
    return;
  }
  struct block *block = block_of(pointer);
  /* the last block can be given back; others are few, and cost only space in the file */
  if (recording && (char *)(block + 1) + block->size == MEMORY_START + used) used -= sizeof *block + block->size;
}

static void *resize(void *opaque, void *pointer, size_t size) {
  if (pointer == NULL) return allocate(opaque, size);
  if (!in_picture(pointer)) return realloc(pointer, size);
  size_t old = block_of(pointer)->size;
  if (size <= old) return pointer;
  void *larger = allocate(opaque, size);
  if (larger != NULL) {
    memcpy(larger, pointer, old);
    release(opaque, pointer);
  }
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

#ifdef WITHOUT_PICTURE

bool memory_record(void) { return false; }
size_t memory_replay(void) { return 0; }

#else

bool memory_record(void) {
  if (SEGMENT->size != 0) return false;
  used = sizeof(struct segment);
  recording = true;
  return true;
}

size_t memory_replay(void) {
  used = SEGMENT->size;
  return used;
}

#endif

size_t memory_recorded(void) { return used; }

size_t memory_keep(void) {
  SEGMENT->size = used;
  return used;
}

void *memory_first(size_t size) {
  return recording && used == sizeof(struct segment) ? record(size) : MEMORY_START + sizeof(struct segment) + sizeof(struct block);
}
