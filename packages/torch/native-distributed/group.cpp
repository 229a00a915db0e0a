#include "group.h"

#include "listen.h"

namespace throughline::distributed {

namespace {

constexpr Milliseconds kBeat{1000};
/** How long the watch waits for an answer of the store. */
constexpr Milliseconds kAnswer{5000};
/** How long rank 0 waits for the others to leave. */
constexpr Milliseconds kFarewell{10000};

std::string key(const char* what, int rank) { return std::string(what) + "/" + std::to_string(rank); }
std::vector<uint8_t> bytes(const std::string& text) { return {text.begin(), text.end()}; }
std::string textOf(const std::vector<uint8_t>& value) { return {value.begin(), value.end()}; }

std::string seconds(Milliseconds time) {
  const auto count = time.count();
  return count % 1000 == 0 ? std::to_string(count / 1000) + " s" : std::to_string(count) + " ms";
}

std::string listed(const std::vector<int>& ranks) {
  std::string text = ranks.size() == 1 ? "rank " : "ranks ";
  for (size_t i = 0; i < ranks.size(); ++i) text += (i == 0 ? "" : ", ") + std::to_string(ranks[i]);
  return text;
}

c10::intrusive_ptr<c10d::TCPStore> openStore(const Membership& who, int& port) {
  c10d::TCPStoreOptions options;
  options.isServer = who.rank == 0;
  options.numWorkers = who.size;
  options.waitWorkers = false;
  options.timeout = who.timeout;
  port = who.port;
  if (who.rank == 0) {
    if (who.listening >= 0) options.masterListenFd = who.listening;
    else options.masterListenFd = listenAt(who.host, who.port);
    if (options.masterListenFd) port = portOf(*options.masterListenFd);
  }
  options.port = static_cast<uint16_t>(port);
  try {
    auto store = c10::make_intrusive<c10d::TCPStore>(who.host, options);
    port = store->getPort();
    return store;
  } catch (...) {
    const std::string place = who.host + ":" + std::to_string(port);
    const std::string why = currentMessage();
    if (who.rank == 0) throw Failure("torch/distributed", "rank 0 cannot listen at " + place + ": " + why.substr(0, why.find('\n')));
    throw Failure("torch/distributed", "rank " + std::to_string(who.rank) + " found no rank 0 at " + place + " within " + seconds(who.timeout));
  }
}

/** Every rank says that it is there, and waits for the others. */
void meet(const Membership& who, c10d::TCPStore& store) {
  if (store.add(key("came", who.rank), 1) > 1)
    throw Failure("torch/distributed", "rank " + std::to_string(who.rank) + " was started twice");
  if (who.rank == 0) store.set("size", bytes(std::to_string(who.size)));
  const std::string size = textOf(store.get("size"));
  if (size != std::to_string(who.size))
    throw Failure("torch/distributed", "rank " + std::to_string(who.rank) + " was told of a world of " + std::to_string(who.size) +
                                           " ranks, and rank 0 of one of " + size);
  std::vector<std::string> keys;
  for (int rank = 0; rank < who.size; ++rank) keys.push_back(key("came", rank));
  try {
    store.wait(keys, who.timeout);
  } catch (...) {
    std::vector<int> missing;
    for (int rank = 0; rank < who.size; ++rank) {
      if (!store.check({key("came", rank)})) missing.push_back(rank);
    }
    if (missing.empty()) throw;
    throw Failure("torch/distributed", listed(missing) + " of " + std::to_string(who.size) + " did not come within " + seconds(who.timeout));
  }
}

}  // namespace

Watch::Watch(const Membership& who, int port) : who_(who) {
  c10d::TCPStoreOptions options;
  options.port = static_cast<uint16_t>(port);
  options.waitWorkers = false;
  options.timeout = kAnswer;
  store_ = c10::make_intrusive<c10d::TCPStore>(who.host, options);
  store_->set(key("sign", who.rank), bytes("0 0"));
  thread_ = std::thread([this] { beat(); });
}

void Watch::beat() {
  int64_t beats = 0;
  std::unique_lock<std::mutex> lock(stopping_);
  while (!changed_.wait_for(lock, kBeat, [this] { return stopped_; })) {
    try {
      const std::lock_guard<std::mutex> client(mutex_);
      store_->set(key("sign", who_.rank), bytes(std::to_string(++beats) + " " + std::to_string(begun_.load())));
    } catch (...) {
      return;  // rank 0 is gone; the next collective says so
    }
  }
}

void Watch::stop() {
  {
    const std::lock_guard<std::mutex> lock(stopping_);
    stopped_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Watch::end(const std::string& how) {
  const std::lock_guard<std::mutex> client(mutex_);
  store_->set(key("end", who_.rank), bytes(how));
}

std::string Watch::endOf(int rank) {
  const std::lock_guard<std::mutex> client(mutex_);
  return store_->check({key("end", rank)}) ? textOf(store_->get(key("end", rank))) : "";
}

Watch::Sign Watch::signOf(int rank) {
  const std::lock_guard<std::mutex> client(mutex_);
  Sign sign;
  std::istringstream(textOf(store_->get(key("sign", rank)))) >> sign.beat >> sign.begun;
  return sign;
}

std::string Watch::diagnose() {
  try {
    std::vector<Sign> before(who_.size);
    for (int rank = 0; rank < who_.size; ++rank) before[rank] = signOf(rank);
    // One that fails says so a moment after its connections have gone.
    for (int look = 0; look < 2; ++look) {
      std::this_thread::sleep_for(look == 0 ? kBeat / 4 : 2 * kBeat + kBeat / 2);
      for (int rank = 0; rank < who_.size; ++rank) {
        const std::string how = rank == who_.rank ? "" : endOf(rank);
        if (how == "left") return "rank " + std::to_string(rank) + " has left the group";
        if (!how.empty()) return "rank " + std::to_string(rank) + " failed: " + how;
      }
    }
    std::vector<int> silent, late;
    for (int rank = 0; rank < who_.size; ++rank) {
      if (rank == who_.rank) continue;
      const Sign sign = signOf(rank);
      if (sign.beat == before[rank].beat) silent.push_back(rank);
      else if (sign.begun < begun_) late.push_back(rank);
    }
    if (!silent.empty()) return listed(silent) + (silent.size() == 1 ? " does" : " do") + " not answer: killed, stopped, or its machine is gone";
    if (!late.empty()) return listed(late) + " did not come to collective " + std::to_string(begun_.load());
    return "";
  } catch (...) {
    return "rank 0 does not answer: killed, stopped, or its machine is gone";
  }
}

bool Watch::isLast() {
  for (int rank = 0; rank < who_.size; ++rank) {
    if (rank != who_.rank && endOf(rank).empty()) return false;
  }
  return true;
}

Group::Group(const Membership& given) : who(given) {
  store = openStore(who, port);
  meet(who, *store);
  watch = std::make_unique<Watch>(who, port);
  auto options = c10d::ProcessGroupGloo::Options::create(who.timeout);
  const bool isLocal = who.host == "127.0.0.1" || who.host == "localhost" || who.host == "::1";
  options->devices.push_back(!who.interface.empty() ? c10d::ProcessGroupGloo::createDeviceForInterface(who.interface)
                             : isLocal              ? c10d::ProcessGroupGloo::createDeviceForHostname(who.host)
                                                    : c10d::ProcessGroupGloo::createDefaultDevice());
  const c10::intrusive_ptr<c10d::Store> gloos = c10::make_intrusive<c10d::PrefixStore>("gloo", store);
  try {
    gloo = c10::make_intrusive<c10d::ProcessGroupGloo>(gloos, who.rank, who.size, options);
  } catch (...) {
    const std::string why = currentMessage(), whose = watch->diagnose();
    throw Failure("torch/distributed", whose.empty() ? "the ranks cannot connect to each other: " + why : whose);
  }
}

void Group::leave(const std::string& how) {
  try {
    watch->end(how);
    const auto deadline = std::chrono::steady_clock::now() + kFarewell;
    while (who.rank == 0 && how == "left" && !watch->isLast() && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(Milliseconds(20));
    }
  } catch (...) {
    // Rank 0 is gone: there is nobody to tell.
  }
  watch->stop();
}

}  // namespace throughline::distributed
