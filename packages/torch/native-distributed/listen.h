// The socket of the rendezvous.
#pragma once

#include <optional>
#include <string>

namespace throughline::distributed {

/**
 * A socket that listens at one address of this machine, where TCPStore's own would listen at all of them.
 * @param port 0: any that is free
 * @returns nothing where the address is none of this machine's or the system is Windows: TCPStore then opens its own
 * @throws Failure if the port is in use
 */
std::optional<int> listenAt(const std::string& host, int port);

/** The port that a socket listens at. */
int portOf(int socket);

}  // namespace throughline::distributed
