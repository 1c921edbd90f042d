/*
 * A picture of the engine's memory with all modules loaded, taken when the executable is built and mapped when it starts:
 * nothing is parsed, and of what a command does not use not even a page is read.
 *
 * The executable is linked at fixed addresses, so that what the picture says of functions and constants holds in every
 * run. It is the same file but for the picture behind its end. Without one (cross-built, or stripped since) the modules
 * are loaded from their byte code.
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

/* Maps the picture of this executable; false where there is none that fits. */
bool snapshot_restore(const char *executable, struct snapshot *snapshot);

/* Gets the pages up to there with one call, where they were not yet got, and some for what is made of them. */
void snapshot_fetch(size_t reach);

/* Writes the picture to a file. */
bool snapshot_write(const char *file, const struct snapshot *snapshot);

#endif
