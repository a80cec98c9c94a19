#include "peers.hpp"

bench::peer bench::onednn(const limits&) {
  return {"oneDNN", "not found when the build was configured (Debian: libdnnl-dev)", {}};
}
