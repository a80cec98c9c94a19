#ifndef TESTS_NN_STAGES_HPP
#define TESTS_NN_STAGES_HPP

#include "fenced.hpp"

#include <octet/nn/epilogue.hpp>
#include <octet/nn/sigmoid_table.hpp>

#include <algorithm>
#include <cmath>

/// Random constants for every stage, for n channels, each array in front of a fence.
struct stage_constants {
  fenced<std::int32_t> bias, mantissa, shift, wide_mantissa, wide_shift;
  fenced<std::int8_t> zero, lo, hi, table;

  explicit stage_constants(int n, double typical_sum)
      : bias(size(n)),
        mantissa(size(n)),
        shift(size(n)),
        wide_mantissa(size(n)),
        wide_shift(size(n)),
        zero(size(n)),
        lo(size(n)),
        hi(size(n)),
        table(octet::nn::sigmoid_table.size()) {
    for (std::size_t c = 0; c < size(n); ++c) {
      const auto m = octet::make_multiplier(std::exp2(uniform(-300, 300) / 100.0) * 64 / typical_sum);
      const auto wide = octet::make_multiplier(std::exp2(uniform(-300, 300) / 100.0) * 4 * 65536 / typical_sum);
      bias[c] = uniform(-20000, 20000);
      mantissa[c] = m.mantissa, shift[c] = m.shift;
      wide_mantissa[c] = wide.mantissa, wide_shift[c] = wide.shift;
      zero[c] = static_cast<std::int8_t>(uniform(-128, 127));
      const int a = uniform(-128, 127), b = uniform(-128, 127);
      const bool clipped = uniform(0, 3) == 0;
      lo[c] = static_cast<std::int8_t>(clipped ? std::min(a, b) : -128);
      hi[c] = static_cast<std::int8_t>(clipped ? std::max(a, b) : 127);
    }
    std::copy(octet::nn::sigmoid_table.begin(), octet::nn::sigmoid_table.end(), table.data());
  }

  octet::nn::channel_multipliers scale() const { return {mantissa.data(), shift.data()}; }
  octet::nn::channel_multipliers wide_scale() const { return {wide_mantissa.data(), wide_shift.data()}; }
  octet::nn::add_bias add_bias() const { return {bias.data()}; }
  octet::nn::requantize requantize() const { return {scale(), zero.data(), lo.data(), hi.data()}; }
  octet::nn::requantize_full requantize_full() const { return {scale(), zero.data()}; }
  octet::nn::hard_swish_requantize hard_swish(int fraction) const {
    return {wide_scale(), fraction, scale(), zero.data(), lo.data(), hi.data()};
  }
  octet::nn::lookup lookup() const {
    return {wide_scale(), table.data(), static_cast<int>(octet::nn::sigmoid_table.size())};
  }

 private:
  static std::size_t size(int n) { return static_cast<std::size_t>(n); }
};

/// A user's stage: an architecture has no vector form for it.
struct halve {
  std::int32_t operator()(std::int32_t x, int channel) const { return x / 2 + channel; }
};

#endif
