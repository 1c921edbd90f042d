/*
 * The system calls that JavaScript may make, and what it may pass to each. A call returns what the kernel returns: if it
 * fails, minus the number of the error.
 */
#include "host.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

/*
 * `takes` has a letter for each argument from JavaScript:
 *   i  a number, passed as an integer
 *   t  a text without NUL, or null
 *   b  a Uint8Array, passed as its address and its length
 *   s  a Uint8Array of at least STRUCTURE bytes, for a structure of the kernel, passed as its address
 *   p  a Uint8Array of `struct pollfd`s, passed as its address and their number
 * and for arguments that only the kernel gets:
 *   n  a null address
 *   w  TIOCGWINSZ, which asks for the size of a terminal
 * The kernel's other arguments are 0. A call that a signal interrupts is repeated, except poll, which waits for signals.
 */
#define STRUCTURE 512
static const struct {
  const char *name;
  long number;
  const char *takes;
} calls[] = {
    {"openat", SYS_openat, "itii"},             {"close", SYS_close, "i"},
    {"read", SYS_read, "ib"},                   {"pread", SYS_pread64, "ibi"},
    {"write", SYS_write, "ib"},                 {"pwrite", SYS_pwrite64, "ibi"},
    {"copyFileRange", SYS_copy_file_range, "ininii"},{"ftruncate", SYS_ftruncate, "ii"},
    {"fsync", SYS_fsync, "i"},                  {"fstatat", SYS_newfstatat, "itsi"},
    {"fstat", SYS_fstat, "is"},                 {"statfs", SYS_statfs, "ts"},
    {"faccessat", SYS_faccessat, "iti"},        {"readlinkat", SYS_readlinkat, "itb"},
    {"getdents", SYS_getdents64, "ib"},         {"mkdirat", SYS_mkdirat, "iti"},
    {"unlinkat", SYS_unlinkat, "iti"},          {"renameat", SYS_renameat, "itit"},
    {"linkat", SYS_linkat, "ititi"},            {"symlinkat", SYS_symlinkat, "tit"},
    {"fchmodat", SYS_fchmodat, "iti"},          {"fchownat", SYS_fchownat, "itiii"},
    {"utimensat", SYS_utimensat, "itsi"},       {"socket", SYS_socket, "iii"},
    {"connect", SYS_connect, "ib"},             {"pipe", SYS_pipe2, "si"},
    {"poll", SYS_ppoll, "ps"},                  {"windowSize", SYS_ioctl, "iws"},
    {"kill", SYS_kill, "ii"},                   {"wait", SYS_wait4, "isi"},
    {"exit", SYS_exit_group, "i"},              {"setPriority", SYS_setpriority, "iii"},
    {"getpid", SYS_getpid, ""},                 {"getppid", SYS_getppid, ""},
    {"getuid", SYS_getuid, ""},                 {"geteuid", SYS_geteuid, ""},
    {"getgid", SYS_getgid, ""},                 {"umask", SYS_umask, "i"},
    {"chdir", SYS_chdir, "t"},                  {"getcwd", SYS_getcwd, "b"},
    {"uname", SYS_uname, "s"},                  {"clock", SYS_clock_gettime, "is"},
    {"getrandom", SYS_getrandom, "bi"},
};

struct words {
  long passed[6];
  int count;
  /* freed after the call; no call takes more than two */
  char *texts[2];
  int text_count;
};

/* Adds one of JavaScript's values by its letter in `takes`. Returns false if the value does not fit the letter. It never calls
 * back into JavaScript, so the addresses of arrays stay valid. */
static bool add(JSContext *ctx, struct words *words, char letter, JSValueConst value) {
  long *next = words->passed + words->count++;
  if (letter == 'i') return JS_IsNumber(value) && JS_ToInt64(ctx, (int64_t *)next, value) == 0;
  if (letter == 't') {
    if (JS_IsNull(value)) return true;
    char *text = host_bytes(ctx, value, NULL);
    *next = (long)text;
    words->texts[words->text_count++] = text;
    return text != NULL;
  }
  size_t size;
  uint8_t *bytes = JS_GetUint8Array(ctx, &size, value);
  *next = (long)bytes;
  if (letter == 'b') words->passed[words->count++] = (long)size;
  if (letter == 'p') words->passed[words->count++] = (long)(size / sizeof(struct pollfd));
  return bytes != NULL && (letter != 's' || size >= STRUCTURE);
}

/* While modules are loaded for the picture, nothing is random, and there is no terminal. Other calls throw. */
static JSValue while_loading(JSContext *ctx, int at) {
  long number = calls[at].number;
  if (number == SYS_getrandom) return JS_NewInt32(ctx, 0);
  if (number == SYS_ioctl) return JS_NewInt32(ctx, -ENOTTY);
  return JS_ThrowTypeError(ctx, "a module calls %s when it is loaded; do so when it is needed", calls[at].name);
}

/* Makes the system call `calls[at]`. JavaScript passes what its `takes` says; anything else throws. */
static JSValue call(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv, int at) {
  if (host_is_loading) return while_loading(ctx, at);
  struct words words = {.count = 0};
  bool fits = true;
  int taken = 0;
  for (const char *letter = calls[at].takes; *letter != 0 && fits; letter++) {
    if (*letter == 'n') words.count++;
    else if (*letter == 'w') words.passed[words.count++] = TIOCGWINSZ;
    else fits = taken < argc && add(ctx, &words, *letter, argv[taken++]);
  }
  const long *one = words.passed;
  long result = 0;
  if (fits) do {
      result = syscall(calls[at].number, one[0], one[1], one[2], one[3], one[4], one[5]);
      if (result < 0) result = -errno;
    } while (result == -EINTR && calls[at].number != SYS_ppoll);
  for (int i = 0; i < words.text_count; i++) free(words.texts[i]);
  if (fits) return JS_NewInt64(ctx, result);
  return JS_HasException(ctx) ? JS_EXCEPTION : JS_ThrowTypeError(ctx, "%s takes %s", calls[at].name, calls[at].takes);
}

void host_export(JSContext *ctx, JSModuleDef *module, bool defines) {
  for (int at = 0; at < (int)(sizeof calls / sizeof calls[0]); at++) {
    const char *name = calls[at].name;
    if (!defines) JS_AddModuleExport(ctx, module, name);
    else JS_SetModuleExport(ctx, module, name, JS_NewCFunctionMagic(ctx, call, name, 0, JS_CFUNC_generic_magic, at));
  }
  (defines ? JS_SetModuleExportList : JS_AddModuleExportList)(ctx, module, host_functions, host_function_count);
}
