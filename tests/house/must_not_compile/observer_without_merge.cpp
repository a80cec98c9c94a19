// says: self.merge(other)
#include <octet/quant/recipe.hpp>

#include <span>

struct widest {
  octet::interval range;
  void observe(std::span<const float> values) {
    for (float v : values) range.hi = v > range.hi ? v : range.hi;
  }
  octet::interval bounds() const { return range; }
#ifndef MISTAKE
  void merge(const widest& other) { range.hi = other.range.hi > range.hi ? other.range.hi : range.hi; }
#endif
};

struct mine : octet::quant::recipe {
  using activations = octet::quant::fake_quant<widest, octet::quant::symmetric<std::int8_t>>;
};
static_assert(octet::quant::recipe_type<mine>);
