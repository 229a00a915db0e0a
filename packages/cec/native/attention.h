// Attention within a band, one head of one sequence, a strip of steps at a time. Row i of a strip's logits holds what step i says of columns
// i + 1 … i + window alone: place p of it is column i + 1 + p, so that place p of all rows is one distance, and a column lies one place
// further left in each row. Between rows there is room for what is computed beside the window, since columns come in blocks.
#pragma once

#include <throughline/power.h>

#include "attention-types.h"
#include "product.h"
#include "room.h"

namespace throughline::cec::TL_LEVEL {

using kit::TL_LEVEL::broadcast;
using kit::TL_LEVEL::Power;
using kit::TL_LEVEL::rounded;
using kit::TL_LEVEL::spacing;

/** Steps of a strip, a multiple of kRows. */
constexpr int64_t kStrip = 24;
/** Columns of a block. */
constexpr int64_t kBlock = kVectors * kLanes;
/** Places beside the window: a block, and one for each row that is computed with another. */
constexpr int64_t kBeside = (kBlock + kRows + 15) / 16 * 16;
/** A weight below exp of this counts as 0: 2^-86 of the largest, so that products of weights stay normal numbers. */
constexpr float kSmallest = -60;

TL_INLINE int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }
TL_INLINE int64_t most(int64_t a, int64_t b) { return a > b ? a : b; }
TL_INLINE int64_t inBlocks(int64_t count, int64_t size) { return (count + size - 1) / size * size; }

/** exp(x) for x that is at most about 0. */
TL_INLINE Vector<float> weight(Vector<float> x) {
  const Vector<float> lowest = broadcast<float>(kSmallest);
  const Power<float> power(x < lowest ? lowest : x);
  return x < lowest ? Vector<float>{} : power.scale * power.p + power.scale;
}

TL_INLINE float largest(Vector<float> v) {
  float found = v[0];
  for (int64_t i = 1; i < kLanes; ++i) found = v[i] > found ? v[i] : found;
  return found;
}

/** A head's rows without the others'. */
TL_INLINE void copyRows(const float* from, int64_t row, int64_t rows, int64_t count, float scale, const Out& to) {
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t i = 0; i < count; ++i) to.numbers[r * to.row + i] = from[r * row + i] * scale;
}

/** Rows as columns, in blocks of kBlock: number i of row r is at (r / kBlock) * count * kBlock + i * kBlock + r % kBlock. */
TL_INLINE void turnRows(const float* from, int64_t row, int64_t first, int64_t rows, int64_t count, float* to) {
  for (int64_t r = first / kBlock * kBlock; r < rows; r += kBlock) {
    float* block = to + r * count;
    const int64_t here = least(kBlock, rows - r);
    for (int64_t i = 0; i < count; ++i) {
      for (int64_t c = 0; c < here; ++c) block[i * kBlock + c] = from[(r + c) * row + i];
      for (int64_t c = here; c < kBlock; ++c) block[i * kBlock + c] = 0;
    }
  }
}

/** The part of a head's attention that the forward pass and the derivative share. */
struct Head {
  const Band& band;
  const HeadInputs& in;
  int64_t width, padded, columns;  // padded: numbers of a head in whole vectors
  float scale;
  float *keys, *distances;              // by columns: [columns][each], and the table backwards: [window][parts]
  float *queries, *relative, *logits;   // of the strip
  int64_t spread, parts;                // numbers between rows of logits, and of `relative`

  Head(const Band& b, const HeadInputs& inputs, Room& room)
      : band(b), in(inputs), width(b.width()), padded(rounded<float>(b.each)), columns(b.columns()), scale(1.0f / static_cast<float>(b.each)) {
    keys = room.take(inBlocks(columns, kBlock) * b.each);
    distances = room.take(inBlocks(b.window, kBlock) * b.parts);
    queries = room.take(kStrip * padded);
    parts = inBlocks(b.parts, kRows);
    relative = room.take(kStrip * parts);
    spread = spacing<float>(inBlocks(b.window, 16) + 2 * kBeside);
    logits = strip(room);
  }

  /** Room for a strip's numbers by places; place 0 of the first row. */
  float* strip(Room& room) const {
    float* numbers = room.take(kStrip * spread);
    if (numbers == nullptr) return nullptr;
    clear(numbers, kStrip * spread);
    return numbers + kBeside;
  }

  void prepare() {
    turnRows(in.keys, width, in.begin, columns, band.each, keys);
    for (int64_t p = 0; p < band.window; p += kBlock)
      for (int64_t n = 0; n < band.parts; ++n)
        for (int64_t i = 0; i < kBlock; ++i) {
          const int64_t place = p + i;
          distances[p * band.parts + n * kBlock + i] = place < band.window ? in.table[n * band.window + band.window - 1 - place] : 0.0f;
        }
    clear(queries, kStrip * padded);
    clear(relative, kStrip * parts);
  }

  /** Rows of a strip that begins at step `first`. */
  int64_t rows(int64_t first) const { return least(kStrip, band.steps - first); }
  /** Place of the first column there is, and its column. */
  int64_t place(int64_t step) const { return most(0, in.begin - step - 1); }
  int64_t column(int64_t step) const { return most(step + 1, in.begin); }
  /** One more than the last column that steps before `end` see. */
  int64_t end(int64_t end) const { return least(end - 1 + band.window, columns - 1) + 1; }

  /** Rows of a strip, with zeros after the last step. */
  void take(const float* from, int64_t row, int64_t first, int64_t count, float by, const Out& to) const {
    const int64_t here = rows(first);
    copyRows(from + first * row, row, here, count, by, to);
    if (here < kStrip) clear(to.numbers + here * to.row, (kStrip - here) * to.row);
  }

  void takeStrip(int64_t first) const {
    take(in.queries, width, first, band.each, scale, {queries, padded});
    take(in.relative, band.heads * band.parts, first, band.parts, 1, {relative, parts});
  }

  /** What rows [kStrip][padded] say of columns, at their places; added, or in place of what was there. */
  void byColumns(int64_t first, const float* strip, const float* turned, float* to, bool adds) const {
    const int64_t here = rows(first);
    const int64_t last = end(first + here);
    for (int64_t c = column(first) / kBlock * kBlock; c < last; c += kBlock)
      for (int64_t r = 0; r < here; r += kRows) {
        const int64_t step = first + r;
        if (c + kBlock <= column(step) || c >= end(step + kRows)) continue;
        multiply(band.each, {strip + r * padded, padded, 1}, {turned + c * band.each, kBlock},
                 {to + r * spread + c - step - 1, spread - 1}, kVectors, adds);
      }
  }

  void takeLogits(int64_t first) const {
    const int64_t here = rows(first);
    for (int64_t r = 0; r < here; r += kRows)
      for (int64_t p = place(first + r + kRows - 1) / kBlock * kBlock; p < band.window; p += kBlock)
        multiply(band.parts, {relative + r * parts, parts, 1}, {distances + p * band.parts, kBlock}, {logits + r * spread + p, spread},
                 kVectors, false);
    byColumns(first, queries, keys, logits, true);
  }

  /** Minus infinity at the places of a row that are not to be seen, as far as whole vectors reach. @returns where these begin */
  int64_t hide(float* row, int64_t step) const {
    const float no = -__builtin_inff();
    const int64_t from = place(step), start = from / kLanes * kLanes;
    for (int64_t p = start; p < from; ++p) row[p] = no;
    for (int64_t p = band.window; p < rounded<float>(band.window); ++p) row[p] = no;
    if (in.absent != nullptr)
      for (int64_t p = from; p < band.window - step - 1; ++p) row[p] += in.absent[p + step + 1];
    return start;
  }

  /** Zeros beside a row's window, as far as products of several rows reach. */
  void clearBeside(float* row, int64_t step) const {
    const int64_t start = most(0, place(step) - kStrip) / kLanes * kLanes - kRows;
    for (int64_t p = start; p < place(step); ++p) row[p] = 0;
    for (int64_t p = band.window; p < rounded<float>(band.window) + kRows; ++p) row[p] = 0;
  }

  /** Rows [kStrip][padded] of sums over columns, of `right` [columns][padded]. */
  void overColumns(int64_t first, const float* strip, const float* right, float* to) const {
    for (int64_t r = 0; r < rows(first); r += kRows) {
      const int64_t step = first + r, from = column(step);
      multiply(end(step + kRows) - from, {strip + r * spread + from - step - 1, spread - 1, 1}, {right + from * padded, padded},
               {to + r * padded, padded}, padded / kLanes, false);
    }
  }
};

struct Attend : Head {
  float *values, *out;

  Attend(const Band& b, const HeadInputs& inputs, Room& room) : Head(b, inputs, room) {
    values = room.take(columns * padded);
    out = room.take(kStrip * padded);
  }

  /** Weights of a row before they are divided by their sum. @returns the largest logit and the sum */
  struct Row {
    float top, total;
  };
  Row weights(float* row, int64_t step) const {
    const int64_t start = hide(row, step), last = rounded<float>(band.window);
    Vector<float> top = broadcast<float>(-__builtin_inff());
    for (int64_t p = start; p < last; p += kLanes) {
      const Vector<float> x = load(row + p);
      top = x > top ? x : top;
    }
    const float highest = largest(top);
    Vector<float> total{};
    for (int64_t p = start; p < last; p += kLanes) {
      const Vector<float> w = weight(load(row + p) - highest);
      store(row + p, w);
      total += w;
    }
    clearBeside(row, step);
    return {highest, sum<float>(total)};
  }

  void run(float* to, float* sums) {
    prepare();
    if (padded > band.each) clear(values, columns * padded);
    copyRows(in.values + in.begin * width, width, columns - in.begin, band.each, 1, {values + in.begin * padded, padded});
    for (int64_t first = 0; first < band.steps; first += kStrip) {
      const int64_t here = rows(first);
      takeStrip(first);
      takeLogits(first);
      float shares[kStrip];
      for (int64_t r = 0; r < here; ++r) {
        const Row found = weights(logits + r * spread, first + r);
        shares[r] = 1 / found.total;
        if (sums != nullptr) sums[first + r] = found.top + __builtin_logf(found.total);
      }
      overColumns(first, logits, values, out);
      for (int64_t r = 0; r < here; ++r) copyRows(out + r * padded, padded, 1, band.each, shares[r], {to + (first + r) * width, width});
    }
  }
};

inline int64_t attendWork(const Band& band) {
  Room room{nullptr};
  const HeadInputs none{};
  Attend(band, none, room);
  return room.used;
}

inline void attend(const Band& band, const HeadInputs& in, float* out, float* sums, float* work) {
  Room room{work};
  Attend(band, in, room).run(out, sums);
}

struct AttendBackward : Head {
  float *values, *rowsOfKeys, *rowsOfDistances;   // values by columns as `keys`; keys and distances by rows
  float *given, *slopes, *toQueries, *toRelative;  // of the strip
  float *toKeys, *toValues, *toTable;
  int64_t paddedParts, places;

  AttendBackward(const Band& b, const HeadInputs& inputs, Room& room)
      : Head(b, inputs, room), paddedParts(rounded<float>(b.parts)), places(rounded<float>(b.window)) {
    values = room.take(inBlocks(columns, kBlock) * b.each);
    rowsOfKeys = room.take(columns * padded);
    rowsOfDistances = room.take(b.window * paddedParts);
    given = room.take(kStrip * padded);
    slopes = strip(room);
    toQueries = room.take(kStrip * padded);
    toRelative = room.take(kStrip * paddedParts);
    toKeys = room.take((columns + kRows) * padded);
    toValues = room.take((columns + kRows) * padded);
    toTable = room.take(parts * places);
  }

  /** A row's weights in place of its logits, and the gradient of its logits in place of that of its weights. */
  void slopesOf(float* row, float* slope, int64_t step, float sum, float mean) const {
    for (int64_t p = hide(row, step); p < places; p += kLanes) {
      const Vector<float> w = weight(load(row + p) - sum);
      store(row + p, w);
      store(slope + p, w * (load(slope + p) - mean));
    }
    clearBeside(row, step);
    clearBeside(slope, step);
  }

  /** Adds to rows of columns what they get from the strip's weights, or slopes, times its rows. */
  void addToColumns(int64_t first, const float* strip, const float* right, float* to) const {
    const int64_t here = rows(first), last = end(first + here);
    for (int64_t c = column(first); c < last; c += kRows) {
      // Those of the strip's rows that see one of these columns.
      const int64_t from = most(0, c - first - band.window), until = least(here, c + kRows - 1 - first);
      if (from >= until) continue;
      multiply(until - from, {strip + from * spread + c - first - from - 1, 1, spread - 1}, {right + from * padded, padded},
               {to + c * padded, padded}, padded / kLanes, true);
    }
  }

  void run(const HeadGradients& to) {
    prepare();
    turnRows(in.values, width, in.begin, columns, band.each, values);
    clear(rowsOfKeys, columns * padded);
    copyRows(in.keys + in.begin * width, width, columns - in.begin, band.each, 1, {rowsOfKeys + in.begin * padded, padded});
    clear(rowsOfDistances, band.window * paddedParts);
    for (int64_t n = 0; n < band.parts; ++n)
      for (int64_t p = 0; p < band.window; ++p) rowsOfDistances[p * paddedParts + n] = in.table[n * band.window + band.window - 1 - p];
    clear(given, kStrip * padded);
    clear(toKeys, (columns + kRows) * padded);
    clear(toValues, (columns + kRows) * padded);
    clear(toTable, parts * places);
    for (int64_t first = 0; first < band.steps; first += kStrip) addStrip(first, to);
    copyRows(toKeys, padded, columns, band.each, 1, {to.keys, width});
    copyRows(toValues, padded, columns, band.each, 1, {to.values, width});
    for (int64_t n = 0; n < band.parts; ++n)
      for (int64_t p = 0; p < band.window; ++p) to.table[n * band.window + band.window - 1 - p] = toTable[n * places + p];
  }

 private:
  void addStrip(int64_t first, const HeadGradients& to) const {
    const int64_t here = rows(first);
    takeStrip(first);
    take(to.given, width, first, band.each, 1, {given, padded});
    takeLogits(first);
    byColumns(first, given, values, slopes, false);
    // All of them first: rows of `out` lie far from each other, and are waited for together.
    float means[kStrip];
    for (int64_t r = 0; r < here; ++r) means[r] = dot(given + r * padded, to.out + (first + r) * width, band.each);
    for (int64_t r = 0; r < here; ++r) slopesOf(logits + r * spread, slopes + r * spread, first + r, to.sums[first + r], means[r]);
    addToColumns(first, logits, given, toValues);
    addToColumns(first, slopes, queries, toKeys);
    overColumns(first, slopes, rowsOfKeys, toQueries);
    copyRows(toQueries, padded, here, band.each, scale, {to.queries + first * width, width});
    const int64_t start = place(first + here - 1) / kLanes * kLanes;
    for (int64_t r = 0; r < here; r += kRows)
      multiply(band.window - start, {slopes + r * spread + start, spread, 1}, {rowsOfDistances + start * paddedParts, paddedParts},
               {toRelative + r * paddedParts, paddedParts}, paddedParts / kLanes, false);
    const int64_t row = band.heads * band.parts;
    copyRows(toRelative, paddedParts, here, band.parts, 1, {to.relative + first * row, row});
    for (int64_t n = 0; n < parts; n += kRows)
      multiply(here, {relative + n, 1, parts}, {slopes + start, spread}, {toTable + n * places + start, places}, (places - start) / kLanes,
               true);
  }
};

inline int64_t attendBackwardWork(const Band& band) {
  Room room{nullptr};
  const HeadInputs none{};
  AttendBackward(band, none, room);
  return room.used;
}

inline void attendBackward(const Band& band, const HeadInputs& in, const HeadGradients& to, float* work) {
  Room room{work};
  AttendBackward(band, in, room).run(to);
}

}  // namespace throughline::cec::TL_LEVEL
