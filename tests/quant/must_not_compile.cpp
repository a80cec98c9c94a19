// says: merge
// flags: -DOCTET_MUST_FAIL
#include <octet/quant/fake_quant.hpp>
#include <octet/quant/scheme/affine.hpp>

struct last_seen {
  float low = 0, high = 0;
  void observe(std::span<const float> values) { low = values.front(), high = values.back(); }
  octet::interval bounds() const { return {low, high}; }
#ifndef OCTET_MUST_FAIL
  void merge(const last_seen& other) { *this = other; }
#endif
};

octet::quant::fake_quant<last_seen, octet::quant::affine<>> quantiser;
