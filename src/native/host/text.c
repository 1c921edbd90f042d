/*
 * Text to and from bytes, and errors as Node words them.
 */
#include "host.h"

#include <ctype.h>
#include <stdio.h>

/* The length of the UTF-8 sequence that begins here; 0 where there is none (Unicode 15, table 3-7). */
static size_t sequence(const unsigned char *at, size_t left) {
  unsigned char lead = at[0];
  if (lead < 0x80) return 1;
  size_t length = lead >= 0xC2 && lead <= 0xDF ? 2 : lead >= 0xE0 && lead <= 0xEF ? 3 : lead >= 0xF0 && lead <= 0xF4 ? 4 : 0;
  if (length == 0 || length > left) return 0;
  unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (at[1] < low || at[1] > high) return 0;
  for (size_t i = 2; i < length; i++)
    if ((at[i] & 0xC0) != 0x80) return 0;
  return length;
}

static size_t utf16(const unsigned char *at, size_t length, uint16_t *into) {
  static const unsigned char masks[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
  uint32_t point = at[0] & masks[length];
  for (size_t i = 1; i < length; i++) point = point << 6 | (at[i] & 0x3F);
  if (point < 0x10000) {
    into[0] = (uint16_t)point;
    return 1;
  }
  into[0] = (uint16_t)(0xD800 + ((point - 0x10000) >> 10));
  into[1] = (uint16_t)(0xDC00 + ((point - 0x10000) & 0x3FF));
  return 2;
}

JSValue host_text(JSContext *ctx, const char *bytes, size_t length) {
  const unsigned char *at = (const unsigned char *)bytes;
  size_t valid = 0;
  while (valid < length) {
    size_t one = sequence(at + valid, length - valid);
    if (one == 0) break;
    valid += one;
  }
  if (valid == length) return JS_NewStringLen(ctx, bytes, length);
  uint16_t *units = malloc((length + 1) * sizeof(uint16_t));
  size_t count = 0;
  for (size_t i = 0; i < length;) {
    size_t one = sequence(at + i, length - i);
    if (one == 0) {
      units[count++] = (uint16_t)(0xDC00 + at[i]);
      i++;
    } else {
      count += utf16(at + i, one, units + count);
      i += one;
    }
  }
  JSValue text = JS_NewStringUTF16(ctx, units, count);
  free(units);
  return text;
}

char *host_bytes(JSContext *ctx, JSValueConst text) {
  size_t length;
  const char *utf8 = JS_ToCStringLen(ctx, &length, text);
  if (utf8 == NULL) return NULL;
  if (memchr(utf8, 0, length) != NULL) {
    JS_FreeCString(ctx, utf8);
    JS_ThrowTypeError(ctx, "must be a string without null bytes");
    return NULL;
  }
  char *bytes = malloc(length + 1);
  size_t count = 0;
  for (size_t i = 0; i < length; i++) {
    const unsigned char *at = (const unsigned char *)utf8 + i;
    /* U+DC80 to U+DCFF, which QuickJS writes as three bytes */
    if (at[0] == 0xED && length - i >= 3 && (at[1] == 0xB2 || at[1] == 0xB3)) {
      bytes[count++] = (char)((at[1] & 0x03) << 6 | (at[2] & 0x3F));
      i += 2;
    } else {
      bytes[count++] = utf8[i];
    }
  }
  bytes[count] = 0;
  JS_FreeCString(ctx, utf8);
  return bytes;
}

char **host_list(JSContext *ctx, JSValueConst array) {
  int64_t length = 0;
  if (JS_GetLength(ctx, array, &length) < 0) return NULL;
  char **list = calloc((size_t)length + 1, sizeof(char *));
  for (int64_t i = 0; i < length; i++) {
    JSValue item = JS_GetPropertyInt64(ctx, array, i);
    list[i] = JS_IsException(item) ? NULL : host_bytes(ctx, item);
    JS_FreeValue(ctx, item);
    if (list[i] == NULL) {
      host_free_list(list);
      return NULL;
    }
  }
  return list;
}

void host_free_list(char **list) {
  if (list == NULL) return;
  for (char **item = list; *item != NULL; item++) free(*item);
  free(list);
}

char **host_environment(JSContext *ctx, JSValueConst object) {
  JSPropertyEnum *names;
  uint32_t count;
  if (JS_GetOwnPropertyNames(ctx, &names, &count, object, JS_GPN_STRING_MASK | JS_GPN_ENUM_ONLY) < 0) return NULL;
  char **list = calloc(count + 1, sizeof(char *));
  size_t filled = 0;
  bool failed = false;
  for (uint32_t i = 0; i < count && !failed; i++) {
    JSValue value = JS_GetProperty(ctx, object, names[i].atom);
    if (!JS_IsUndefined(value) && !JS_IsNull(value)) {
      JSValue name = JS_AtomToString(ctx, names[i].atom);
      char *left = host_bytes(ctx, name);
      char *right = left == NULL ? NULL : host_bytes(ctx, value);
      failed = right == NULL || asprintf(&list[filled], "%s=%s", left, right) < 0;
      if (!failed) filled++;
      free(left);
      free(right);
      JS_FreeValue(ctx, name);
    }
    JS_FreeValue(ctx, value);
  }
  JS_FreePropertyEnum(ctx, names, count);
  list[filled] = NULL;
  if (!failed) return list;
  host_free_list(list);
  return NULL;
}

int64_t host_integer(JSContext *ctx, JSValueConst value, int64_t fallback) {
  int64_t integer = fallback;
  if (!JS_IsUndefined(value) && !JS_IsNull(value)) JS_ToInt64(ctx, &integer, value);
  return integer;
}

const char *host_error_name(int code) {
  const char *name = strerrorname_np(code);
  return name == NULL ? "UNKNOWN" : name;
}

JSValue host_error(JSContext *ctx, int code, const char *call, const char *path) {
  char *message = NULL;
  const char *why = strerror(code);
  const char *name = host_error_name(code);
  /* libuv writes its texts in lower case */
  int length = path == NULL ? asprintf(&message, "%s: %c%s, %s", name, tolower(why[0]), why + 1, call)
                            : asprintf(&message, "%s: %c%s, %s '%s'", name, tolower(why[0]), why + 1, call, path);
  JSValue error = JS_NewError(ctx);
  int flags = JS_PROP_CONFIGURABLE | JS_PROP_WRITABLE;
  JS_DefinePropertyValueStr(ctx, error, "message", host_text(ctx, message, length < 0 ? 0 : (size_t)length), flags);
  flags |= JS_PROP_ENUMERABLE;
  JS_DefinePropertyValueStr(ctx, error, "errno", JS_NewInt32(ctx, -code), flags);
  JS_DefinePropertyValueStr(ctx, error, "code", JS_NewString(ctx, name), flags);
  JS_DefinePropertyValueStr(ctx, error, "syscall", JS_NewString(ctx, call), flags);
  if (path != NULL) JS_DefinePropertyValueStr(ctx, error, "path", host_text(ctx, path, strlen(path)), flags);
  free(message);
  return JS_Throw(ctx, error);
}
