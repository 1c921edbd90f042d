/*
 * The memory of QuickJS, which may begin as a picture of what an earlier process had: see snapshot.c.
 */
#ifndef DOCKER_SHIM_MEMORY_H
#define DOCKER_SHIM_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

#include "quickjs.h"

/* Where the picture's segment lies, which the linker is told as well (scripts/release/build-standalone.mjs): behind the
 * rest of the executable, and near enough for code that reaches two gigabytes. */
#define MEMORY_START ((char *)0x10000000)

extern const JSMallocFunctions memory_functions;

/* Begins to allocate from the segment; false where this executable has none, or it holds a picture already. */
bool memory_record(void);

/* How much was allocated from it. */
size_t memory_recorded(void);

/* Marks the segment as a picture of all that was recorded: its size in bytes. */
size_t memory_keep(void);

/* Allocates elsewhere from now on: what lies in the picture is neither freed nor grown in place. Its size in bytes; 0
 * where there is none. */
size_t memory_replay(void);

/* The first block that is recorded, of `size` bytes. */
void *memory_first(size_t size);

#endif
