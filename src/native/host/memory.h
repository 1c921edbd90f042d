/*
 * The engine's memory. It begins as a picture of the memory with all modules loaded, which the build takes. So a start parses
 * nothing, and the kernel reads only the pages that a command uses. What every command uses comes first.
 *
 * The picture is a segment of the executable, at a fixed address, so the kernel maps it together with the code it belongs to.
 * No other file can take its place, even while the executable is being replaced, and nothing has to be found or opened. The
 * build links the executable with an empty segment, runs it to take the picture, and writes that into the segment.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "quickjs.h"

/* The beginning of the segment. */
struct picture {
  /* in bytes: the segment as it was linked; the picture in it, 0 if there is none yet; the part that every command uses */
  size_t capacity, size, needed;
  JSRuntime *runtime;
  JSContext *context;
  /* the module main.js, which has not run yet */
  JSValue program;
};

/* The segment's address. The linker gets it too (scripts/release/build-standalone.mjs). It is behind the rest of the
 * executable, and in the two gigabytes that code can reach. */
#define PICTURE ((struct picture *)0x10000000)

/* Allocates for an engine whose memory begins as the picture. Blocks in the picture are not freed, nor grown in place. */
extern const JSMallocFunctions memory_functions;

/* Call this first. While modules are loaded, blocks come from the segment, in the places that the file `layout` names, which
 * the build makes (scripts/release/layout.mjs). Otherwise `layout` is not read, and may be NULL. */
void memory_begin(const char *layout);

/* Makes a picture of all recorded blocks, and writes the segment to `file`. Returns false if that fails. */
bool memory_keep(const char *file);
