/*
 * The host of the stand-alone executable: QuickJS, the shim's modules as byte code, and a few functions in C in place of
 * those that Node has.
 */
#include "host.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/time.h>
#include <ucontext.h>

#include "memory.h"
#include "snapshot.h"

extern char **environ;

#define TAKING_STACK ((void *)0x40000000)

/* What the engine may use of its stack, and what a call of the system, or of the C library, may need beyond. */
#define STACK_SIZE ((size_t)4 << 20)
#define STACK_RESERVE ((size_t)1 << 20)

/* The modules, made by scripts/standalone: `modules.inc` has one MODULE(name, symbol) for each. */
#define MODULE(name, symbol)                       \
  extern const uint8_t symbol[], symbol##_end[];
#include "modules.inc"
#undef MODULE

struct module {
  const char *name;
  const uint8_t *start, *end;
};

static const struct module modules[] = {
#define MODULE(name, symbol) {name, symbol, symbol##_end},
#include "modules.inc"
#undef MODULE
};

static int main_argc;
static char **main_argv;
static char executable[4097];
static JSValue turn;

/* Up to where in the picture each module and all that it needs lies; 0 without a picture. */
static size_t reach[SNAPSHOT_MODULES];
_Static_assert(HOST_COUNT(modules) <= SNAPSHOT_MODULES, "more modules than the picture has room for");

bool host_is_loading;

/* What the picture holds must not depend on when it was taken: to modules that are loaded for it, and to the engine, no
 * time has passed. The linker has the C library's callers come here. */
int __real_gettimeofday(struct timeval *time, void *zone);
int __wrap_gettimeofday(struct timeval *time, void *zone) {
  if (!host_is_loading) return __real_gettimeofday(time, zone);
  *time = (struct timeval){.tv_sec = 1};
  return 0;
}

int __real_clock_gettime(clockid_t clock, struct timespec *time);
int __wrap_clock_gettime(clockid_t clock, struct timespec *time) {
  if (!host_is_loading) return __real_clock_gettime(clock, time);
  *time = (struct timespec){.tv_sec = 1};
  return 0;
}

static JSValue refuse(JSContext *ctx, const char *what) {
  return JS_ThrowTypeError(ctx, "a module reads %s when it is loaded; do so when it is needed", what);
}

/* The words after the name, in order; the name first. */
static JSValue host_words(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv) {
  if (host_is_loading) return refuse(ctx, "the command line");
  JSValue list = JS_NewArray(ctx);
  for (int i = 0; i < main_argc; i++)
    JS_SetPropertyUint32(ctx, list, (uint32_t)i, host_text(ctx, main_argv[i], strlen(main_argv[i])));
  return list;
}

/* The environment; of a name given twice the first counts, as for getenv. */
static JSValue host_env(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv) {
  if (host_is_loading) return refuse(ctx, "the environment");
  JSValue object = JS_NewObjectProto(ctx, JS_NULL);
  for (char **one = environ; *one != NULL; one++) {
    char *equals = strchr(*one, '=');
    if (equals == NULL) continue;
    JSValue name = host_text(ctx, *one, (size_t)(equals - *one));
    JSAtom atom = JS_ValueToAtom(ctx, name);
    if (!JS_HasProperty(ctx, object, atom))
      JS_DefinePropertyValue(ctx, object, atom, host_text(ctx, equals + 1, strlen(equals + 1)), JS_PROP_C_W_E);
    JS_FreeAtom(ctx, atom);
    JS_FreeValue(ctx, name);
  }
  return object;
}

static JSValue host_executable(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv) {
  if (host_is_loading) return refuse(ctx, "the executable's path");
  return host_text(ctx, executable, strlen(executable));
}

/* onTurn(f): f waits for something and lets it happen; false where nothing is to be waited for any more. */
static JSValue host_on_turn(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv) {
  JS_FreeValue(ctx, turn);
  turn = JS_DupValue(ctx, argv[0]);
  return JS_UNDEFINED;
}

static const JSCFunctionListEntry main_functions[] = {
    JS_CFUNC_DEF("words", 0, host_words),
    JS_CFUNC_DEF("env", 0, host_env),
    JS_CFUNC_DEF("executable", 0, host_executable),
    JS_CFUNC_DEF("onTurn", 1, host_on_turn),
};

static int define_host(JSContext *ctx, JSModuleDef *module) {
  JS_SetModuleExportList(ctx, module, main_functions, HOST_COUNT(main_functions));
  JS_SetModuleExportList(ctx, module, host_file_functions, host_file_function_count);
  JS_SetModuleExportList(ctx, module, host_process_functions, host_process_function_count);
  JS_SetModuleExportList(ctx, module, host_byte_functions, host_byte_function_count);
  return 0;
}

static JSModuleDef *host_module(JSContext *ctx) {
  JSModuleDef *module = JS_NewCModule(ctx, "docker-shim:host", define_host);
  if (module == NULL) return NULL;
  JS_AddModuleExportList(ctx, module, main_functions, HOST_COUNT(main_functions));
  JS_AddModuleExportList(ctx, module, host_file_functions, host_file_function_count);
  JS_AddModuleExportList(ctx, module, host_process_functions, host_process_function_count);
  JS_AddModuleExportList(ctx, module, host_byte_functions, host_byte_function_count);
  return module;
}

/* Modules name each other by the last part of a path: `./chunks/x.js` and `../x.js` are both `x.js`. */
static char *normalize(JSContext *ctx, const char *from, const char *name, void *opaque) {
  const char *slash = strrchr(name, '/');
  const char *file = slash == NULL ? name : slash + 1;
  for (int i = 0; i < HOST_COUNT(modules); i++)
    if (strcmp(modules[i].name, file) == 0) snapshot_fetch(reach[i]);
  return js_strdup(ctx, file);
}

/* The executable as an address: only the percent sign would be taken for something else. What was replaced or removed
 * since it started is named as it was. */
static JSValue file_url(JSContext *ctx) {
  char url[sizeof executable * 3 + 8] = "file://";
  size_t length = strlen(url);
  for (const char *at = executable; *at != 0; at++)
    length += (size_t)sprintf(url + length, *at == '%' ? "%%25" : "%c", *at);
  return host_text(ctx, url, length);
}

/* import.meta.url of a module */
static void give_url(JSContext *ctx, JSModuleDef *module) {
  JSValue meta = JS_GetImportMeta(ctx, module);
  JS_DefinePropertyValueStr(ctx, meta, "url", file_url(ctx), JS_PROP_C_W_E);
  JS_FreeValue(ctx, meta);
}

static JSModuleDef *load(JSContext *ctx, const char *name, void *opaque) {
  if (strcmp(name, "docker-shim:host") == 0) return host_module(ctx);
  for (int i = 0; i < HOST_COUNT(modules); i++) {
    if (strcmp(modules[i].name, name) != 0) continue;
    size_t length = (size_t)(modules[i].end - modules[i].start);
    JSValue function = JS_ReadObject(ctx, modules[i].start, length, JS_READ_OBJ_BYTECODE);
    if (JS_IsException(function)) return NULL;
    JSModuleDef *module = JS_VALUE_GET_PTR(function);
    give_url(ctx, module);
    JS_FreeValue(ctx, function);
    return module;
  }
  JS_ThrowReferenceError(ctx, "there is no module %s", name);
  return NULL;
}

/* A mistake in the shim itself. */
static int fail(JSContext *ctx, JSValueConst error) {
  const char *text = JS_ToCString(ctx, error);
  JSValue stack = JS_IsError(error) ? JS_GetPropertyStr(ctx, error, "stack") : JS_UNDEFINED;
  const char *trace = JS_IsUndefined(stack) ? "" : JS_ToCString(ctx, stack);
  fprintf(stderr, "docker-shim: a mistake in docker-shim itself: %s\n%s\n\nDOCKER_SHIM_DISABLE=1 runs docker without it.\n",
          text == NULL ? "?" : text, trace == NULL ? "" : trace);
  return 125;
}

static void on_rejection(JSContext *ctx, JSValueConst promise, JSValueConst reason, bool handled, void *opaque) {
  JSValue *unhandled = opaque;
  if (handled && JS_IsSameValue(ctx, unhandled[0], promise)) {
    JS_FreeValue(ctx, unhandled[0]);
    JS_FreeValue(ctx, unhandled[1]);
    unhandled[0] = unhandled[1] = JS_UNDEFINED;
  } else if (!handled && JS_IsUndefined(unhandled[0])) {
    unhandled[0] = JS_DupValue(ctx, promise);
    unhandled[1] = JS_DupValue(ctx, reason);
  }
}

/* Runs what is due, waits for more, until there is no more: the exit status of a failure, else 0. */
static int run(JSContext *ctx, JSValue *unhandled) {
  for (;;) {
    JSContext *of;
    int ran;
    while ((ran = JS_ExecutePendingJob(JS_GetRuntime(ctx), &of)) > 0) {}
    if (ran < 0) return fail(ctx, JS_GetException(ctx));
    if (!JS_IsUndefined(unhandled[0])) return fail(ctx, unhandled[1]);
    if (JS_IsUndefined(turn)) return 0;
    JSValue more = JS_Call(ctx, turn, JS_UNDEFINED, 0, NULL);
    if (JS_IsException(more)) return fail(ctx, JS_GetException(ctx));
    bool ended = !JS_ToBool(ctx, more);
    if (ended && !JS_IsJobPending(JS_GetRuntime(ctx))) return 0;
  }
}

/* Loads a module and what it imports, and evaluates what was not yet: the exit status of a failure, else 0. */
static int evaluate(JSContext *ctx, const char *name) {
  JSValue promise = JS_LoadModule(ctx, "", name);
  return JS_IsException(promise) ? fail(ctx, JS_GetException(ctx)) : 0;
}

/* A closed standard stream is held by /dev/null, so that no file of the shim's takes its number; children get it closed. */
static void hold_standard_streams(void) {
  for (int descriptor = 0; descriptor < 3; descriptor++)
    if (fcntl(descriptor, F_GETFD) < 0 && errno == EBADF) {
      int held = open("/dev/null", O_RDWR | O_CLOEXEC);
      if (held > descriptor) close(held);
      host_held[descriptor] = held == descriptor;
    }
}

/* Where a promise was rejected and nobody took notice: the promise, the reason. */
static JSValue unhandled[2];

static JSContext *new_context(void) {
  JSRuntime *runtime = JS_NewRuntime2(&memory_functions, NULL);
  JSContext *ctx = runtime == NULL ? NULL : JS_NewContext(runtime);
  if (ctx == NULL) {
    fputs("docker-shim: out of memory\n", stderr);
    exit(125);
  }
  /* most calls end long before cycles are worth looking for */
  JS_SetGCThreshold(runtime, 64 << 20);
  JS_SetMaxStackSize(runtime, STACK_SIZE);
  JS_SetModuleLoaderFunc(runtime, normalize, load, NULL);
  JS_SetHostPromiseRejectionTracker(runtime, on_rejection, unhandled);
  return ctx;
}

/*
 * Takes all small blocks that are free between those in use, so that what a run allocates comes from pages of their own
 * behind all others, not from gaps on pages that it would not touch otherwise. Where those pages begin.
 */
static size_t use_up_gaps(JSRuntime *runtime) {
  size_t fresh = memory_recorded();
  /* all the sizes that QuickJS tells apart, and some that it does not */
  for (size_t size = 8; size <= 512; size += 8)
    for (char *block = NULL; block < MEMORY_START + fresh;) block = js_malloc_rt(runtime, size);
  return fresh;
}

/* main.js, which does what is to be done: read, and not yet run. What it names is sought only once, in the picture. */
static JSValue read_program(JSContext *ctx) {
  JSModuleDef *module = load(ctx, "main.js", NULL);
  if (module == NULL) return JS_EXCEPTION;
  JSValue program = JS_DupValue(ctx, JS_MKPTR(JS_TAG_MODULE, module));
  return JS_ResolveModule(ctx, program) < 0 ? JS_EXCEPTION : program;
}

/* The exit status of a failure, else 0. */
static int run_program(JSContext *ctx, JSValue program) {
  /* when the picture was taken the executable was another file */
  give_url(ctx, JS_VALUE_GET_PTR(program));
  JSValue promise = JS_EvalFunction(ctx, program);
  return JS_IsException(promise) ? fail(ctx, JS_GetException(ctx)) : 0;
}

/* Loads all modules, runs all but the one that does something, and writes what that made of the memory, which is recorded. */
static int take_snapshot(const char *file) {
  memory_first(sizeof(struct snapshot));
  JSContext *ctx = new_context();
  /* main.js comes right behind what it imports: that is what every command needs */
  size_t common = 0, loaded[SNAPSHOT_MODULES] = {0};
  JSValue program = JS_UNDEFINED;
  int status = 0;
  for (int i = 0; i < HOST_COUNT(modules) && status == 0; i++)
    if (strcmp(modules[i].name, "main.js") == 0) {
      program = read_program(ctx);
      if (JS_IsException(program)) status = fail(ctx, JS_GetException(ctx));
      common = memory_recorded();
    } else {
      status = evaluate(ctx, modules[i].name);
      loaded[i] = memory_recorded();
    }
  if (status == 0 && !JS_IsUndefined(turn)) {
    fputs("docker-shim: a module waits for something when it is loaded\n", stderr);
    return 125;
  }
  if (status == 0) status = run(ctx, unhandled);
  if (status != 0) return status;
  JS_RunGC(JS_GetRuntime(ctx));
  struct snapshot snapshot = {
      .runtime = JS_GetRuntime(ctx), .context = ctx, .turn = turn, .program = program, .common = common};
  memcpy(snapshot.reach, loaded, sizeof loaded);
  snapshot.fresh = use_up_gaps(JS_GetRuntime(ctx));
  if (snapshot_write(file, &snapshot)) return 0;
  perror(file);
  return 125;
}

static JSContext *resume(const struct snapshot *snapshot) {
  turn = snapshot->turn;
  memcpy(reach, snapshot->reach, sizeof reach);
  JS_UpdateStackTop(snapshot->runtime);
  return snapshot->context;
}

static JSContext *begin(void) {
  JSContext *ctx = new_context();
  int status = evaluate(ctx, "globals.js");
  if (status != 0) exit(status);
  return ctx;
}

/* Where the executable is: for what is to be found beside it, and to start it again. Running a command needs neither. The
 * kernel marks the name of a file that was replaced or removed; without /proc the name that was executed counts. */
static void find_executable(void) {
  static const char mark[] = " (deleted)";
  ssize_t length = readlink("/proc/self/exe", executable, sizeof executable - 1);
  const char *executed = (const char *)getauxval(AT_EXECFN);
  if (length < 0) snprintf(executable, sizeof executable, "%s", executed == NULL ? "docker-shim" : executed);
  else if (length >= (ssize_t)sizeof mark && strcmp(executable + length - (sizeof mark - 1), mark) == 0 && access(executable, F_OK))
    executable[length - (ssize_t)(sizeof mark - 1)] = 0;
}

static void unheeded(int number) { (void)number; }

/* A file over `ulimit -f` and a pipe that nobody reads are errors of writing, as in Node. Not ignored, but handled: what the
 * shim becomes or starts has the usual effect again. */
static void heed_no_write_signals(void) {
  static const int signals[] = {SIGXFSZ, SIGPIPE};
  for (int i = 0; i < HOST_COUNT(signals); i++) {
    struct sigaction action;
    if (sigaction(signals[i], NULL, &action) || action.sa_handler != SIG_DFL) continue;
    action.sa_handler = unheeded;
    action.sa_flags |= SA_RESTART;
    sigaction(signals[i], &action, NULL);
  }
}

static int program_main(void) {
  if (host_is_loading) return take_snapshot(main_argv[1]);
  const struct snapshot *snapshot = snapshot_restore();
  JSContext *ctx = snapshot == NULL ? begin() : resume(snapshot);
  JSValue program = snapshot == NULL ? read_program(ctx) : snapshot->program;
  int status = JS_IsException(program) ? fail(ctx, JS_GetException(ctx)) : run_program(ctx, program);
  if (status == 0) status = run(ctx, unhandled);
  if (status != 0) return status;
  JSValue global = JS_GetGlobalObject(ctx);
  JSValue process = JS_GetPropertyStr(ctx, global, "process");
  return (int)host_integer(ctx, JS_GetPropertyStr(ctx, process, "exitCode"), 0);
}

/* Nothing is freed: the process ends. */
static void program_start(void) {
  int status = program_main();
  fflush(NULL);
  _exit(status);
}

/* The engine says that its stack is full before it reaches the end of this one, however little `ulimit -s` leaves: nested
 * input would be the end of the process otherwise. Below it lies a page that nobody may touch. */
static void run_on_own_stack(void) {
  static ucontext_t own, back;
  size_t guard = 65536, size = STACK_SIZE + STACK_RESERVE + guard;
  /* addresses of the stack that the picture is taken on stay in it */
  char *stack = mmap(host_is_loading ? TAKING_STACK : NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
  if (stack == MAP_FAILED || mprotect(stack, guard, PROT_NONE) || getcontext(&own)) {
    fputs("docker-shim: out of memory\n", stderr);
    _exit(125);
  }
  own.uc_stack.ss_sp = stack + guard;
  own.uc_stack.ss_size = size - guard;
  own.uc_link = NULL;
  makecontext(&own, program_start, 0);
  swapcontext(&back, &own);
}

int main(int argc, char **argv) {
  main_argc = argc;
  main_argv = argv;
  turn = unhandled[0] = unhandled[1] = JS_UNDEFINED;
  hold_standard_streams();
  heed_no_write_signals();
  /* at build time: only an executable that has no picture yet takes one */
  host_is_loading = argc == 2 && strcmp(argv[0], "docker-shim:snapshot") == 0 && memory_record();
  if (!host_is_loading) find_executable();
  run_on_own_stack();
}
