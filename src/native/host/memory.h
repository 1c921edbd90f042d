/*
 * The memory of QuickJS, which may begin as a picture of what an earlier process had: see snapshot.c.
 */
#ifndef DOCKER_SHIM_MEMORY_H
#define DOCKER_SHIM_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

#include "quickjs.h"

/* Where the picture lies: a fixed address, below all that Linux chooses by itself for programs at fixed addresses. */
#define MEMORY_START ((char *)0x1000000000)

/* Much more than the shim's modules take. */
#define MEMORY_SIZE ((size_t)256 << 20)

extern const JSMallocFunctions memory_functions;

/* Begins to allocate from the picture; false where its address is taken. */
bool memory_record(void);

/* How much was allocated from it. */
size_t memory_recorded(void);

/* Allocates elsewhere from now on: what lies in the first `size` bytes is neither freed nor grown in place. */
void memory_replay(size_t size);

#endif
