// says: nodiscard
#include <octet/core/result.hpp>

octet::result<int> load() { return 1; }

int main() {
#ifdef MISTAKE
  load();
#else
  return load() ? 0 : 1;
#endif
}
