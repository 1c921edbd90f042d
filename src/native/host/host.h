/*
 * What the parts of the host share. Functions that take a context throw: NULL, false or JS_EXCEPTION say that they did.
 */
#pragma once

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "quickjs.h"

/* A function for JavaScript. QuickJS gives it at least as many arguments as its entry in a list says. */
#define FUNCTION(name) static JSValue name(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)

/* A text from `length` bytes that need not be UTF-8: a byte that is part of no sequence becomes a lone surrogate
 * (0xDC00 + byte), which host_bytes turns back, so that words and names pass through unchanged (as in Python's PEP 383). */
JSValue host_text(JSContext *ctx, const char *bytes, size_t length);

/* The bytes of a text and a NUL behind them, to be freed with free(). The text may hold NULs only where their number is
 * asked for by `length`; any other value than a text is refused. */
char *host_bytes(JSContext *ctx, JSValueConst text, size_t *length);

/* While modules are loaded for the picture, nothing of this process may be looked at: it is not the one that will run. */
extern bool host_is_loading;

/* Which standard streams were closed when the process began, and are held by something that no child gets. */
extern bool host_held[3];

/* The words of the command, its name first, ended by NULL. */
extern char **host_words;

/* Names the exports of the module `docker-shim:host` (`src/native/host.d.ts` has the types), or, when it is evaluated,
 * defines them. */
void host_export(JSContext *ctx, JSModuleDef *module, bool defines);

/* Those that are no system calls. They say what they take where they are defined. */
extern const JSCFunctionListEntry host_functions[];
extern const int host_function_count;
typedef JSValue host_function(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv);
typedef JSValue host_variant(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv, int variant);
host_function host_sha256;
host_variant host_encode, host_decode;
