#include "system-memory.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string_view>

#if defined(_WIN32)
#include <windows.h>
#else
#include <unistd.h>
#endif

namespace throughline {

namespace {

constexpr size_t kUnknown = SIZE_MAX;

std::string contentOf(const std::string& path) {
  std::string content;
  if (std::FILE* file = std::fopen(path.c_str(), "r")) {
    char part[4096];
    while (const size_t length = std::fread(part, 1, sizeof part, file)) content.append(part, length);
    std::fclose(file);
  }
  return content;
}

/** The number at the start of a file; kUnknown if there is none, as in "max". */
size_t numberIn(const std::string& path) {
  const std::string content = contentOf(path);
  char* end = nullptr;
  const unsigned long long number = std::strtoull(content.c_str(), &end, 10);
  return end == content.c_str() ? kUnknown : static_cast<size_t>(number);
}

/** The number behind `name` at the start of a line; 0 if there is no such line. */
size_t field(const std::string& content, const std::string& name) {
  size_t at = content.rfind(name, 0) == 0 ? 0 : content.find("\n" + name);
  if (at == std::string::npos) return 0;
  if (content[at] == '\n') ++at;
  return static_cast<size_t>(std::strtoull(content.c_str() + at + name.size(), nullptr, 10));
}

/** One cgroup on the way from this process's to the root, in version 1 or 2 of the interface. */
struct Cgroup {
  std::string folder;
  bool second;

  size_t limit() const {
    if (!second) return numberIn(folder + "/memory.limit_in_bytes");
    return std::min(numberIn(folder + "/memory.max"), numberIn(folder + "/memory.high"));
  }
  size_t used() const { return numberIn(folder + (second ? "/memory.current" : "/memory.usage_in_bytes")); }
  /** What the kernel drops before it kills. */
  size_t filePages() const {
    const std::string stat = contentOf(folder + "/memory.stat");
    const std::string total = second ? "" : "total_";
    return field(stat, total + "inactive_file ") + field(stat, total + "active_file ");
  }
};

void eachCgroup(const std::string& root, const std::function<void(const Cgroup&)>& visit) {
  const std::string own = contentOf(root + "/proc/self/cgroup");
  for (size_t start = 0; start < own.size();) {
    const size_t end = std::min(own.find('\n', start), own.size());
    const std::string line = own.substr(start, end - start);
    start = end + 1;
    const size_t first = line.find(':'), second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = "," + line.substr(first + 1, second - first - 1) + ",";
    const bool unified = controllers == ",,";
    if (!unified && controllers.find(",memory,") == std::string::npos) continue;
    // In a container the path may be the host's, and what is mounted the container's own: its files are at the top then.
    for (const char* mount : {"/sys/fs/cgroup", unified ? "/sys/fs/cgroup/unified" : "/sys/fs/cgroup/memory"}) {
      for (std::string path = line.substr(second + 1);; path.resize(path.rfind('/'))) {
        if (path == "/") path.clear();
        visit({root + mount + path, unified});
        if (path.rfind('/') == std::string::npos) break;
      }
    }
  }
}

}  // namespace

size_t totalMemory(const std::string& root) {
  size_t total = kUnknown;
#if defined(_WIN32)
  MEMORYSTATUSEX status;
  status.dwLength = sizeof status;
  if (GlobalMemoryStatusEx(&status)) total = static_cast<size_t>(status.ullTotalPhys);
#else
  const long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
  if (pages > 0 && size > 0) total = static_cast<size_t>(pages) * static_cast<size_t>(size);
  if (const size_t kib = field(contentOf(root + "/proc/meminfo"), "MemTotal:")) total = kib * 1024;
#endif
  eachCgroup(root, [&](const Cgroup& group) { total = std::min(total, group.limit()); });
  return total;
}

size_t availableMemory(size_t enough, const std::string& root) {
  const std::string info = contentOf(root + "/proc/meminfo");
  const size_t free = field(info, "MemAvailable:");
  size_t available = free == 0 ? kUnknown : (free + field(info, "SwapFree:")) * 1024;
  eachCgroup(root, [&](const Cgroup& group) {
    const size_t limit = group.limit();
    if (limit == kUnknown) return;
    const size_t used = group.used();
    if (used == kUnknown) return;
    size_t left = limit > used ? limit - used : 0;
    if (left < enough) left = std::min(limit, left + group.filePages());
    available = std::min(available, left);
  });
  return available;
}

size_t residentMemory() {
#if defined(__linux__)
  unsigned long long size = 0, resident = 0, shared = 0;
  const std::string content = contentOf("/proc/self/statm");
  if (std::sscanf(content.c_str(), "%llu %llu %llu", &size, &resident, &shared) == 3 && resident > shared) {
    return static_cast<size_t>(resident - shared) * static_cast<size_t>(sysconf(_SC_PAGESIZE));
  }
#endif
  return 0;
}

}  // namespace throughline
