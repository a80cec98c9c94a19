#ifndef BENCHMARKS_PEER_PROCESS_HPP
#define BENCHMARKS_PEER_PROCESS_HPP

#include <string>

#include <sys/socket.h>
#include <unistd.h>

namespace bench {

/// A Python program that answers a line on its standard input with one on its standard output, so that other libraries take
/// turns with Octet within one run.
class peer_process {
 public:
  /// An empty script: every answer is empty.
  peer_process(const std::string& python, const std::string& script) {
    int ends[2];
    if (script.empty() || ::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) return;
    if (::fork() == 0) {
      ::dup2(ends[1], 0), ::dup2(ends[1], 1), ::close(ends[0]), ::close(ends[1]);
      ::execlp(python.c_str(), python.c_str(), script.c_str(), nullptr);
      ::_exit(127);
    }
    ::close(ends[1]);
    socket_ = ends[0];
  }
  peer_process(const peer_process&) = delete;
  ~peer_process() {
    if (socket_ >= 0) ::close(socket_);
  }

  std::string ask(std::string line) {
    if (socket_ < 0) return {};
    line += '\n';
    if (::send(socket_, line.data(), line.size(), MSG_NOSIGNAL) < 0) return {};
    std::string answer;
    for (char c; ::read(socket_, &c, 1) == 1 && c != '\n';) answer += c;
    return answer;
  }

 private:
  int socket_ = -1;
};

}  // namespace bench

#endif
