// Strips for x86-64 with AVX-512.
#include "strips.h"
#if defined(__x86_64__)
#include <immintrin.h>
#include <throughline/avx512.h>
#define TL_BLOCKS
#include "strip-loops.h"

namespace throughline::envs::avx512 {

TL_INLINE void packBlock(const uint32_t* colours, int64_t height, int64_t width, uint8_t* out) {
  // Three words of four bytes for each four columns, in sixteen rows.
  __m512i words[12];
  const __m512i three = _mm512_set1_epi32(0xffffff);
  for (int group = 0; group < 4; ++group) {
    __m512i c[4];
    for (int i = 0; i < 4; ++i) c[i] = _mm512_and_si512(_mm512_loadu_si512(colours + (4 * group + i) * height), three);
    words[3 * group] = _mm512_or_si512(c[0], _mm512_slli_epi32(c[1], 24));
    words[3 * group + 1] = _mm512_or_si512(_mm512_srli_epi32(c[1], 8), _mm512_slli_epi32(c[2], 16));
    words[3 * group + 2] = _mm512_or_si512(_mm512_srli_epi32(c[2], 16), _mm512_slli_epi32(c[3], 8));
  }
  for (int part = 0; part < 3; ++part) {
    const __m512i* w = words + 4 * part;
    const __m512i a = _mm512_unpacklo_epi32(w[0], w[1]), b = _mm512_unpackhi_epi32(w[0], w[1]);
    const __m512i d = _mm512_unpacklo_epi32(w[2], w[3]), e = _mm512_unpackhi_epi32(w[2], w[3]);
    // Of each four rows one.
    const __m512i rows[4] = {_mm512_unpacklo_epi64(a, d), _mm512_unpackhi_epi64(a, d), _mm512_unpacklo_epi64(b, e),
                             _mm512_unpackhi_epi64(b, e)};
    for (int i = 0; i < 4; ++i) {
      uint8_t* to = out + i * width * 3 + 16 * part;
      const int64_t four = 4 * width * 3;
      _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm512_castsi512_si128(rows[i]));
      _mm_storeu_si128(reinterpret_cast<__m128i*>(to + four), _mm512_extracti32x4_epi32(rows[i], 1));
      _mm_storeu_si128(reinterpret_cast<__m128i*>(to + 2 * four), _mm512_extracti32x4_epi32(rows[i], 2));
      _mm_storeu_si128(reinterpret_cast<__m128i*>(to + 3 * four), _mm512_extracti32x4_epi32(rows[i], 3));
    }
  }
}

/** A column of a texture lies in four registers at most, so that its pixels are chosen without going to memory. */
inline void wall(const WallStrip& s) {
  const __m512i none = _mm512_setzero_si512();
  const auto part = [&](int i) { return s.size >= 16 * (i + 1) ? _mm512_loadu_si512(s.texture + 16 * i) : none; };
  const __m512i t0 = s.size < 16 ? _mm512_maskz_loadu_epi32(static_cast<__mmask16>((1u << s.size) - 1), s.texture) : part(0);
  const __m512i t1 = part(1), t2 = part(2), t3 = part(3);
  const __m512i lanes = _mm512_set_epi64(7, 6, 5, 4, 3, 2, 1, 0), step = _mm512_set1_epi64(s.step);
  __m512i low = _mm512_add_epi64(_mm512_set1_epi64(s.down), _mm512_mullo_epi64(lanes, step));
  __m512i high = _mm512_add_epi64(low, _mm512_slli_epi64(step, 3));
  const __m512i on = _mm512_slli_epi64(step, 4);
  // The upper halves of sixteen numbers.
  const __m512i upper = _mm512_set_epi32(31, 29, 27, 25, 23, 21, 19, 17, 15, 13, 11, 9, 7, 5, 3, 1);
  const __m512i mask = _mm512_set1_epi32(s.size - 1), half = _mm512_set1_epi32(32);
  const __m512i share = _mm512_set1_epi32(static_cast<int>(s.light.share)), even = _mm512_set1_epi32(static_cast<int>(s.light.even)),
                odd = _mm512_set1_epi32(static_cast<int>(s.light.odd));
  const __m512i low_bytes = _mm512_set1_epi32(0xff00ff), high_bytes = _mm512_set1_epi32(static_cast<int>(0xff00ff00));
  for (int64_t i = 0; i < s.count; i += 16) {
    const __m512i place = _mm512_and_si512(_mm512_permutex2var_epi32(low, upper, high), mask);
    low = _mm512_add_epi64(low, on);
    high = _mm512_add_epi64(high, on);
    const __m512i colour = _mm512_mask_blend_epi32(_mm512_test_epi32_mask(place, half), _mm512_permutex2var_epi32(t0, place, t1),
                                                   _mm512_permutex2var_epi32(t2, place, t3));
    const __m512i a = _mm512_and_si512(
        _mm512_srli_epi32(_mm512_add_epi32(_mm512_mullo_epi32(_mm512_and_si512(colour, low_bytes), share), even), 8), low_bytes);
    const __m512i b = _mm512_and_si512(
        _mm512_add_epi32(_mm512_mullo_epi32(_mm512_and_si512(_mm512_srli_epi32(colour, 8), low_bytes), share), odd), high_bytes);
    const __m512i lit = _mm512_or_si512(a, b);
    if (const int64_t rest = s.count - i; rest >= 16)
      _mm512_storeu_si512(s.colours + i, lit);
    else
      _mm512_mask_storeu_epi32(s.colours + i, static_cast<__mmask16>((1u << rest) - 1), lit);
  }
}

}  // namespace throughline::envs::avx512

#include "strips-table.h"
#include <throughline/end.h>
#endif
