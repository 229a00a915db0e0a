#include "listen.h"

#include "settle.h"

#ifndef _WIN32
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#endif

namespace throughline::distributed {

#ifdef _WIN32
std::optional<int> listenAt(const std::string&, int) { return std::nullopt; }
int portOf(int) { return 0; }
#else

std::optional<int> listenAt(const std::string& host, int port) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) return std::nullopt;
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, freeaddrinfo);
  int problem = 0;
  for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
    const int socket = ::socket(at->ai_family, at->ai_socktype, at->ai_protocol);
    if (socket < 0) continue;
    const int on = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(socket, at->ai_addr, at->ai_addrlen) == 0 && listen(socket, SOMAXCONN) == 0) return socket;
    problem = errno;
    close(socket);
    if (problem == EADDRINUSE || problem == EACCES) break;
  }
  if (problem == EADDRINUSE || problem == EACCES) {
    const char* why = problem == EADDRINUSE ? "is in use: by another program, or by a second process with rank 0" : "may not be used";
    throw Failure("torch/distributed", "port " + std::to_string(port) + " of " + host + " " + why + "; set MASTER_PORT to another one");
  }
  return std::nullopt;
}

int portOf(int socket) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  if (getsockname(socket, reinterpret_cast<sockaddr*>(&address), &length) != 0) return 0;
  return ntohs(address.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6*>(&address)->sin6_port
                                             : reinterpret_cast<sockaddr_in*>(&address)->sin_port);
}

#endif

}  // namespace throughline::distributed
