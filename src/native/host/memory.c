#include "memory.h"

#include <malloc.h>
#include <stdio.h>
#include <sys/mman.h>

#include "host.h"

/* The layout: for each region, the offsets in the segment of its next block and of its end; for each block, in the order of
 * allocation, its region. Blocks that are freed while modules are loaded are in a region far behind the picture. */
enum { NEEDED, REST, GIVEN_BACK, REGIONS };
static struct { size_t next, end; } regions[REGIONS];
static uint8_t region_of[1 << 18];
static size_t asked, planned;

static bool is_recorded(const void *pointer) {
  return host_is_loading || (size_t)((const char *)pointer - (char *)PICTURE) < PICTURE->capacity;
}

/* Where the size of a recorded block is: in front of it. */
static size_t *size_of(const void *pointer) { return (size_t *)(uintptr_t)pointer - 1; }

/* Returns a block of `size` bytes, or NULL if its region has no room, because the layout is for other modules. */
static void *record(size_t size) {
  size_t rounded = (size + 7) & ~(size_t)7, region = asked < planned ? region_of[asked++] : REGIONS;
  if (region == REGIONS || rounded < size || regions[region].end - regions[region].next < sizeof size + rounded) return NULL;
  char *block = (char *)PICTURE + regions[region].next + sizeof size;
  regions[region].next += sizeof size + rounded;
  *size_of(block) = rounded;
  return block;
}

static void *allocate(void *opaque, size_t size) { return host_is_loading ? record(size) : malloc(size); }

static void *allocate_zeroed(void *opaque, size_t count, size_t size) {
  size_t total;
  if (!host_is_loading) return calloc(count, size);
  void *pointer = __builtin_mul_overflow(count, size, &total) ? NULL : record(total);
  return pointer == NULL ? NULL : memset(pointer, 0, total);
}

static void release(void *opaque, void *pointer) { if (!is_recorded(pointer)) free(pointer); }

static void *resize(void *opaque, void *pointer, size_t size) {
  if (pointer == NULL) return allocate(opaque, size);
  if (!is_recorded(pointer)) return realloc(pointer, size);
  if (size <= *size_of(pointer)) return pointer;
  void *larger = allocate(opaque, size);
  return larger == NULL ? NULL : memcpy(larger, pointer, *size_of(pointer));
}

static size_t usable(const void *pointer) {
  return is_recorded(pointer) ? *size_of(pointer) : malloc_usable_size((void *)(uintptr_t)pointer);
}

const JSMallocFunctions memory_functions = {.js_calloc = allocate_zeroed,
                                            .js_malloc = allocate,
                                            .js_free = release,
                                            .js_realloc = resize,
                                            .js_malloc_usable_size = usable};

void memory_begin(const char *layout) {
  /* one call instead of a fault for each page; before Linux 5.14 it fails, and the faults happen */
  if (!host_is_loading) madvise(PICTURE, PICTURE->needed, MADV_POPULATE_WRITE);
  FILE *file = host_is_loading ? fopen(layout, "rb") : NULL;
  if (file == NULL || fread(regions, sizeof regions, 1, file) != 1) return;
  void *start = (char *)PICTURE + regions[GIVEN_BACK].next;
  size_t size = regions[GIVEN_BACK].end - regions[GIVEN_BACK].next;
  if (size > 0 && mmap(start, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) != start) return;
  planned = fread(region_of, 1, sizeof region_of, file);
  PICTURE->needed = regions[NEEDED].end;
}

bool memory_keep(const char *file) {
  if (planned < sizeof region_of && asked != planned) return false; /* the layout is for other modules */
  PICTURE->size = regions[REST].next;
  FILE *stream = fopen(file, "wb");
  return stream != NULL && fwrite(PICTURE, 1, PICTURE->size, stream) == PICTURE->size && fclose(stream) == 0;
}
