/*
 * Processes, signals and waiting, for `src/native/node/process` and `child_process`.
 */
#include "host.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>

#define FUNCTION(name) static JSValue name(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)

/* Handled signals are written here as one byte each, so that they can be waited for together with everything else. */
static int signal_pipe[2] = {-1, -1};

/* Whoever started this process ignored or blocked SIGCHLD; what it starts or becomes gets that back. */
static bool children_were_ignored, children_were_blocked;

static void on_signal(int number) {
  int before = errno;
  unsigned char byte = (unsigned char)number;
  /* a full pipe already holds enough of them */
  if (write(signal_pipe[1], &byte, 1) < 0) errno = before;
  errno = before;
}

/* The reading end of the signals. */
FUNCTION(host_signals) {
  if (signal_pipe[0] < 0 && pipe2(signal_pipe, O_CLOEXEC | O_NONBLOCK)) return host_error(ctx, errno, "pipe", NULL);
  return JS_NewInt32(ctx, signal_pipe[0]);
}

/* Blocks SIGCHLD or not, whether it was blocked before. */
static bool block_children(int how) {
  sigset_t children, before;
  sigemptyset(&children);
  sigaddset(&children, SIGCHLD);
  return sigprocmask(how, &children, &before) == 0 && sigismember(&before, SIGCHLD) == 1;
}

/* handle(number, handled): SIGCHLD and all that the shim passes on. What was ignored at the start stays so. */
FUNCTION(host_handle) {
  int number = (int)host_integer(ctx, argv[0], 0);
  struct sigaction action, before;
  memset(&action, 0, sizeof action);
  action.sa_handler = JS_ToBool(ctx, argv[1]) ? on_signal : SIG_DFL;
  action.sa_flags = SA_RESTART | (number == SIGCHLD ? SA_NOCLDSTOP : 0);
  if (sigaction(number, NULL, &before)) return host_error(ctx, errno, "sigaction", NULL);
  if (before.sa_handler == SIG_IGN && number != SIGCHLD) return JS_FALSE;
  if (before.sa_handler == SIG_IGN) children_were_ignored = true;
  /* a blocked one would never say that a child ended; Go's runtime unblocks it as well (runtime/sigtab_linux_generic.go) */
  if (number == SIGCHLD && block_children(SIG_UNBLOCK)) children_were_blocked = true;
  return sigaction(number, &action, NULL) ? host_error(ctx, errno, "sigaction", NULL) : JS_TRUE;
}

FUNCTION(host_kill) {
  int64_t process = host_integer(ctx, argv[0], 0);
  return kill((pid_t)process, (int)host_integer(ctx, argv[1], 0)) ? host_error(ctx, errno, "kill", NULL) : JS_UNDEFINED;
}

FUNCTION(host_error_name_of) { return JS_NewString(ctx, host_error_name((int)host_integer(ctx, argv[0], 0))); }

/* failure(code, call, path): the error, not thrown */
FUNCTION(host_failure) {
  char *call = host_bytes(ctx, argv[1]);
  char *path = call == NULL ? NULL : host_bytes(ctx, argv[2]);
  if (path != NULL) host_error(ctx, (int)host_integer(ctx, argv[0], 0), call, path);
  free(call);
  free(path);
  return JS_GetException(ctx);
}

/* execve(file, words, environment): returns only by an error */
FUNCTION(host_execve) {
  char *file = host_bytes(ctx, argv[0]);
  char **words = file == NULL ? NULL : host_list(ctx, argv[1]);
  char **environment = words == NULL ? NULL : host_environment(ctx, argv[2]);
  JSValue result = JS_EXCEPTION;
  if (environment != NULL) {
    if (children_were_blocked) block_children(SIG_BLOCK);
    if (children_were_ignored) signal(SIGCHLD, SIG_IGN);
    execve(file, words, environment);
    if (children_were_blocked) block_children(SIG_UNBLOCK);
    result = host_error(ctx, errno, "execve", file);
  }
  free(file);
  host_free_list(words);
  host_free_list(environment);
  return result;
}

struct child {
  const char *file;
  char **words;
  char **environment;
  const char *directory;
  const int *descriptors;
  int descriptor_count;
  bool detached;
  sigset_t mask;
};

bool host_held[3];

/* A descriptor that the child has if this process was given it. */
#define AS_GIVEN (-2)

/* In the child, which shares the parent's memory until it becomes the program: the error, where it cannot. */
static int become(const struct child *child) {
  /* handlers do not survive, but one could run before; what is ignored stays ignored */
  for (int number = 1; number < NSIG; number++) {
    struct sigaction action;
    if (sigaction(number, NULL, &action) == 0 && action.sa_handler == on_signal) signal(number, SIG_DFL);
  }
  if (children_were_ignored) signal(SIGCHLD, SIG_IGN);
  if (child->detached && setsid() < 0) return errno;
  if (child->directory != NULL && chdir(child->directory)) return errno;
  int count = child->descriptor_count, moved[count > 0 ? count : 1];
  /* out of each other's way first */
  for (int i = 0; i < count; i++) {
    int from = child->descriptors[i];
    if (from == i || from == AS_GIVEN) {
      moved[i] = from;
    } else {
      moved[i] = from >= 0 ? fcntl(from, F_DUPFD_CLOEXEC, count) : open("/dev/null", O_RDWR | O_CLOEXEC);
      if (moved[i] < 0) return errno;
    }
  }
  for (int i = 0; i < count; i++) {
    if (moved[i] == AS_GIVEN || (moved[i] == i && i < 3 && host_held[i])) continue;
    if (moved[i] == i) {
      int flags = fcntl(i, F_GETFD);
      if (flags >= 0) fcntl(i, F_SETFD, flags & ~FD_CLOEXEC);
    } else if (dup2(moved[i], i) < 0) {
      return errno;
    }
  }
  sigset_t mask = child->mask;
  if (children_were_blocked) sigaddset(&mask, SIGCHLD);
  sigprocmask(SIG_SETMASK, &mask, NULL);
  execve(child->file, child->words, child->environment);
  return errno;
}

static pid_t start(struct child *child, int *code) {
  volatile int failed = 0;
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, &child->mask);
  pid_t process = vfork();
  if (process == 0) {
    failed = become(child);
    _exit(127);
  }
  if (process < 0) failed = errno;
  else if (failed != 0) waitpid(process, NULL, 0);
  sigprocmask(SIG_SETMASK, &child->mask, NULL);
  *code = failed;
  return process;
}

/*
 * spawn(file, words, environment, directory or null, descriptors, detached): the process id, or minus the error.
 * The descriptor at index n becomes n of the child, -1 is /dev/null; where it is -2, and beyond the list, the child gets
 * whatever this process was itself given.
 */
FUNCTION(host_spawn) {
  int64_t count = 0;
  if (JS_GetLength(ctx, argv[4], &count) < 0) return JS_EXCEPTION;
  int descriptors[count > 0 ? count : 1];
  for (int64_t i = 0; i < count; i++) {
    JSValue item = JS_GetPropertyInt64(ctx, argv[4], i);
    descriptors[i] = (int)host_integer(ctx, item, -1);
    JS_FreeValue(ctx, item);
  }
  char *file = host_bytes(ctx, argv[0]);
  char **words = file == NULL ? NULL : host_list(ctx, argv[1]);
  char **environment = words == NULL ? NULL : host_environment(ctx, argv[2]);
  char *directory = environment == NULL || JS_IsNull(argv[3]) ? NULL : host_bytes(ctx, argv[3]);
  JSValue result = JS_EXCEPTION;
  if (environment != NULL) {
    struct child child = {.file = file,
                          .words = words,
                          .environment = environment,
                          .directory = directory,
                          .descriptors = descriptors,
                          .descriptor_count = (int)count,
                          .detached = JS_ToBool(ctx, argv[5])};
    int code;
    pid_t process = start(&child, &code);
    result = JS_NewInt32(ctx, code != 0 ? -code : process);
  }
  free(file);
  free(directory);
  host_free_list(words);
  host_free_list(environment);
  return result;
}

/* wait(process, block): [code, signal], one of them null; undefined while it runs */
FUNCTION(host_wait) {
  int status;
  pid_t ended;
  do ended = waitpid((pid_t)host_integer(ctx, argv[0], -1), &status, JS_ToBool(ctx, argv[1]) ? 0 : WNOHANG);
  while (ended < 0 && errno == EINTR);
  if (ended == 0) return JS_UNDEFINED;
  if (ended < 0) return host_error(ctx, errno, "waitpid", NULL);
  JSValue pair = JS_NewArray(ctx);
  JS_SetPropertyUint32(ctx, pair, 0, WIFEXITED(status) ? JS_NewInt32(ctx, WEXITSTATUS(status)) : JS_NULL);
  JS_SetPropertyUint32(ctx, pair, 1, WIFSIGNALED(status) ? JS_NewInt32(ctx, WTERMSIG(status)) : JS_NULL);
  return pair;
}

FUNCTION(host_exit) {
  _exit((int)host_integer(ctx, argv[0], 0));
  return JS_UNDEFINED;
}

FUNCTION(host_pipe) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC)) return host_error(ctx, errno, "pipe", NULL);
  JSValue pair = JS_NewArray(ctx);
  JS_SetPropertyUint32(ctx, pair, 0, JS_NewInt32(ctx, ends[0]));
  JS_SetPropertyUint32(ctx, pair, 1, JS_NewInt32(ctx, ends[1]));
  return pair;
}

/* poll([descriptor, events, ...], milliseconds or -1): what happened at each */
FUNCTION(host_poll) {
  int64_t length = 0;
  if (JS_GetLength(ctx, argv[0], &length) < 0) return JS_EXCEPTION;
  nfds_t count = (nfds_t)(length / 2);
  struct pollfd polled[count > 0 ? count : 1];
  for (nfds_t i = 0; i < count; i++) {
    JSValue descriptor = JS_GetPropertyInt64(ctx, argv[0], (int64_t)i * 2);
    JSValue events = JS_GetPropertyInt64(ctx, argv[0], (int64_t)i * 2 + 1);
    polled[i].fd = (int)host_integer(ctx, descriptor, -1);
    polled[i].events = (short)host_integer(ctx, events, 0);
    polled[i].revents = 0;
  }
  int ready = poll(polled, count, (int)host_integer(ctx, argv[1], -1));
  if (ready < 0 && errno != EINTR) return host_error(ctx, errno, "poll", NULL);
  JSValue happened = JS_NewArray(ctx);
  for (nfds_t i = 0; i < count; i++)
    JS_SetPropertyUint32(ctx, happened, (uint32_t)i, JS_NewInt32(ctx, ready <= 0 ? 0 : polled[i].revents));
  return happened;
}

/* [columns, rows] of a terminal */
FUNCTION(host_window) {
  struct winsize size;
  if (ioctl((int)host_integer(ctx, argv[0], 1), TIOCGWINSZ, &size)) return JS_UNDEFINED;
  JSValue pair = JS_NewArray(ctx);
  JS_SetPropertyUint32(ctx, pair, 0, JS_NewInt32(ctx, size.ws_col));
  JS_SetPropertyUint32(ctx, pair, 1, JS_NewInt32(ctx, size.ws_row));
  return pair;
}

/* setPriority(process, nice) */
FUNCTION(host_set_priority) {
  id_t process = (id_t)host_integer(ctx, argv[0], 0);
  return setpriority(PRIO_PROCESS, process, (int)host_integer(ctx, argv[1], 0))
             ? host_error(ctx, errno, "uv_os_setpriority", NULL)
             : JS_UNDEFINED;
}

FUNCTION(host_pid) { return JS_NewInt32(ctx, getpid()); }
FUNCTION(host_ppid) { return JS_NewInt32(ctx, getppid()); }
FUNCTION(host_uid) { return JS_NewUint32(ctx, getuid()); }
FUNCTION(host_gid) { return JS_NewUint32(ctx, getgid()); }
FUNCTION(host_euid) { return JS_NewUint32(ctx, geteuid()); }

FUNCTION(host_cwd) {
  char *directory = getcwd(NULL, 0);
  JSValue result =
      directory == NULL ? host_error(ctx, errno, "uv_cwd", NULL) : host_text(ctx, directory, strlen(directory));
  free(directory);
  return result;
}

FUNCTION(host_chdir) {
  char *path = host_bytes(ctx, argv[0]);
  if (path == NULL) return JS_EXCEPTION;
  JSValue result = chdir(path) ? host_error(ctx, errno, "chdir", path) : JS_UNDEFINED;
  free(path);
  return result;
}

FUNCTION(host_hostname) {
  struct utsname name;
  if (uname(&name)) return host_error(ctx, errno, "uname", NULL);
  JSValue list = JS_NewArray(ctx);
  const char *values[] = {name.nodename, name.sysname, name.release, name.machine};
  for (int i = 0; i < HOST_COUNT(values); i++) JS_SetPropertyUint32(ctx, list, (uint32_t)i, JS_NewString(ctx, values[i]));
  return list;
}

/* nanoseconds since some time in the past, exact as a double for a hundred days */
FUNCTION(host_now) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return JS_NewFloat64(ctx, (double)time.tv_sec * 1e9 + (double)time.tv_nsec);
}

const JSCFunctionListEntry host_process_functions[] = {
    JS_CFUNC_DEF("signals", 0, host_signals), JS_CFUNC_DEF("handle", 2, host_handle),
    JS_CFUNC_DEF("kill", 2, host_kill),       JS_CFUNC_DEF("execve", 3, host_execve),
    JS_CFUNC_DEF("spawn", 6, host_spawn),     JS_CFUNC_DEF("wait", 2, host_wait),
    JS_CFUNC_DEF("exit", 1, host_exit),       JS_CFUNC_DEF("pipe", 0, host_pipe),
    JS_CFUNC_DEF("poll", 2, host_poll),       JS_CFUNC_DEF("windowSize", 1, host_window),
    JS_CFUNC_DEF("pid", 0, host_pid),         JS_CFUNC_DEF("ppid", 0, host_ppid),
    JS_CFUNC_DEF("uid", 0, host_uid),         JS_CFUNC_DEF("gid", 0, host_gid),
    JS_CFUNC_DEF("euid", 0, host_euid),       JS_CFUNC_DEF("cwd", 0, host_cwd),
    JS_CFUNC_DEF("chdir", 1, host_chdir),     JS_CFUNC_DEF("uname", 0, host_hostname),
    JS_CFUNC_DEF("now", 0, host_now),         JS_CFUNC_DEF("errorName", 1, host_error_name_of),
    JS_CFUNC_DEF("failure", 3, host_failure),
    JS_CFUNC_DEF("setPriority", 2, host_set_priority),
};
const int host_process_function_count = HOST_COUNT(host_process_functions);
