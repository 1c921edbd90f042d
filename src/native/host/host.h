/*
 * What the parts of the host share: text to and from bytes, errors as Node words them.
 */
#ifndef DOCKER_SHIM_HOST_H
#define DOCKER_SHIM_HOST_H

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "quickjs.h"

/* Text from bytes that need not be UTF-8: a byte that is not part of any becomes a lone surrogate (0xDC00 + byte), which
 * host_bytes turns back, so that words and names pass through unchanged (as in Python's PEP 383). */
JSValue host_text(JSContext *ctx, const char *bytes, size_t length);

/* The bytes of a text, ended by a NUL, to be freed with free(); NULL with an exception set where it holds a NUL itself. */
char *host_bytes(JSContext *ctx, JSValueConst text);

/* Lists of texts, ended by NULL. */
char **host_list(JSContext *ctx, JSValueConst array);
void host_free_list(char **list);

/* The names and values of an object as NAME=VALUE. */
char **host_environment(JSContext *ctx, JSValueConst object);

/* Throws what Node throws for a failed system call: `ENOENT: no such file or directory, open '/x'`. */
JSValue host_error(JSContext *ctx, int code, const char *call, const char *path);

/* The name of an error number, such as ENOENT. */
const char *host_error_name(int code);

/* An integer argument, or the fallback where it is absent. */
int64_t host_integer(JSContext *ctx, JSValueConst value, int64_t fallback);

/* Which standard streams were closed when the process began, and are held by something that no child gets. */
extern bool host_held[3];

/* While modules are loaded for the picture, nothing of this process may be looked at: it is not the one that will run. */
extern bool host_is_loading;

/* What each part adds to the module `docker-shim:host`. */
extern const JSCFunctionListEntry host_file_functions[];
extern const int host_file_function_count;
extern const JSCFunctionListEntry host_process_functions[];
extern const int host_process_function_count;
extern const JSCFunctionListEntry host_byte_functions[];
extern const int host_byte_function_count;

#define HOST_COUNT(list) ((int)(sizeof(list) / sizeof((list)[0])))

#endif
