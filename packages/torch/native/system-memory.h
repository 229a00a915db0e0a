// How much memory this process can have: the machine's, or that of the smallest cgroup on the way to its own.
#pragma once

#include <cstddef>
#include <string>

namespace throughline {

/** Bytes, SIZE_MAX where the system does not say. `root` is put before every path, so that a test can lay out its own. */
size_t totalMemory(const std::string& root = "");

/**
 * Bytes that could be had now without the system killing this process or another. What counts as such in a cgroup is
 * counted with its file pages only if there are fewer than `enough` without them, for counting them takes long.
 */
size_t availableMemory(size_t enough, const std::string& root = "");

/** Bytes of this process that are its own and in memory; 0 where the system does not say. */
size_t residentMemory();

}  // namespace throughline
