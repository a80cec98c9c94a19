#ifndef OCTET_NN_CONCEPTS_HPP
#define OCTET_NN_CONCEPTS_HPP

#include <concepts>
#include <cstdint>

namespace octet::nn {

/// One step of an integer epilogue: takes the value so far and its output channel, gives an int32, or an int8 if it is the
/// last step. A user's own stage is a struct with this operator; architectures for which it has no vector form run it
/// value by value, with the same result.
template <class S>
concept epilogue_stage = requires(const S stage, std::int32_t x, int channel) {
  { stage(x, channel) } -> std::convertible_to<std::int32_t>;
};

/// What turns the sum of products of an output value into the value: `Sum` is int32 for int8 maps, float for float ones.
template <class E, class Sum, class Value>
concept epilogue_of = requires(const E finish, Sum sum, int channel) {
  { finish(sum, channel) } -> std::same_as<Value>;
};

}  // namespace octet::nn

#endif
