// Strips for x86-64 with AVX2.
#include "strips.h"
#if defined(__x86_64__)
#include <immintrin.h>
#include <throughline/avx2.h>
#define TL_BLOCKS
#include "strip-loops.h"

namespace throughline::envs::avx2 {

TL_INLINE void packBlock(const uint32_t* colours, int64_t height, int64_t width, uint8_t* out) {
  const __m256i three = _mm256_set1_epi32(0xffffff);
  for (int64_t row = 0; row < kTogether; row += 8, colours += 8, out += 8 * width * 3) {
    // Three words of four bytes for each four columns, in eight rows.
    __m256i words[12];
    for (int group = 0; group < 4; ++group) {
      __m256i c[4];
      for (int i = 0; i < 4; ++i)
        c[i] = _mm256_and_si256(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(colours + (4 * group + i) * height)), three);
      words[3 * group] = _mm256_or_si256(c[0], _mm256_slli_epi32(c[1], 24));
      words[3 * group + 1] = _mm256_or_si256(_mm256_srli_epi32(c[1], 8), _mm256_slli_epi32(c[2], 16));
      words[3 * group + 2] = _mm256_or_si256(_mm256_srli_epi32(c[2], 16), _mm256_slli_epi32(c[3], 8));
    }
    for (int part = 0; part < 3; ++part) {
      const __m256i* w = words + 4 * part;
      const __m256i a = _mm256_unpacklo_epi32(w[0], w[1]), b = _mm256_unpackhi_epi32(w[0], w[1]);
      const __m256i d = _mm256_unpacklo_epi32(w[2], w[3]), e = _mm256_unpackhi_epi32(w[2], w[3]);
      // Of each four rows one.
      const __m256i rows[4] = {_mm256_unpacklo_epi64(a, d), _mm256_unpackhi_epi64(a, d), _mm256_unpacklo_epi64(b, e),
                               _mm256_unpackhi_epi64(b, e)};
      for (int i = 0; i < 4; ++i) {
        uint8_t* to = out + i * width * 3 + 16 * part;
        _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm256_castsi256_si128(rows[i]));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(to + 4 * width * 3), _mm256_extracti128_si256(rows[i], 1));
      }
    }
  }
}

/** Pixels of a texture's column, which lies in `Count` registers, at eight places; a bit of the places chooses between halves. */
template <int Count>
TL_INLINE __m256i choose(const __m256i* texels, __m256i place) {
  if constexpr (Count == 1) return _mm256_permutevar8x32_epi32(texels[0], place);
  constexpr int kBit = Count == 8 ? 5 : Count == 4 ? 4 : 3;
  const __m256i first = choose<Count <= 1 ? 1 : Count / 2>(texels, place), second = choose<Count <= 1 ? 1 : Count / 2>(texels + Count / 2, place);
  return _mm256_castps_si256(_mm256_blendv_ps(_mm256_castsi256_ps(first), _mm256_castsi256_ps(second),
                                              _mm256_castsi256_ps(_mm256_slli_epi32(place, 31 - kBit))));
}

template <int Count>
TL_INLINE void wallOf(const WallStrip& s, const __m256i* texels) {
  // Rows 0, 1, 4, 5 and 2, 3, 6, 7, whose upper halves come into their order by one shuffle.
  const __m256i step = _mm256_set1_epi64x(s.step), down = _mm256_set1_epi64x(s.down);
  const __m256i four = _mm256_slli_epi64(step, 2), on = _mm256_slli_epi64(step, 3);
  const __m256i begin = _mm256_add_epi64(_mm256_add_epi64(down, _mm256_set_epi64x(s.step, 0, s.step, 0)),
                                         _mm256_blend_epi32(_mm256_setzero_si256(), four, 0xf0));
  __m256i low = begin, high = _mm256_add_epi64(begin, _mm256_slli_epi64(step, 1));
  const __m256i mask = _mm256_set1_epi32(s.size - 1);
  const __m256i share = _mm256_set1_epi32(static_cast<int>(s.light.share)), even = _mm256_set1_epi32(static_cast<int>(s.light.even)),
                odd = _mm256_set1_epi32(static_cast<int>(s.light.odd));
  const __m256i low_bytes = _mm256_set1_epi32(0xff00ff), high_bytes = _mm256_set1_epi32(static_cast<int>(0xff00ff00));
  const __m256i lanes = _mm256_set_epi32(7, 6, 5, 4, 3, 2, 1, 0);
  for (int64_t i = 0; i < s.count; i += 8) {
    const __m256i place = _mm256_and_si256(
        _mm256_castps_si256(_mm256_shuffle_ps(_mm256_castsi256_ps(low), _mm256_castsi256_ps(high), 0xdd)), mask);
    low = _mm256_add_epi64(low, on);
    high = _mm256_add_epi64(high, on);
    const __m256i colour = choose<Count>(texels, place);
    const __m256i a = _mm256_and_si256(
        _mm256_srli_epi32(_mm256_add_epi32(_mm256_mullo_epi32(_mm256_and_si256(colour, low_bytes), share), even), 8), low_bytes);
    const __m256i b = _mm256_and_si256(
        _mm256_add_epi32(_mm256_mullo_epi32(_mm256_and_si256(_mm256_srli_epi32(colour, 8), low_bytes), share), odd), high_bytes);
    const __m256i lit = _mm256_or_si256(a, b);
    int* to = reinterpret_cast<int*>(s.colours + i);
    if (const int64_t rest = s.count - i; rest >= 8)
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), lit);
    else
      _mm256_maskstore_epi32(to, _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(rest)), lanes), lit);
  }
}

/** A column of a texture lies in eight registers at most, so that its pixels are chosen without going to memory. */
inline void wall(const WallStrip& s) {
  __m256i texels[8];
  const int* from = reinterpret_cast<const int*>(s.texture);
  const int count = s.size < 8 ? 1 : s.size / 8;
  if (s.size < 8) {
    const __m256i lanes = _mm256_set_epi32(7, 6, 5, 4, 3, 2, 1, 0);
    texels[0] = _mm256_maskload_epi32(from, _mm256_cmpgt_epi32(_mm256_set1_epi32(s.size), lanes));
  } else
    for (int i = 0; i < count; ++i) texels[i] = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from + 8 * i));
  if (count == 8) return wallOf<8>(s, texels);
  if (count == 4) return wallOf<4>(s, texels);
  if (count == 2) return wallOf<2>(s, texels);
  wallOf<1>(s, texels);
}

}  // namespace throughline::envs::avx2

#include "strips-table.h"
#include <throughline/end.h>
#endif
