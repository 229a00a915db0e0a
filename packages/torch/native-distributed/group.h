// A group of processes that train one model: c10d's gloo backend, and a watch over who is still there.
#pragma once

#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroup.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "settle.h"

namespace throughline::distributed {

using Milliseconds = std::chrono::milliseconds;

/** What a process must know to join. */
struct Membership {
  int rank = 0;
  int size = 1;
  std::string host;
  int port = 0;
  /** Socket that listens already; -1: none. */
  int listening = -1;
  /** Name of the network interface that data goes over; empty: the one of this machine's name. */
  std::string interface;
  Milliseconds timeout{0};
};

/**
 * Tells the other ranks, once a second, that this one is alive and how many collectives it has begun; so that when one
 * fails, the others can say whose fault it is.
 */
class Watch {
 public:
  Watch(const Membership& who, int port);
  ~Watch() { stop(); }
  void stop();
  /** Notes how this rank ended: `left`, or why it failed. */
  void end(const std::string& how);
  void count() { ++begun_; }
  /** Why a collective of this rank failed, in words that name a rank; empty if all ranks seem well. Takes some seconds. */
  std::string diagnose();
  /** True when all other ranks have said how they ended. */
  bool isLast();

 private:
  void beat();
  std::string endOf(int rank);
  struct Sign {
    int64_t beat = 0;
    int64_t begun = 0;
  };
  Sign signOf(int rank);

  const Membership who_;
  std::mutex mutex_;  // of the store's client, which serves one call at a time
  c10::intrusive_ptr<c10d::TCPStore> store_;
  std::atomic<int64_t> begun_{0};
  std::mutex stopping_;
  std::condition_variable changed_;
  bool stopped_ = false;
  std::thread thread_;
};

/** A group that all ranks have joined. */
struct Group {
  /** Waits for all ranks. @throws Failure that says which have not come, and the like */
  explicit Group(const Membership& who);
  /** Leaves the group; rank 0, which holds the store, waits a moment for the others. */
  void leave(const std::string& how);

  const Membership who;
  int port = 0;
  c10::intrusive_ptr<c10d::TCPStore> store;
  c10::intrusive_ptr<c10d::ProcessGroupGloo> gloo;
  std::unique_ptr<Watch> watch;
};

}  // namespace throughline::distributed
