/*
 * What takes more than one system call: starting and becoming other programs, signals, and what this process was given.
 */
#include "host.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/auxv.h>
#include <sys/wait.h>

extern char **environ;

bool host_held[3];

/* The handler writes each signal here as one byte, so that poll can wait for signals together with everything else. */
static int signal_pipe[2] = {-1, -1};

/* Whether SIGCHLD was ignored or blocked when this process began. Programs that it starts or becomes get that back. */
static bool children_were_ignored, children_were_blocked;

static void on_signal(int number) {
  int before = errno;
  unsigned char byte = (unsigned char)number;
  /* if the pipe is full, there are enough signals in it */
  if (write(signal_pipe[1], &byte, 1) < 0) errno = before;
  errno = before;
}

/* signals(): the descriptor from which to read handled signals, a byte each, or minus the error */
FUNCTION(signals) {
  if (signal_pipe[0] < 0 && pipe2(signal_pipe, O_CLOEXEC | O_NONBLOCK)) return JS_NewInt32(ctx, -errno);
  return JS_NewInt32(ctx, signal_pipe[0]);
}

/* Blocks or unblocks SIGCHLD: `how` is SIG_BLOCK or SIG_UNBLOCK. Returns whether it was blocked before. */
static bool block_children(int how) {
  sigset_t children, before;
  sigemptyset(&children);
  sigaddset(&children, SIGCHLD);
  return sigprocmask(how, &children, &before) == 0 && sigismember(&before, SIGCHLD) == 1;
}

/* handle(signal, handled): 0 or minus the error. Call `signals` first. With `handled` false, the signal has its default effect.
 * A signal that was ignored when this process began stays ignored, except SIGCHLD. */
FUNCTION(handle) {
  int32_t number;
  if (JS_ToInt32(ctx, &number, argv[0])) return JS_EXCEPTION;
  struct sigaction action = {.sa_handler = JS_ToBool(ctx, argv[1]) ? on_signal : SIG_DFL}, before;
  action.sa_flags = SA_RESTART | (number == SIGCHLD ? SA_NOCLDSTOP : 0);
  if (sigaction(number, NULL, &before)) return JS_NewInt32(ctx, -errno);
  if (before.sa_handler == SIG_IGN && number != SIGCHLD) return JS_NewInt32(ctx, 0);
  if (before.sa_handler == SIG_IGN) children_were_ignored = true;
  /* if blocked, it would never report a child's end; Go's runtime unblocks it too (runtime/sigtab_linux_generic.go) */
  if (number == SIGCHLD && block_children(SIG_UNBLOCK)) children_were_blocked = true;
  return JS_NewInt32(ctx, sigaction(number, &action, NULL) ? -errno : 0);
}

/* A program to run. */
struct program {
  char *file, *directory;
  /* each list ends with NULL, and its words are in one block */
  char **words, **environment;
  char *word_block, *environment_block;
  /* for each descriptor of the child, which one of ours it is */
  const int32_t *descriptors;
  size_t descriptor_count;
  bool detached;
  sigset_t mask;
};

/* Splits a text at NULs into `count` words. Returns a list that ends with NULL and points into `block`; both are freed with
 * free(). Throws if the text has another number of words; if `count` is 0, the text does not matter. */
static char **list(JSContext *ctx, JSValueConst text, JSValueConst count, char **block) {
  int64_t words, filled = 0;
  size_t length;
  if (JS_ToInt64(ctx, &words, count) || words < 0) return NULL;
  *block = host_bytes(ctx, text, &length);
  /* each word ends with a NUL, so there cannot be more than bytes */
  char **list = *block == NULL || (size_t)words > length + 1 ? NULL : calloc((size_t)words + 1, sizeof *list);
  for (char *at = *block; list != NULL && words > 0 && at <= *block + length; at += strlen(at) + 1)
    if (filled++ < words) list[filled - 1] = at;
  if (list != NULL && filled == words) return list;
  free(list);
  JS_ThrowTypeError(ctx, "must be a string without null bytes");
  return NULL;
}

/* Reads the first five arguments of execve and spawn. The caller calls free_program, also after false. */
static bool read_program(JSContext *ctx, JSValueConst *argv, struct program *program) {
  program->file = host_bytes(ctx, argv[0], NULL);
  if (program->file != NULL) program->words = list(ctx, argv[1], argv[2], &program->word_block);
  if (program->words != NULL) program->environment = list(ctx, argv[3], argv[4], &program->environment_block);
  return program->environment != NULL;
}

static void free_program(struct program *program) {
  free(program->file);
  free(program->directory);
  free(program->words);
  free(program->word_block);
  free(program->environment);
  free(program->environment_block);
}

/* execve(file, words, count, environment, count): becomes the program, or returns minus the error. `words` and `environment`
 * are texts: words, its name first, and NAME=VALUEs, joined by NULs. */
FUNCTION(become) {
  struct program program = {0};
  int code = 0;
  bool fits = read_program(ctx, argv, &program);
  if (fits) {
    if (children_were_blocked) block_children(SIG_BLOCK);
    if (children_were_ignored) signal(SIGCHLD, SIG_IGN);
    execve(program.file, program.words, program.environment);
    code = errno;
    if (children_were_blocked) block_children(SIG_UNBLOCK);
  }
  free_program(&program);
  return fits ? JS_NewInt32(ctx, -code) : JS_EXCEPTION;
}

/* A descriptor that the child gets if this process was given it. */
#define AS_GIVEN (-2)

/* In the child: puts its descriptors in place. Returns the error, or 0. */
static int hand_over(const struct program *program) {
  int count = (int)program->descriptor_count, moved[count + 1];
  /* first move all out of each other's way */
  for (int i = 0; i < count; i++) {
    int from = program->descriptors[i];
    if (from == i || from == AS_GIVEN) moved[i] = from;
    else moved[i] = from >= 0 ? fcntl(from, F_DUPFD_CLOEXEC, count) : open("/dev/null", O_RDWR | O_CLOEXEC);
    if (moved[i] == -1) return errno;
  }
  for (int i = 0; i < count; i++) {
    if (moved[i] == AS_GIVEN || (moved[i] == i && i < 3 && host_held[i])) continue;
    int flags = moved[i] == i ? fcntl(i, F_GETFD) : -1;
    if (flags >= 0) fcntl(i, F_SETFD, flags & ~FD_CLOEXEC);
    if (moved[i] != i && dup2(moved[i], i) < 0) return errno;
  }
  return 0;
}

/* Becomes the program, in the child, which shares the parent's memory until then. Returns the error if it cannot. */
static int begin(const struct program *program) {
  /* execve resets handlers, but one could run before that; ignored signals stay ignored */
  for (int number = 1; number < NSIG; number++) {
    struct sigaction action;
    if (sigaction(number, NULL, &action) == 0 && action.sa_handler == on_signal) signal(number, SIG_DFL);
  }
  if (children_were_ignored) signal(SIGCHLD, SIG_IGN);
  if (program->detached && setsid() < 0) return errno;
  if (program->directory != NULL && chdir(program->directory)) return errno;
  int failed = hand_over(program);
  if (failed != 0) return failed;
  sigset_t mask = program->mask;
  if (children_were_blocked) sigaddset(&mask, SIGCHLD);
  sigprocmask(SIG_SETMASK, &mask, NULL);
  execve(program->file, program->words, program->environment);
  return errno;
}

/* Starts the program. Returns its process id, or minus the error. */
static int start(struct program *program) {
  volatile int failed = 0;
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, &program->mask);
  pid_t process = vfork();
  if (process == 0) {
    failed = begin(program);
    _exit(127);
  }
  if (process < 0) failed = errno;
  else if (failed != 0) waitpid(process, NULL, 0);
  sigprocmask(SIG_SETMASK, &program->mask, NULL);
  return failed != 0 ? -failed : process;
}

/*
 * spawn(file, words, count, environment, count, directory or null, descriptors, detached): the process id, or minus the
 * error. `descriptors` is a Uint8Array of 32-bit numbers: number n becomes descriptor n of the child; -1 is /dev/null. For -2,
 * and beyond the list, the child gets what this process was given. If `detached`, it gets a session of its own.
 */
FUNCTION(spawn) {
  struct program program = {.detached = JS_ToBool(ctx, argv[7])};
  size_t size;
  program.descriptors = (const int32_t *)(void *)JS_GetUint8Array(ctx, &size, argv[6]);
  bool fits = program.descriptors != NULL && read_program(ctx, argv, &program);
  program.descriptor_count = fits ? size / sizeof *program.descriptors : 0;
  if (fits && !JS_IsNull(argv[5])) fits = (program.directory = host_bytes(ctx, argv[5], NULL)) != NULL;
  int result = fits ? start(&program) : 0;
  free_program(&program);
  return fits ? JS_NewInt32(ctx, result) : JS_EXCEPTION;
}

/* realpath(path): the absolute path without symbolic links, or minus the error */
FUNCTION(real_path) {
  char *path = host_bytes(ctx, argv[0], NULL);
  if (path == NULL) return JS_EXCEPTION;
  char *real = realpath(path, NULL);
  JSValue result = real == NULL ? JS_NewInt32(ctx, -errno) : host_text(ctx, real, strlen(real));
  free(real);
  free(path);
  return result;
}

/* error(number): the name and meaning of an error, such as ["ENOENT", "No such file or directory"] for 2 */
FUNCTION(error) {
  int32_t code;
  if (JS_ToInt32(ctx, &code, argv[0])) return JS_EXCEPTION;
  const char *name = strerrorname_np(code);
  JSValue pair = JS_NewArray(ctx);
  JS_SetPropertyUint32(ctx, pair, 0, JS_NewString(ctx, name == NULL ? "UNKNOWN" : name));
  JS_SetPropertyUint32(ctx, pair, 1, JS_NewString(ctx, strerror(code)));
  return pair;
}

/* words(): the words of the command, its name first
 * environment(): NAME=VALUEs; both as texts by host_text */
static JSValue given(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv, int of_environment) {
  if (host_is_loading) return JS_ThrowTypeError(ctx, "a module reads the command line or the environment when it is loaded; do so when it is needed");
  JSValue array = JS_NewArray(ctx);
  char **list = of_environment ? environ : host_words;
  for (uint32_t i = 0; list[i] != NULL; i++) JS_SetPropertyUint32(ctx, array, i, host_text(ctx, list[i], strlen(list[i])));
  return array;
}

/* executed(): the path that the kernel executed, as execve got it */
FUNCTION(executed) {
  const char *name = (const char *)getauxval(AT_EXECFN);
  return host_text(ctx, name == NULL ? "" : name, name == NULL ? 0 : strlen(name));
}

const JSCFunctionListEntry host_functions[] = {
    JS_CFUNC_DEF("signals", 0, signals),
    JS_CFUNC_DEF("handle", 2, handle),
    JS_CFUNC_DEF("execve", 5, become),
    JS_CFUNC_DEF("spawn", 8, spawn),
    JS_CFUNC_DEF("realpath", 1, real_path),
    JS_CFUNC_DEF("error", 1, error),
    JS_CFUNC_DEF("executed", 0, executed),
    JS_CFUNC_MAGIC_DEF("words", 0, given, false),
    JS_CFUNC_MAGIC_DEF("environment", 0, given, true),
    JS_CFUNC_MAGIC_DEF("encode", 1, host_encode, false),
    JS_CFUNC_MAGIC_DEF("bytes", 1, host_encode, true),
    JS_CFUNC_MAGIC_DEF("decode", 3, host_decode, false),
    JS_CFUNC_MAGIC_DEF("name", 3, host_decode, true),
    JS_CFUNC_DEF("sha256", 2, host_sha256),
};
const int host_function_count = sizeof host_functions / sizeof host_functions[0];
