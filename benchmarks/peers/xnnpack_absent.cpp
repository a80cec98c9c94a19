#include "peers.hpp"

bench::peer bench::xnnpack(const limits&) {
  return {"XNNPACK",
          "not found when the build was configured (Debian: libxnnpack-dev, libpthreadpool-dev, libcpuinfo-dev)", {}};
}
