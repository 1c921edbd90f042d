/*
 * A picture of the engine's memory with all modules loaded, taken when the executable is built: nothing is parsed at a
 * start, and of what a command does not use not even a page is read.
 *
 * The picture is a segment of the executable itself, at a fixed address of its own, so the kernel maps it together with
 * the code it belongs to: no other file can take its place, also while the executable is being replaced, and nothing
 * has to be found or opened. The build links the executable with an empty segment, has it take the picture, and writes
 * that into the segment's place; addresses do not change. An executable without a picture (cross-built, or built for
 * sanitizers) loads the modules from their byte code.
 */
#ifndef DOCKER_SHIM_SNAPSHOT_H
#define DOCKER_SHIM_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>

#include "quickjs.h"

#define SNAPSHOT_MODULES 32

struct snapshot {
  JSRuntime *runtime;
  JSContext *context;
  /* the function that waits, see main.c */
  JSValue turn;
  /* the module main.js, not yet run */
  JSValue program;
  /* how much of it, from the beginning, every command needs, and where the part begins that is still free */
  size_t common, fresh;
  /* up to where each module lies with all that it needs, in the order of modules.inc */
  size_t reach[SNAPSHOT_MODULES];
};

/* The picture that this executable holds; NULL where it has none. */
const struct snapshot *snapshot_restore(void);

/* Gets the pages up to there with one call, where they were not yet got, and some for what is made of them. */
void snapshot_fetch(size_t reach);

/* Writes the segment, with what was recorded, to a file. */
bool snapshot_write(const char *file, const struct snapshot *snapshot);

#endif
