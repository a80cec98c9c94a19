// Uses what firmware uses, so that the object holds the code and its undefined symbols can be looked at.
#include <octet/core.hpp>
#include <octet/detect.hpp>
#include <octet/nn.hpp>

namespace nn = octet::nn;
using convolution = nn::conv2d<std::int8_t>;

extern "C" {

std::int32_t rescale(std::int32_t x, octet::multiplier m) { return octet::rescale(x, m); }

void convolve(const nn::conv2d_geometry* g, const std::byte* packed, const octet::map_view<const std::int8_t>* in,
              const std::int8_t* pad, const std::int32_t* bias, const nn::requantize* requantize,
              const octet::map_view<std::int8_t>* out, std::byte* scratch) {
  convolution::run(*g, packed, *in, pad, nn::then(nn::add_bias{bias}, *requantize), *out, 0, out->h, scratch);
}

void convolve_hard_swish(const nn::conv2d_geometry* g, const std::byte* packed, const octet::map_view<const std::int8_t>* in,
                         const std::int8_t* pad, const std::int32_t* bias, const nn::hard_swish_requantize* requantize,
                         const octet::map_view<std::int8_t>* out, std::byte* scratch) {
  convolution::run(*g, packed, *in, pad, nn::then(nn::add_bias{bias}, *requantize), *out, 0, out->h, scratch);
}

void add(const octet::map_view<const std::int8_t>* a, const octet::map_view<const std::int8_t>* b,
         const nn::add_factors* factors, const octet::map_view<std::int8_t>* out) {
  nn::add(*a, *b, *factors, *out);
}

std::size_t find(const octet::detect::level<octet::detect::per_tensor_logit, octet::detect::per_channel>* head,
                 const float* projection, octet::detection* room, std::size_t size, std::uint32_t* scratch) {
  octet::detect::candidates found{{room, size}};
  octet::detect::decode(*head, {projection, 8}, 0.4f, 1.0f, 1.0f, found);
  const std::span<std::uint32_t> words(scratch, octet::detect::nms_scratch_size(found.list().size()));
  return octet::detect::multiclass_nms{}(found.list(), words).size();
}
}
