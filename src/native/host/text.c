/*
 * Text and bytes. Texts of JavaScript are UTF-16. Names of files and words of a command can be any bytes.
 */
#include "host.h"

#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

/* Reads one character of UTF-8 at `at`, where `left` bytes are left, at least 1. Returns its length, or 0 if it is not valid:
 * longer than needed, a surrogate, or above U+10FFFF (Unicode 15, table 3-7). */
static size_t sequence(const uint8_t *at, size_t left, uint32_t *point) {
  static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  *point = at[0];
  if (at[0] < 0x80) return 1;
  size_t length = at[0] < 0xC2 ? 0 : at[0] < 0xE0 ? 2 : at[0] < 0xF0 ? 3 : at[0] < 0xF5 ? 4 : 0;
  if (length == 0 || length > left) return 0;
  *point &= 0x7Fu >> length;
  for (size_t i = 1; i < length; i++) {
    if ((at[i] & 0xC0) != 0x80) return 0;
    *point = *point << 6 | (at[i] & 0x3F);
  }
  return *point < least[length] || *point > 0x10FFFF || *point >> 11 == 0x1B ? 0 : length;
}

JSValue host_text(JSContext *ctx, const char *bytes, size_t length) {
  const uint8_t *at = (const uint8_t *)bytes;
  size_t valid = 0, count = 0;
  uint32_t point;
  for (size_t one; valid < length && (one = sequence(at + valid, length - valid, &point)) > 0;) valid += one;
  if (valid == length) return JS_NewStringLen(ctx, bytes, length);
  uint16_t *units = js_malloc(ctx, length * sizeof *units);
  if (units == NULL) return JS_EXCEPTION;
  for (size_t i = 0; i < length;) {
    size_t one = sequence(at + i, length - i, &point);
    if (one == 0) point = 0xDC00 + at[i];
    if (point < 0x10000) {
      units[count++] = (uint16_t)point;
    } else {
      units[count++] = (uint16_t)(0xD7C0 + (point >> 10));
      units[count++] = (uint16_t)(0xDC00 + (point & 0x3FF));
    }
    i += one == 0 ? 1 : one;
  }
  JSValue text = JS_NewStringUTF16(ctx, units, count);
  js_free(ctx, units);
  return text;
}

char *host_bytes(JSContext *ctx, JSValueConst text, size_t *length) {
  size_t size, count = 0;
  const char *utf8 = JS_IsString(text) ? JS_ToCStringLen(ctx, &size, text) : NULL;
  bool fits = utf8 != NULL && (length != NULL || memchr(utf8, 0, size) == NULL);
  char *bytes = fits ? malloc(size + 1) : NULL;
  for (size_t i = 0; bytes != NULL && i < size; i++) {
    const uint8_t *at = (const uint8_t *)utf8 + i;
    /* U+DC80 to U+DCFF: QuickJS writes these as three bytes */
    bool raw = at[0] == 0xED && size - i >= 3 && (at[1] == 0xB2 || at[1] == 0xB3);
    bytes[count++] = raw ? (char)((at[1] & 0x03) << 6 | (at[2] & 0x3F)) : utf8[i];
    if (raw) i += 2;
  }
  if (utf8 != NULL) JS_FreeCString(ctx, utf8);
  if (bytes == NULL) JS_ThrowTypeError(ctx, "must be a string without null bytes");
  if (bytes == NULL) return NULL;
  bytes[count] = 0;
  if (length != NULL) *length = count;
  return bytes;
}

/* encode(text): a Uint8Array with the text in UTF-8
 * bytes(text): the same with host_bytes, for a name or a word */
JSValue host_encode(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv, int keeps) {
  size_t length;
  char *kept = keeps ? host_bytes(ctx, argv[0], &length) : NULL;
  const char *text = keeps ? kept : JS_ToCStringLen(ctx, &length, argv[0]);
  if (text == NULL) return JS_EXCEPTION;
  JSValue bytes = JS_NewUint8ArrayCopy(ctx, (const uint8_t *)text, length);
  if (!keeps) JS_FreeCString(ctx, text);
  free(kept);
  return bytes;
}

/* decode(Uint8Array, start, end): the text of its bytes from start to end; what is not UTF-8 becomes U+FFFD
 * name(Uint8Array, start, end): the same with host_text, for a name or a word
 * Both throw if the range is not inside the array. */
JSValue host_decode(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv, int keeps) {
  size_t size;
  int64_t start, end;
  uint8_t *bytes = JS_GetUint8Array(ctx, &size, argv[0]);
  if (bytes == NULL || JS_ToInt64(ctx, &start, argv[1]) || JS_ToInt64(ctx, &end, argv[2])) return JS_EXCEPTION;
  if (start < 0 || end < start || (size_t)end > size) return JS_ThrowRangeError(ctx, "the range is outside the buffer");
  const char *from = (const char *)bytes + start;
  return keeps ? host_text(ctx, from, (size_t)(end - start)) : JS_NewStringLen(ctx, from, (size_t)(end - start));
}

/* sha256(state, data): adds a Uint8Array of data to a hash. `state` is a Uint8Array of SHA256_STATE bytes: zeros, or as the last
 * call left it. Without data: returns the digest, after which the state is useless. */
#define SHA256_STATE 128
_Static_assert(sizeof(SHA256_CTX) < SHA256_STATE, "the state of a hash has outgrown its place");
JSValue host_sha256(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv) {
  size_t size, length;
  uint8_t *state = JS_GetUint8Array(ctx, &size, argv[0]), digest[SHA256_DIGEST_LENGTH];
  if (state == NULL || size != SHA256_STATE) return JS_ThrowTypeError(ctx, "no state of a hash");
  SHA256_CTX hash;
  memcpy(&hash, state, sizeof hash);
  if (hash.md_len == 0) SHA256_Init(&hash);
  /* a wrong number in the state would make OpenSSL write behind it */
  hash.num %= SHA256_CBLOCK;
  if (JS_IsUndefined(argv[1])) {
    SHA256_Final(digest, &hash);
    return JS_NewUint8ArrayCopy(ctx, digest, sizeof digest);
  }
  uint8_t *data = JS_GetUint8Array(ctx, &length, argv[1]);
  if (data == NULL) return JS_EXCEPTION;
  SHA256_Update(&hash, data, length);
  memcpy(state, &hash, sizeof hash);
  return JS_UNDEFINED;
}
