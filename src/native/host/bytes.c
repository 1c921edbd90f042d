/*
 * Bytes: UTF-8, SHA-256, random ones.
 */
#include "host.h"

#include <sys/random.h>

#define FUNCTION(name) static JSValue name(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)

FUNCTION(host_encode) {
  size_t length;
  const char *text = JS_ToCStringLen(ctx, &length, argv[0]);
  if (text == NULL) return JS_EXCEPTION;
  JSValue bytes = JS_NewUint8ArrayCopy(ctx, (const uint8_t *)text, length);
  JS_FreeCString(ctx, text);
  return bytes;
}

/* decode(Uint8Array, start, end): what is no UTF-8 becomes U+FFFD */
FUNCTION(host_decode) {
  size_t size;
  uint8_t *bytes = JS_GetUint8Array(ctx, &size, argv[0]);
  int64_t start = host_integer(ctx, argv[1], 0), end = host_integer(ctx, argv[2], (int64_t)size);
  if (bytes == NULL || start < 0 || end < start || (size_t)end > size)
    return JS_ThrowRangeError(ctx, "the range is outside the buffer");
  return JS_NewStringLen(ctx, (const char *)bytes + start, (size_t)(end - start));
}

FUNCTION(host_random) {
  size_t size;
  uint8_t *bytes = JS_GetUint8Array(ctx, &size, argv[0]);
  for (size_t filled = 0; bytes != NULL && filled < size;) {
    ssize_t count = getrandom(bytes + filled, size - filled, 0);
    if (count < 0 && errno != EINTR) return host_error(ctx, errno, "getrandom", NULL);
    if (count > 0) filled += (size_t)count;
  }
  return JS_UNDEFINED;
}

FUNCTION(host_fraction) {
  static uint64_t bits;
  /* what a module draws when the picture is taken is the same at each build */
  if (host_is_loading) bits = bits * 6364136223846793005u + 1442695040888963407u;
  else if (getrandom(&bits, sizeof bits, 0) < 0) return host_error(ctx, errno, "getrandom", NULL);
  return JS_NewFloat64(ctx, (double)(bits >> 11) / 9007199254740992.0);
}

/* SHA-256, FIPS 180-4. The state lives in a Uint8Array of the caller's. */
struct sha256 {
  uint32_t h[8];
  uint32_t filled;
  uint64_t length;
  uint8_t block[64];
};

static const uint32_t constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01,
    0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc,
    0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
    0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08,
    0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
    0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static uint32_t rotate(uint32_t value, int by) { return value >> by | value << (32 - by); }

static void portable(uint32_t *h, const uint8_t *data, size_t blocks) {
  for (; blocks > 0; blocks--, data += 64) {
    uint32_t w[64];
    for (int i = 0; i < 16; i++)
      w[i] = (uint32_t)data[i * 4] << 24 | (uint32_t)data[i * 4 + 1] << 16 | (uint32_t)data[i * 4 + 2] << 8 | data[i * 4 + 3];
    for (int i = 16; i < 64; i++) {
      uint32_t low = rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ w[i - 15] >> 3;
      uint32_t high = rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ w[i - 2] >> 10;
      w[i] = w[i - 16] + low + w[i - 7] + high;
    }
    uint32_t s[8];
    memcpy(s, h, sizeof s);
    for (int i = 0; i < 64; i++) {
      uint32_t one = s[7] + (rotate(s[4], 6) ^ rotate(s[4], 11) ^ rotate(s[4], 25)) + ((s[4] & s[5]) ^ (~s[4] & s[6])) +
                     constants[i] + w[i];
      uint32_t other = (rotate(s[0], 2) ^ rotate(s[0], 13) ^ rotate(s[0], 22)) +
                       ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
      memmove(s + 1, s, 7 * sizeof s[0]);
      s[4] += one;
      s[0] = one + other;
    }
    for (int i = 0; i < 8; i++) h[i] += s[i];
  }
}

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>

/* The processor's own instructions (Intel SHA extensions), eight times as fast: whole caches are verified with this. */
__attribute__((target("sha,sse4.1,ssse3"))) static void accelerated(uint32_t *h, const uint8_t *data, size_t blocks) {
  const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0bULL, 0x0405060700010203ULL);
  __m128i low = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)h), 0xB1);
  __m128i high = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(h + 4)), 0x1B);
  __m128i abef = _mm_alignr_epi8(low, high, 8), cdgh = _mm_blend_epi16(high, low, 0xF0);
  for (; blocks > 0; blocks--, data += 64) {
    __m128i before_abef = abef, before_cdgh = cdgh, w[4];
    for (int i = 0; i < 4; i++) w[i] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(data + i * 16)), swap);
    for (int i = 0; i < 16; i++) {
      __m128i now = w[i & 3];
      __m128i sum = _mm_add_epi32(now, _mm_loadu_si128((const __m128i *)(constants + i * 4)));
      cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
      abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0E));
      if (i < 12) {
        __m128i next = _mm_sha256msg1_epu32(now, w[(i + 1) & 3]);
        next = _mm_add_epi32(next, _mm_alignr_epi8(w[(i + 3) & 3], w[(i + 2) & 3], 4));
        w[i & 3] = _mm_sha256msg2_epu32(next, w[(i + 3) & 3]);
      }
    }
    abef = _mm_add_epi32(abef, before_abef);
    cdgh = _mm_add_epi32(cdgh, before_cdgh);
  }
  low = _mm_shuffle_epi32(abef, 0x1B);
  high = _mm_shuffle_epi32(cdgh, 0xB1);
  _mm_storeu_si128((__m128i *)h, _mm_blend_epi16(low, high, 0xF0));
  _mm_storeu_si128((__m128i *)(h + 4), _mm_alignr_epi8(high, low, 8));
}

static bool has_instructions(void) {
  unsigned a, b, c, d;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || !(b & (1u << 29))) return false;
  return __get_cpuid(1, &a, &b, &c, &d) && (c & (1u << 19)) && (c & (1u << 9));
}
#endif

static void compress(uint32_t *h, const uint8_t *data, size_t blocks) {
#if defined(__x86_64__)
  static int known = -1;
  if (known < 0) known = has_instructions();
  if (known) {
    accelerated(h, data, blocks);
    return;
  }
#endif
  portable(h, data, blocks);
}

static void update(struct sha256 *state, const uint8_t *data, size_t length) {
  state->length += length;
  if (state->filled > 0) {
    size_t part = 64 - state->filled < length ? 64 - state->filled : length;
    memcpy(state->block + state->filled, data, part);
    state->filled += (uint32_t)part;
    data += part;
    length -= part;
    if (state->filled < 64) return;
    compress(state->h, state->block, 1);
    state->filled = 0;
  }
  compress(state->h, data, length / 64);
  memcpy(state->block, data + length / 64 * 64, length % 64);
  state->filled = (uint32_t)(length % 64);
}

FUNCTION(host_sha256_new) {
  struct sha256 state = {.h = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19}};
  return JS_NewUint8ArrayCopy(ctx, (const uint8_t *)&state, sizeof state);
}

static struct sha256 *state_of(JSContext *ctx, JSValueConst value, struct sha256 *copy) {
  size_t size;
  uint8_t *bytes = JS_GetUint8Array(ctx, &size, value);
  if (bytes == NULL || size != sizeof *copy) {
    JS_ThrowTypeError(ctx, "no SHA-256 state");
    return NULL;
  }
  memcpy(copy, bytes, sizeof *copy);
  return (struct sha256 *)(void *)bytes;
}

FUNCTION(host_sha256_update) {
  struct sha256 state;
  void *place = state_of(ctx, argv[0], &state);
  size_t length;
  uint8_t *data = place == NULL ? NULL : JS_GetUint8Array(ctx, &length, argv[1]);
  if (data == NULL) return JS_EXCEPTION;
  update(&state, data, length);
  memcpy(place, &state, sizeof state);
  return JS_UNDEFINED;
}

FUNCTION(host_sha256_digest) {
  struct sha256 state;
  if (state_of(ctx, argv[0], &state) == NULL) return JS_EXCEPTION;
  static const uint8_t padding[64] = {0x80};
  uint64_t bits = state.length * 8;
  uint8_t length[8], digest[32];
  for (int i = 0; i < 8; i++) length[i] = (uint8_t)(bits >> (56 - 8 * i));
  update(&state, padding, (state.filled < 56 ? 56 : 120) - state.filled);
  update(&state, length, 8);
  for (int i = 0; i < 32; i++) digest[i] = (uint8_t)(state.h[i / 4] >> (24 - 8 * (i % 4)));
  return JS_NewUint8ArrayCopy(ctx, digest, sizeof digest);
}

const JSCFunctionListEntry host_byte_functions[] = {
    JS_CFUNC_DEF("encode", 1, host_encode),
    JS_CFUNC_DEF("decode", 3, host_decode),
    JS_CFUNC_DEF("random", 1, host_random),
    JS_CFUNC_DEF("fraction", 0, host_fraction),
    JS_CFUNC_DEF("sha256New", 0, host_sha256_new),
    JS_CFUNC_DEF("sha256Update", 2, host_sha256_update),
    JS_CFUNC_DEF("sha256Digest", 1, host_sha256_digest),
};
const int host_byte_function_count = HOST_COUNT(host_byte_functions);
