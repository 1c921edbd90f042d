/*
 * Stands in for src/native/host/memory.c in an executable that only the build runs (layout.mjs): it loads the modules as the
 * real one does, then runs the command behind `--`, and notes which blocks of memory that touches. Each block lies on pages
 * of its own, which nobody may touch at first.
 *
 * The build is to make the same executable everywhere, so nothing here may depend on the machine: what the command allocates
 * lies at fixed addresses too, as the engine finds some objects by hashes of addresses, and the executable has a fixed name.
 */
#include "memory.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "host.h"

enum { PAGE = 4096, ROOM = 1 << 30, BLOCKS = ROOM / PAGE };

/* Of each block, in the order in which blocks are asked for: the file that is made. */
struct note {
  uint32_t size;
  enum { UNTOUCHED, TOUCHED, GIVEN_BACK } state;
};
static struct note *notes;
static uint32_t block_at[BLOCKS], blocks;
static char *starts[BLOCKS], *next = (char *)PICTURE + PAGE;
static char **command;

static size_t pages_of(uint32_t block) { return notes[block].size == 0 ? 1 : (notes[block].size + PAGE - 1) / PAGE; }

/* The number of the block that an address lies in; 0 where it lies in none. */
static uint32_t block_of(const void *pointer) {
  size_t page = (size_t)((const char *)pointer - (char *)PICTURE) / PAGE;
  return page < BLOCKS ? block_at[page] : 0;
}

static void fail(const char *what) {
  perror(what);
  _exit(125);
}

/* A block of the command's own, with its size in front of it. Nothing is freed. */
static void *own(size_t size) {
  size_t *block = (size_t *)(void *)next;
  next += 16 + ((size + 15) & ~(size_t)15);
  *block = size;
  return (char *)block + 16;
}

static size_t usable(const void *pointer) {
  return block_of(pointer) == 0 ? ((const size_t *)pointer)[-2] : notes[block_of(pointer)].size;
}

static void *allocate(void *opaque, size_t size) {
  if (next + size + 2 * PAGE > (char *)PICTURE + ROOM) return NULL;
  if (!host_is_loading) return own(size);
  uint32_t block = ++blocks;
  starts[block] = next;
  notes[block].size = (uint32_t)((size + 7) & ~(size_t)7);
  for (size_t page = 0; page < pages_of(block); page++, next += PAGE) block_at[(next - (char *)PICTURE) / PAGE] = block;
  return starts[block];
}

static void *allocate_zeroed(void *opaque, size_t count, size_t size) {
  size_t total;
  return __builtin_mul_overflow(count, size, &total) ? NULL : allocate(opaque, total);
}

static void release(void *opaque, void *pointer) {
  if (host_is_loading && pointer != NULL) notes[block_of(pointer)].state = GIVEN_BACK;
}

static void *resize(void *opaque, void *pointer, size_t size) {
  if (pointer == NULL) return allocate(opaque, size);
  size_t old = usable(pointer);
  if (size <= old) return pointer;
  void *larger = allocate(opaque, size);
  if (larger == NULL) return NULL;
  release(opaque, pointer);
  return memcpy(larger, pointer, old);
}

const JSMallocFunctions memory_functions = {.js_calloc = allocate_zeroed,
                                            .js_malloc = allocate,
                                            .js_free = release,
                                            .js_realloc = resize,
                                            .js_malloc_usable_size = usable};

/* Notes that the block at an address is touched, and lets it be; false where there is none. */
static bool touch(const void *pointer) {
  uint32_t block = host_is_loading ? 0 : block_of(pointer);
  if (block == 0) return false;
  notes[block].state = TOUCHED;
  return mprotect(starts[block], pages_of(block) * PAGE, PROT_READ | PROT_WRITE) == 0;
}

static void on_fault(int number, siginfo_t *info, void *context) {
  if (!touch(info->si_addr)) abort();
}

/* The kernel does not fault, but fails, where it is to read or fill what nobody may touch. */
long __real_syscall(long number, ...);
long __wrap_syscall(long number, ...) {
  va_list list;
  long words[6];
  va_start(list, number);
  for (int i = 0; i < 6; i++) touch((void *)(words[i] = va_arg(list, long)));
  va_end(list);
  const char *path = (const char *)words[1];
  if (number == SYS_readlinkat && strcmp(path, "/proc/self/exe") == 0) return (long)strlen(strcpy((char *)words[2], "/usr/bin/env"));
  if (number == SYS_newfstatat && strcmp(path, "/etc/docker-shim.env") == 0) return errno = ENOENT, -1;
  return __real_syscall(number, words[0], words[1], words[2], words[3], words[4], words[5]);
}

void memory_begin(const char *layout) {
  int descriptor = open(host_words[1], O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor < 0 || ftruncate(descriptor, BLOCKS * sizeof *notes)) fail(host_words[1]);
  notes = mmap(NULL, BLOCKS * sizeof *notes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  if (notes == MAP_FAILED) fail(host_words[1]);
  for (char **word = host_words; *word != NULL && command == NULL; word++) {
    if (strcmp(*word, "--") != 0) continue;
    *word = NULL;
    command = word + 1;
  }
}

/* All is loaded: the first note says how many blocks there are. What runs now is the command. */
bool memory_keep(const char *file) {
  struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_NODEFER};
  notes[0].size = blocks;
  if (mprotect((char *)PICTURE + PAGE, (size_t)(next - (char *)PICTURE) - PAGE, PROT_NONE)) return false;
  host_is_loading = false;
  host_words = command;
  return command != NULL && sigaction(SIGSEGV, &action, NULL) == 0;
}
