#ifndef OCTET_IO_ONNX_ATTRIBUTES_HPP
#define OCTET_IO_ONNX_ATTRIBUTES_HPP

#include <octet/io/onnx/builder.hpp>

#include <algorithm>
#include <initializer_list>

namespace octet::io::onnx {

/// Typed access to the attributes of the current node. An attribute that the converter does not know is an error, because
/// it may change what the node computes.
class attributes {
 public:
  static result<attributes> of(const builder& b, std::initializer_list<std::string_view> known) {
    for (const auto& a : b.current->attributes)
      if (std::find(known.begin(), known.end(), a.name) == known.end()) {
        std::string accepted;
        for (auto k : known) accepted += (accepted.empty() ? "" : ", ") + std::string(k);
        return b.fail(errc::unsupported,
                      "attribute " + quoted(a.name) + "; accepted: " + (accepted.empty() ? "none" : accepted));
      }
    return attributes(b);
  }

  bool has(std::string_view name) const noexcept { return b_->current->find(name) != nullptr; }

  result<std::int64_t> integer(std::string_view name, std::int64_t otherwise) const {
    const attribute* a = b_->current->find(name);
    if (!a) return otherwise;
    if (!a->has(3)) return b_->fail(errc::invalid, "attribute " + quoted(name) + " holds no integer");
    return a->i;
  }
  /// A finite number.
  result<float> number(std::string_view name, float otherwise) const {
    const attribute* a = b_->current->find(name);
    if (!a) return otherwise;
    if (!a->has(2) || !(a->f - a->f == 0.0f))
      return b_->fail(errc::invalid, "attribute " + quoted(name) + " holds no finite number");
    return a->f;
  }
  std::string_view text(std::string_view name, std::string_view otherwise) const noexcept {
    const attribute* a = b_->current->find(name);
    return a ? a->s : otherwise;
  }
  /// `count` integers between lo and hi; `otherwise` is the value of each if the attribute is absent.
  result<std::vector<int>> integers(std::string_view name, std::size_t count, int lo, int hi, int otherwise) const {
    const attribute* a = b_->current->find(name);
    if (!a) return std::vector<int>(count, otherwise);
    const bool fits =
        a->ints.size() == count && std::all_of(a->ints.begin(), a->ints.end(), [&](auto x) { return x >= lo && x <= hi; });
    if (!fits)
      return b_->fail(errc::unsupported,
                      "attribute " + quoted(name) + " is " +
                          to_string(std::span(a->ints).first((std::min<std::size_t>)(a->ints.size(), 8))) + "; accepted: " +
                          std::to_string(count) + " values from " + std::to_string(lo) + " to " + std::to_string(hi));
    return std::vector<int>(a->ints.begin(), a->ints.end());
  }
  /// An error unless the attribute is absent or the integer `value`.
  result<void> require(std::string_view name, std::int64_t value) const {
    const auto found = integer(name, value);
    if (!found) return found.failure();
    if (*found != value)
      return b_->fail(errc::unsupported, "attribute " + quoted(name) + " is " + std::to_string(*found) +
                                             "; accepted: " + std::to_string(value));
    return {};
  }

 private:
  explicit attributes(const builder& b) : b_(&b) {}
  const builder* b_;
};

}  // namespace octet::io::onnx

#endif
