/*
 * Files, for `src/native/node/fs`.
 */
#include "host.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/time.h>

#define FUNCTION(name) static JSValue name(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
#define PATH(variable, at)                                  \
  char *variable = host_bytes(ctx, argv[at]);               \
  if (variable == NULL) return JS_EXCEPTION
/* The result of a call that has none, or its error. */
#define DONE(failed, call, path) \
  JSValue result = (failed) ? host_error(ctx, errno, call, path) : JS_UNDEFINED

static JSValue status(JSContext *ctx, const struct stat *s) {
  JSValue list = JS_NewArray(ctx);
  JSValue values[] = {JS_NewBigUint64(ctx, s->st_dev),      JS_NewBigUint64(ctx, s->st_ino),
                      JS_NewInt64(ctx, s->st_mode),         JS_NewInt64(ctx, (int64_t)s->st_nlink),
                      JS_NewInt64(ctx, s->st_uid),          JS_NewInt64(ctx, s->st_gid),
                      JS_NewInt64(ctx, (int64_t)s->st_rdev), JS_NewInt64(ctx, s->st_size),
                      JS_NewInt64(ctx, s->st_blksize),      JS_NewInt64(ctx, s->st_blocks),
                      JS_NewInt64(ctx, s->st_atim.tv_sec),  JS_NewInt64(ctx, s->st_atim.tv_nsec),
                      JS_NewInt64(ctx, s->st_mtim.tv_sec),  JS_NewInt64(ctx, s->st_mtim.tv_nsec),
                      JS_NewInt64(ctx, s->st_ctim.tv_sec),  JS_NewInt64(ctx, s->st_ctim.tv_nsec)};
  for (int i = 0; i < HOST_COUNT(values); i++) JS_SetPropertyUint32(ctx, list, (uint32_t)i, values[i]);
  return list;
}

/* stat(path, follow, throwIfNoEntry) */
FUNCTION(host_stat) {
  PATH(path, 0);
  bool follow = JS_ToBool(ctx, argv[1]);
  struct stat s;
  int failed = follow ? stat(path, &s) : lstat(path, &s);
  JSValue result;
  if (!failed) result = status(ctx, &s);
  else if ((errno == ENOENT || errno == ENOTDIR) && !JS_ToBool(ctx, argv[2])) result = JS_UNDEFINED;
  else result = host_error(ctx, errno, follow ? "stat" : "lstat", path);
  free(path);
  return result;
}

FUNCTION(host_fstat) {
  struct stat s;
  return fstat((int)host_integer(ctx, argv[0], -1), &s) ? host_error(ctx, errno, "fstat", NULL) : status(ctx, &s);
}

FUNCTION(host_realpath) {
  PATH(path, 0);
  char *real = realpath(path, NULL);
  JSValue result = real == NULL ? host_error(ctx, errno, "realpath", path) : host_text(ctx, real, strlen(real));
  free(real);
  free(path);
  return result;
}

FUNCTION(host_readlink) {
  PATH(path, 0);
  char target[4097];
  ssize_t length = readlink(path, target, sizeof target);
  JSValue result = length < 0 ? host_error(ctx, errno, "readlink", path) : host_text(ctx, target, (size_t)length);
  free(path);
  return result;
}

FUNCTION(host_access) {
  PATH(path, 0);
  DONE(access(path, (int)host_integer(ctx, argv[1], F_OK)), "access", path);
  free(path);
  return result;
}

FUNCTION(host_open) {
  PATH(path, 0);
  int flags = (int)host_integer(ctx, argv[1], O_RDONLY) | O_CLOEXEC;
  int descriptor = open(path, flags, (mode_t)host_integer(ctx, argv[2], 0666));
  JSValue result = descriptor < 0 ? host_error(ctx, errno, "open", path) : JS_NewInt32(ctx, descriptor);
  free(path);
  return result;
}

FUNCTION(host_close) {
  return close((int)host_integer(ctx, argv[0], -1)) ? host_error(ctx, errno, "close", NULL) : JS_UNDEFINED;
}

/* read and write: (descriptor, Uint8Array, offset, length, position or null) */
FUNCTION(host_read) {
  size_t size;
  uint8_t *buffer = JS_GetUint8Array(ctx, &size, argv[1]);
  int64_t offset = host_integer(ctx, argv[2], 0), length = host_integer(ctx, argv[3], 0);
  int64_t position = host_integer(ctx, argv[4], -1);
  if (buffer == NULL || offset < 0 || length < 0 || (size_t)(offset + length) > size)
    return JS_ThrowRangeError(ctx, "the range is outside the buffer");
  int descriptor = (int)host_integer(ctx, argv[0], -1);
  ssize_t count;
  do count = position < 0 ? read(descriptor, buffer + offset, (size_t)length)
                          : pread(descriptor, buffer + offset, (size_t)length, position);
  while (count < 0 && errno == EINTR);
  return count < 0 ? host_error(ctx, errno, "read", NULL) : JS_NewInt64(ctx, count);
}

FUNCTION(host_write) {
  size_t size;
  uint8_t *buffer = JS_GetUint8Array(ctx, &size, argv[1]);
  int64_t offset = host_integer(ctx, argv[2], 0), length = host_integer(ctx, argv[3], 0);
  int64_t position = host_integer(ctx, argv[4], -1);
  if (buffer == NULL || offset < 0 || length < 0 || (size_t)(offset + length) > size)
    return JS_ThrowRangeError(ctx, "the range is outside the buffer");
  int descriptor = (int)host_integer(ctx, argv[0], -1);
  for (;;) {
    ssize_t count = position < 0 ? write(descriptor, buffer + offset, (size_t)length)
                                 : pwrite(descriptor, buffer + offset, (size_t)length, position);
    if (count >= 0) return JS_NewInt64(ctx, count);
    if (errno == EAGAIN) {
      /* a terminal or pipe that somebody else made non-blocking */
      struct pollfd writable = {.fd = descriptor, .events = POLLOUT};
      poll(&writable, 1, -1);
    } else if (errno != EINTR) {
      return host_error(ctx, errno, "write", NULL);
    }
  }
}

/* readdir(path, limit): names and kinds of at most so many of a directory's entries: [name, kind, name, kind, ...] */
FUNCTION(host_readdir) {
  PATH(path, 0);
  DIR *directory = opendir(path);
  if (directory == NULL) {
    JSValue error = host_error(ctx, errno, "scandir", path);
    free(path);
    return error;
  }
  JSValue list = JS_NewArray(ctx);
  uint32_t count = 0;
  int64_t limit = host_integer(ctx, argv[1], UINT32_MAX / 2);
  while (count / 2 < limit) {
    errno = 0;
    struct dirent *entry = readdir(directory);
    if (entry == NULL) break;
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    unsigned kind = entry->d_type;
    struct stat s;
    if (kind == DT_UNKNOWN && fstatat(dirfd(directory), entry->d_name, &s, AT_SYMLINK_NOFOLLOW) == 0)
      kind = IFTODT(s.st_mode);
    JS_SetPropertyUint32(ctx, list, count++, host_text(ctx, entry->d_name, strlen(entry->d_name)));
    JS_SetPropertyUint32(ctx, list, count++, JS_NewUint32(ctx, kind));
    errno = 0;
  }
  /* a part of the names is not all of them */
  int code = errno;
  closedir(directory);
  if (code != 0) {
    JS_FreeValue(ctx, list);
    list = host_error(ctx, code, "scandir", path);
  }
  free(path);
  return list;
}

FUNCTION(host_mkdir) {
  PATH(path, 0);
  DONE(mkdir(path, (mode_t)host_integer(ctx, argv[1], 0777)), "mkdir", path);
  free(path);
  return result;
}

FUNCTION(host_mkdtemp) {
  PATH(path, 0);
  JSValue result = mkdtemp(path) == NULL ? host_error(ctx, errno, "mkdtemp", path) : host_text(ctx, path, strlen(path));
  free(path);
  return result;
}

/* Removes a name in a directory, and all that is below it, beneath descriptors: a link that somebody puts there meanwhile
 * is removed itself, and never followed. 0 or the error; what is gone already is none. */
static int remove_at(int parent, const char *name) {
  if (unlinkat(parent, name, 0) == 0 || errno == ENOENT) return 0;
  if (errno != EISDIR && errno != EPERM) return errno;
  int descriptor = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  DIR *directory = descriptor < 0 ? NULL : fdopendir(descriptor);
  int failed = directory == NULL ? errno : 0;
  if (directory == NULL) {
    if (descriptor >= 0) close(descriptor);
    return failed;
  }
  for (struct dirent *entry; failed == 0;) {
    errno = 0;
    entry = readdir(directory);
    failed = errno;
    if (entry == NULL) break;
    if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) failed = remove_at(descriptor, entry->d_name);
  }
  closedir(directory);
  if (failed == 0 && unlinkat(parent, name, AT_REMOVEDIR) && errno != ENOENT) failed = errno;
  return failed;
}

/* remove(path): a file, or a directory with all that is in it */
FUNCTION(host_remove) {
  PATH(path, 0);
  int failed = remove_at(AT_FDCWD, path);
  JSValue result = failed ? host_error(ctx, failed, "rm", path) : JS_UNDEFINED;
  free(path);
  return result;
}

FUNCTION(host_rmdir) {
  PATH(path, 0);
  DONE(rmdir(path), "rmdir", path);
  free(path);
  return result;
}

FUNCTION(host_unlink) {
  PATH(path, 0);
  DONE(unlink(path), "unlink", path);
  free(path);
  return result;
}

static JSValue two(JSContext *ctx, JSValueConst *argv, int (*call)(const char *, const char *), const char *name) {
  char *from = host_bytes(ctx, argv[0]);
  char *to = from == NULL ? NULL : host_bytes(ctx, argv[1]);
  JSValue result = to == NULL ? JS_EXCEPTION : call(from, to) ? host_error(ctx, errno, name, from) : JS_UNDEFINED;
  free(from);
  free(to);
  return result;
}

FUNCTION(host_rename) { return two(ctx, argv, rename, "rename"); }
FUNCTION(host_link) { return two(ctx, argv, link, "link"); }
FUNCTION(host_symlink) { return two(ctx, argv, symlink, "symlink"); }

FUNCTION(host_chmod) {
  PATH(path, 0);
  DONE(chmod(path, (mode_t)host_integer(ctx, argv[1], 0)), "chmod", path);
  free(path);
  return result;
}

FUNCTION(host_chown) {
  PATH(path, 0);
  DONE(chown(path, (uid_t)host_integer(ctx, argv[1], -1), (gid_t)host_integer(ctx, argv[2], -1)), "chown", path);
  free(path);
  return result;
}

static struct timespec seconds(JSContext *ctx, JSValueConst value) {
  double time = 0;
  JS_ToFloat64(ctx, &time, value);
  struct timespec s = {.tv_sec = (time_t)time};
  s.tv_nsec = (long)((time - (double)s.tv_sec) * 1e9);
  return s;
}

/* utimes(path, atime, mtime), in seconds */
FUNCTION(host_utimes) {
  PATH(path, 0);
  struct timespec times[] = {seconds(ctx, argv[1]), seconds(ctx, argv[2])};
  DONE(utimensat(AT_FDCWD, path, times, 0), "utime", path);
  free(path);
  return result;
}

FUNCTION(host_futimes) {
  struct timespec times[] = {seconds(ctx, argv[1]), seconds(ctx, argv[2])};
  return futimens((int)host_integer(ctx, argv[0], -1), times) ? host_error(ctx, errno, "futime", NULL) : JS_UNDEFINED;
}

FUNCTION(host_ftruncate) {
  return ftruncate((int)host_integer(ctx, argv[0], -1), host_integer(ctx, argv[1], 0))
             ? host_error(ctx, errno, "ftruncate", NULL)
             : JS_UNDEFINED;
}

FUNCTION(host_fsync) {
  return fsync((int)host_integer(ctx, argv[0], -1)) ? host_error(ctx, errno, "fsync", NULL) : JS_UNDEFINED;
}

/* statfs(path): [type, bsize, blocks, bfree, bavail, files, ffree] */
FUNCTION(host_statfs) {
  PATH(path, 0);
  struct statfs s;
  JSValue result;
  if (statfs(path, &s)) {
    result = host_error(ctx, errno, "statfs", path);
  } else {
    int64_t values[] = {(int64_t)s.f_type,   (int64_t)s.f_bsize, (int64_t)s.f_blocks, (int64_t)s.f_bfree,
                        (int64_t)s.f_bavail, (int64_t)s.f_files, (int64_t)s.f_ffree};
    result = JS_NewArray(ctx);
    for (int i = 0; i < HOST_COUNT(values); i++)
      JS_SetPropertyUint32(ctx, result, (uint32_t)i, JS_NewInt64(ctx, values[i]));
  }
  free(path);
  return result;
}

/* copy(from, to, flags of the new file): contents and mode */
FUNCTION(host_copy) {
  char *from = host_bytes(ctx, argv[0]);
  char *to = from == NULL ? NULL : host_bytes(ctx, argv[1]);
  if (to == NULL) {
    free(from);
    return JS_EXCEPTION;
  }
  struct stat s;
  int code = 0, output = -1, input = open(from, O_RDONLY | O_CLOEXEC);
  if (input < 0 || fstat(input, &s)) code = errno;
  if (code == 0) {
    int flags = O_WRONLY | O_CREAT | O_CLOEXEC | (int)host_integer(ctx, argv[2], O_TRUNC);
    output = open(to, flags, s.st_mode & 07777);
    if (output < 0) code = errno;
  }
  char buffer[65536];
  while (code == 0) {
    ssize_t copied = copy_file_range(input, NULL, output, NULL, 1 << 30, 0);
    if (copied < 0) {
      copied = read(input, buffer, sizeof buffer);
      for (ssize_t done = 0, one; done < copied; done += one)
        if ((one = write(output, buffer + done, (size_t)(copied - done))) < 0) {
          code = errno;
          break;
        }
      if (copied < 0) code = errno;
    }
    if (copied <= 0) break;
  }
  if (input >= 0) close(input);
  if (output >= 0 && close(output) && code == 0) code = errno;
  JSValue result = code == 0 ? JS_UNDEFINED : host_error(ctx, code, "copyfile", from);
  free(from);
  free(to);
  return result;
}

/* connect(path): a stream to a unix socket; a leading NUL cannot be given, so no abstract names */
FUNCTION(host_connect) {
  PATH(path, 0);
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  JSValue result;
  int descriptor = -1;
  if (strlen(path) >= sizeof address.sun_path) {
    result = host_error(ctx, ENAMETOOLONG, "connect", path);
  } else {
    strcpy(address.sun_path, path);
    /* a daemon that accepts nothing any more must not stop the shim, so not to wait for it there */
    descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0 || connect(descriptor, (struct sockaddr *)&address, sizeof address) ||
        fcntl(descriptor, F_SETFL, 0)) {
      result = host_error(ctx, errno, "connect", path);
      if (descriptor >= 0) close(descriptor);
    } else {
      result = JS_NewInt32(ctx, descriptor);
    }
  }
  free(path);
  return result;
}

/* send(descriptor, bytes): how many went; a stream that the other side has closed is an error here, not a signal */
FUNCTION(host_send) {
  size_t size;
  uint8_t *buffer = JS_GetUint8Array(ctx, &size, argv[1]);
  if (buffer == NULL) return JS_EXCEPTION;
  ssize_t count;
  do count = send((int)host_integer(ctx, argv[0], -1), buffer, size, MSG_NOSIGNAL);
  while (count < 0 && errno == EINTR);
  return count < 0 ? host_error(ctx, errno, "write", NULL) : JS_NewInt64(ctx, count);
}

FUNCTION(host_isatty) { return JS_NewBool(ctx, isatty((int)host_integer(ctx, argv[0], -1))); }

FUNCTION(host_umask) {
  int64_t mask = host_integer(ctx, argv[0], -1);
  mode_t before = umask(mask < 0 ? 0 : (mode_t)mask);
  if (mask < 0) umask(before);
  return JS_NewUint32(ctx, before);
}

const JSCFunctionListEntry host_file_functions[] = {
    JS_CFUNC_DEF("stat", 3, host_stat),         JS_CFUNC_DEF("fstat", 1, host_fstat),
    JS_CFUNC_DEF("realpath", 1, host_realpath), JS_CFUNC_DEF("readlink", 1, host_readlink),
    JS_CFUNC_DEF("access", 2, host_access),     JS_CFUNC_DEF("open", 3, host_open),
    JS_CFUNC_DEF("close", 1, host_close),       JS_CFUNC_DEF("read", 5, host_read),
    JS_CFUNC_DEF("write", 5, host_write),       JS_CFUNC_DEF("readdir", 2, host_readdir),
    JS_CFUNC_DEF("mkdir", 2, host_mkdir),       JS_CFUNC_DEF("mkdtemp", 1, host_mkdtemp),
    JS_CFUNC_DEF("rmdir", 1, host_rmdir), JS_CFUNC_DEF("remove", 1, host_remove),       JS_CFUNC_DEF("unlink", 1, host_unlink),
    JS_CFUNC_DEF("rename", 2, host_rename),     JS_CFUNC_DEF("link", 2, host_link),
    JS_CFUNC_DEF("symlink", 2, host_symlink),   JS_CFUNC_DEF("chmod", 2, host_chmod),
    JS_CFUNC_DEF("chown", 3, host_chown),       JS_CFUNC_DEF("utimes", 3, host_utimes),
    JS_CFUNC_DEF("futimes", 3, host_futimes),   JS_CFUNC_DEF("ftruncate", 2, host_ftruncate),
    JS_CFUNC_DEF("fsync", 1, host_fsync),       JS_CFUNC_DEF("statfs", 1, host_statfs),
    JS_CFUNC_DEF("copy", 3, host_copy),         JS_CFUNC_DEF("connect", 1, host_connect),
    JS_CFUNC_DEF("send", 2, host_send),
    JS_CFUNC_DEF("isatty", 1, host_isatty),     JS_CFUNC_DEF("umask", 1, host_umask),
};
const int host_file_function_count = HOST_COUNT(host_file_functions);
