/*
 * The host of the stand-alone executable: QuickJS, a picture of its memory with the shim's modules loaded, and a few C
 * functions in place of Node's. It runs these modules and nothing else.
 */
#include "host.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <ucontext.h>

#include "memory.h"

/* How much stack the engine may use, and how much more a call of the system or of the C library may need, in bytes. */
#define STACK_SIZE ((size_t)4 << 20)
#define STACK_RESERVE ((size_t)1 << 20)

char **host_words;

/* The first rejected promise that nobody has handled, and the reason; undefined if there is none. */
static JSValue unhandled[2];

bool host_is_loading;

/* The picture must not depend on when it is taken, so while modules are loaded, the clock stands still for them and for the
 * engine. The linker makes all calls of these two functions come here (--wrap). */
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

static void out_of_memory(void) {
  fputs("docker-shim: out of memory\n", stderr);
  _exit(125);
}

/* Reports a mistake in the shim itself, from whatever was thrown. Returns the exit status. */
static int fail(JSContext *ctx, JSValueConst error) {
  const char *text = JS_ToCString(ctx, error);
  JSValue stack = JS_IsError(error) ? JS_GetPropertyStr(ctx, error, "stack") : JS_UNDEFINED;
  const char *trace = JS_IsUndefined(stack) ? "" : JS_ToCString(ctx, stack);
  fprintf(stderr, "docker-shim: a mistake in docker-shim itself: %s\n%s\n\nDOCKER_SHIM_DISABLE=1 runs docker without it.\n",
          text == NULL ? "?" : text, trace == NULL ? "" : trace);
  return 125;
}

static int define_host(JSContext *ctx, JSModuleDef *module) {
  host_export(ctx, module, true);
  return 0;
}

static JSModuleDef *host_module(JSContext *ctx) {
  JSModuleDef *module = JS_NewCModule(ctx, "docker-shim:host", define_host);
  if (module != NULL) host_export(ctx, module, false);
  return module;
}

/* QuickJS calls this when a promise is rejected without a handler, and again (`handled`) when it gets one. */
static void on_rejection(JSContext *ctx, JSValueConst promise, JSValueConst reason, bool handled, void *opaque) {
  if (handled && JS_IsSameValue(ctx, unhandled[0], promise)) {
    unhandled[0] = unhandled[1] = JS_UNDEFINED;
  } else if (!handled && JS_IsUndefined(unhandled[0])) {
    unhandled[0] = JS_DupValue(ctx, promise);
    unhandled[1] = JS_DupValue(ctx, reason);
  }
}

/* Runs due jobs, and calls `process.turn()`, which waits for events and handles them, until that returns false. Returns the
 * exit status: that of a failure, or else `process.exitCode`. */
static int run(JSContext *ctx) {
  JSRuntime *runtime = JS_GetRuntime(ctx);
  JSValue process = JS_GetPropertyStr(ctx, JS_GetGlobalObject(ctx), "process");
  for (JSAtom turn = JS_NewAtom(ctx, "turn");;) {
    JSContext *of;
    int ran, status = 0;
    while ((ran = JS_ExecutePendingJob(runtime, &of)) > 0) {}
    if (ran < 0) return fail(ctx, JS_GetException(ctx));
    if (!JS_IsUndefined(unhandled[0])) return fail(ctx, unhandled[1]);
    JSValue more = JS_Invoke(ctx, process, turn, 0, NULL);
    if (JS_IsException(more)) return fail(ctx, JS_GetException(ctx));
    if (host_is_loading && JS_ToBool(ctx, more))
      return fail(ctx, JS_NewString(ctx, "a module waits for something when it is loaded"));
    if (JS_ToBool(ctx, more) || JS_IsJobPending(runtime)) continue;
    JS_ToInt32(ctx, &status, JS_GetPropertyStr(ctx, process, "exitCode"));
    return status;
  }
}

/* The last part of a path, which is how modules find each other: `./chunks/x.js` and `../x.js` are both `x.js`. */
static const char *base_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash == NULL ? path : slash + 1;
}

static char *normalize(JSContext *ctx, const char *from, const char *name, void *opaque) {
  return js_strdup(ctx, base_name(name));
}

static JSModuleDef *stub(JSContext *ctx, const char *name, void *opaque) { return JS_NewCModule(ctx, name, NULL); }

/* Compiles the module in the file `path`, and returns its byte code and the code's length, or NULL. It uses another engine, so
 * that neither the compiler's memory nor the source of functions gets into the picture. */
static uint8_t *compile(const char *path, size_t *length) {
  FILE *file = fopen(path, "rb");
  if (file == NULL || fseek(file, 0, SEEK_END)) return NULL;
  size_t size = (size_t)ftell(file);
  char *text = calloc(size + 1, 1);
  rewind(file);
  if (text == NULL || fread(text, 1, size, file) != size) return NULL;
  fclose(file);
  JSRuntime *runtime = JS_NewRuntime();
  JSContext *ctx = JS_NewContext(runtime);
  JS_SetModuleLoaderFunc(runtime, NULL, stub, NULL);
  JSValue module = JS_Eval(ctx, text, size, base_name(path), JS_EVAL_TYPE_MODULE | JS_EVAL_FLAG_COMPILE_ONLY);
  if (JS_IsException(module)) fail(ctx, JS_GetException(ctx));
  return JS_IsException(module) ? NULL : JS_WriteObject(ctx, length, module, JS_WRITE_OBJ_BYTECODE | JS_WRITE_OBJ_STRIP_SOURCE);
}

/* Loads the module `name` for the picture, from one of the files that the command line names after FILE and LAYOUT. */
static JSModuleDef *load(JSContext *ctx, const char *name, void *opaque) {
  if (strcmp(name, "docker-shim:host") == 0) return host_module(ctx);
  for (char **file = host_words + 3; host_is_loading && *file != NULL; file++) {
    if (strcmp(base_name(*file), name) != 0) continue;
    size_t length;
    uint8_t *bytes = compile(*file, &length);
    JSValue module = bytes == NULL ? JS_ThrowReferenceError(ctx, "cannot read %s", *file)
                                   : JS_ReadObject(ctx, bytes, length, JS_READ_OBJ_BYTECODE);
    return JS_IsException(module) ? NULL : JS_VALUE_GET_PTR(module);
  }
  JS_ThrowReferenceError(ctx, "there is no module %s", name);
  return NULL;
}

static JSContext *new_context(void) {
  JSRuntime *runtime = JS_NewRuntime2(&memory_functions, NULL);
  JSContext *ctx = runtime == NULL ? NULL : JS_NewContext(runtime);
  if (ctx == NULL) out_of_memory();
  /* most commands end long before collecting cycles is worth it */
  JS_SetGCThreshold(runtime, 64 << 20);
  JS_SetMaxStackSize(runtime, STACK_SIZE);
  JS_SetModuleLoaderFunc(runtime, normalize, load, NULL);
  JS_SetHostPromiseRejectionTracker(runtime, on_rejection, NULL);
  return ctx;
}

/* Loads the modules in the order of the command line, which is their order in the picture, and runs all except main.js, which
 * is the program. Writes the picture to FILE. Returns the exit status. */
static int take_picture(void) {
  JSContext *ctx = new_context();
  JSValue program = JS_UNDEFINED;
  for (char **file = host_words + 3; *file != NULL; file++) {
    const char *name = base_name(*file);
    bool is_program = strcmp(name, "main.js") == 0;
    JSModuleDef *module = is_program ? load(ctx, name, NULL) : NULL;
    JSValue loaded = !is_program ? JS_LoadModule(ctx, "", name) : module == NULL ? JS_EXCEPTION : JS_MKPTR(JS_TAG_MODULE, module);
    if (is_program) program = loaded;
    if (JS_IsException(loaded) || (is_program && JS_ResolveModule(ctx, program) < 0)) return fail(ctx, JS_GetException(ctx));
  }
  int status = run(ctx);
  if (status != 0) return status;
  JS_RunGC(JS_GetRuntime(ctx));
  PICTURE->runtime = JS_GetRuntime(ctx);
  PICTURE->context = ctx;
  PICTURE->program = program;
  if (memory_keep(host_words[1])) return 0;
  perror(host_words[1]);
  return 125;
}

/* Runs main.js from the picture. Returns the exit status. */
static int run_program(void) {
  JSContext *ctx = PICTURE->context;
  JS_UpdateStackTop(PICTURE->runtime);
  return JS_IsException(JS_EvalFunction(ctx, PICTURE->program)) ? fail(ctx, JS_GetException(ctx)) : run(ctx);
}

/* Frees nothing, because the process ends. */
static void run_and_end(void) {
  int status = host_is_loading ? take_picture() : 0;
  /* in the build's trial (scripts/release/trial.c), also after loading */
  if (!host_is_loading) status = run_program();
  fflush(NULL);
  _exit(status);
}

/* Opens /dev/null for each closed standard stream, so that no file of the shim gets its number. Children get it closed. */
static void hold_standard_streams(void) {
  for (int descriptor = 0; descriptor < 3; descriptor++) {
    if (fcntl(descriptor, F_GETFD) >= 0 || errno != EBADF) continue;
    int held = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (held > descriptor) close(held);
    host_held[descriptor] = held == descriptor;
  }
}

static void unheeded(int number) { (void)number; }

/* Makes writing to a pipe that nobody reads, or beyond `ulimit -f`, an error instead of the end, as in Node. The signals are
 * handled, not ignored, so that programs that the shim starts or becomes get the default again. */
static void heed_no_write_signals(void) {
  struct sigaction action = {.sa_handler = unheeded, .sa_flags = SA_RESTART}, before;
  for (int signal = SIGPIPE; signal != 0; signal = signal == SIGPIPE ? SIGXFSZ : 0)
    if (sigaction(signal, NULL, &before) == 0 && before.sa_handler == SIG_DFL) sigaction(signal, &action, NULL);
}

/* Runs on a stack of a fixed size, whatever `ulimit -s` is, so that the engine reports a full stack before deeply nested input
 * crashes the process. Below it is memory that nobody may touch. Its address is fixed, because the picture contains some of
 * its addresses. */
static void run_on_own_stack(void) {
  static ucontext_t own;
  enum { GUARD = 65536 };
  static _Alignas(GUARD) char stack[GUARD + STACK_SIZE + STACK_RESERVE];
  mprotect(stack, GUARD, PROT_NONE);
  if (getcontext(&own)) out_of_memory();
  own.uc_stack.ss_sp = stack + GUARD;
  own.uc_stack.ss_size = sizeof stack - GUARD;
  makecontext(&own, run_and_end, 0);
  setcontext(&own);
}

/* With a picture, any words are a command of the shim. Without one (at build time) they must be FILE LAYOUT MODULE... */
int main(int argc, char **argv) {
  host_words = argv;
  unhandled[0] = unhandled[1] = JS_UNDEFINED;
  hold_standard_streams();
  heed_no_write_signals();
  host_is_loading = PICTURE->size == 0;
  if (host_is_loading && argc < 4) return 125;
  memory_begin(argv[2]);
#ifndef __SANITIZE_ADDRESS__
  run_on_own_stack();
#endif
  /* AddressSanitizer knows one stack */
  run_and_end();
}
