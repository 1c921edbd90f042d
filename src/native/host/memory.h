/*
 * The engine's memory, which begins as a picture of what it was with all modules loaded, taken when the executable is
 * built: nothing is parsed at a start, and of what a command does not use not even a page is read. What every command uses
 * lies together at its beginning.
 *
 * The picture is a segment of the executable itself, at a fixed address of its own, so the kernel maps it together with
 * the code it belongs to: no other file can take its place, also while the executable is being replaced, and nothing
 * has to be found or opened. The build links the executable with an empty segment, has it take the picture, and writes
 * that into the segment's place.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "quickjs.h"

/* The beginning of the segment. */
struct picture {
  /* how large the segment is, as it was linked; how much of it is a picture, 0 until one was taken; how much every command
   * uses */
  size_t capacity, size, needed;
  JSRuntime *runtime;
  JSContext *context;
  /* the module main.js, not yet run */
  JSValue program;
};

/* Where it lies, which the linker is told as well (scripts/release/build-standalone.mjs): behind the rest of the
 * executable, and near enough for code that reaches two gigabytes. */
#define PICTURE ((struct picture *)0x10000000)

/* For an engine whose memory begins as the picture. What lies there is neither freed nor grown in place. */
extern const JSMallocFunctions memory_functions;

/* Before all else. While modules are loaded, blocks are then taken from the segment as the layout says, a file that the
 * build made (scripts/release/layout.mjs); later it is not looked at. */
void memory_begin(const char *layout);

/* Makes a picture of all that was recorded, and writes the segment to a file; false where that fails, with errno. */
bool memory_keep(const char *file);
