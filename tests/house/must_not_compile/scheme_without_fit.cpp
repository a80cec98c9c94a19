// says: self.fit(range)
#include <octet/quant/fake_quant.hpp>
#include <octet/quant/observer/min_max.hpp>

struct unit_steps {
  using storage = std::int8_t;
  static constexpr int qmin = -128, qmax = 127;
#ifndef MISTAKE
  octet::qparams fit(octet::interval) const { return {1.0f, 0}; }
#endif
};

octet::quant::fake_quant<octet::quant::min_max, unit_steps> quantiser;
