/*
 * What the parts of the host share. A function that takes a context may throw: it then returns NULL, false or JS_EXCEPTION.
 */
#pragma once

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "quickjs.h"

/* A function for JavaScript. QuickJS passes at least as many arguments as its entry in the list says, of any type. */
#define FUNCTION(name) static JSValue name(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)

/* Makes a text of `length` bytes, which may be any bytes. A byte that is not part of valid UTF-8 becomes a lone surrogate
 * (0xDC00 + byte), and host_bytes turns that back, so words and names pass through unchanged (as in Python's PEP 383). */
JSValue host_text(JSContext *ctx, const char *bytes, size_t length);

/* Returns the bytes of a text, ended by a NUL; the caller frees them with free(). Throws if `text` is not a text. With
 * `length`, the text may contain NULs, and `length` is set to the number of bytes; with NULL, it may not. */
char *host_bytes(JSContext *ctx, JSValueConst text, size_t *length);

/* Whether modules are being loaded for the picture. Then they may not look at this process: another one will run. */
extern bool host_is_loading;

/* Which standard streams were closed when the process began. /dev/null holds their numbers; children get them closed. */
extern bool host_held[3];

/* The words of the command, with its name first and NULL last. */
extern char **host_words;

/* Declares the exports of the module `docker-shim:host` (types in `src/native/host.d.ts`), or, if `defines`, sets their
 * values, which QuickJS wants when it evaluates the module. */
void host_export(JSContext *ctx, JSModuleDef *module, bool defines);

/* The exports that are not system calls. Each one's comment says what may be passed to it. */
extern const JSCFunctionListEntry host_functions[];
extern const int host_function_count;
typedef JSValue host_function(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv);
typedef JSValue host_variant(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv, int variant);
host_function host_sha256;
host_variant host_encode, host_decode;
