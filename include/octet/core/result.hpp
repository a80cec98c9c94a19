#ifndef OCTET_CORE_RESULT_HPP
#define OCTET_CORE_RESULT_HPP

#include <octet/core/config.hpp>

#include <cstddef>
#include <new>
#include <type_traits>

namespace octet {

/// What kind of thing is wrong with data that came from outside.
enum class errc : unsigned char {
  io,           ///< a file cannot be opened, read or written
  syntax,       ///< the bytes do not follow the format
  limit,        ///< a size is larger than this program accepts
  missing,      ///< a required field, input or file is not there
  invalid,      ///< a value outside what is accepted (NaN weight, negative size)
  unsupported,  ///< legal, but Octet has no implementation for it
};

/// A data error: its kind and one sentence that names file, place, what was found and what is accepted.
/// Allocation-free; a text of more than 511 bytes is cut.
class error {
 public:
  error(errc code, const char* text) noexcept : code_(code) { append(text, length(text)); }

  /// From any string type with data() and size().
  template <class String>
    requires requires(const String& s) { s.data(); s.size(); }
  error(errc code, const String& text) noexcept : code_(code) { append(text.data(), text.size()); }

  errc code() const noexcept { return code_; }
  const char* what() const noexcept { return text_; }

  /// The same error with `prefix` before its text, for callers that know the place better.
  template <class String>
    requires requires(const String& s) { s.data(); s.size(); }
  error within(const String& prefix) const noexcept {
    error e(code_, prefix);
    e.append(": ", 2);
    e.append(text_, size_);
    return e;
  }

 private:
  static std::size_t length(const char* s) noexcept {
    std::size_t n = 0;
    while (s[n]) ++n;
    return n;
  }
  void append(const char* s, std::size_t n) noexcept {
    for (std::size_t i = 0; i < n && size_ < capacity; ++i) text_[size_++] = s[i];
    text_[size_] = 0;
  }

  static constexpr std::size_t capacity = 511;
  errc code_;
  std::size_t size_ = 0;
  char text_[capacity + 1];
};

/// Either a value or an error. `if (!r) return r.failure();` passes an error on; `*r` and `->` need a value.
template <class T>
class [[nodiscard]] result {
 public:
  using value_type = T;

  result(T value) noexcept(std::is_nothrow_move_constructible_v<T>) : ok_(true) {
    ::new (static_cast<void*>(&value_)) T(static_cast<T&&>(value));
  }
  result(const error& e) noexcept : ok_(false) { ::new (static_cast<void*>(&error_)) error(e); }
  result(result&& other) noexcept(std::is_nothrow_move_constructible_v<T>) : ok_(other.ok_) {
    if (ok_) ::new (static_cast<void*>(&value_)) T(static_cast<T&&>(other.value_));
    else ::new (static_cast<void*>(&error_)) error(other.error_);
  }
  result& operator=(result&&) = delete;
  ~result() {
    if (ok_) value_.~T();
  }

  explicit operator bool() const noexcept { return ok_; }
  OCTET_ALWAYS_INLINE T& operator*() & noexcept { return OCTET_EXPECTS(ok_), value_; }
  OCTET_ALWAYS_INLINE const T& operator*() const& noexcept { return OCTET_EXPECTS(ok_), value_; }
  OCTET_ALWAYS_INLINE T&& operator*() && noexcept { return OCTET_EXPECTS(ok_), static_cast<T&&>(value_); }
  OCTET_ALWAYS_INLINE T* operator->() noexcept { return OCTET_EXPECTS(ok_), &value_; }
  OCTET_ALWAYS_INLINE const T* operator->() const noexcept { return OCTET_EXPECTS(ok_), &value_; }
  OCTET_ALWAYS_INLINE const error& failure() const noexcept { return OCTET_EXPECTS(!ok_), error_; }

 private:
  bool ok_;
  union {
    T value_;
    error error_;
  };
};

/// For operations that either succeed or fail and give nothing back.
template <>
class [[nodiscard]] result<void> {
 public:
  using value_type = void;
  result() noexcept : none_(0) {}
  result(const error& e) noexcept : ok_(false) { ::new (static_cast<void*>(&error_)) error(e); }
  result(const result& other) noexcept : ok_(other.ok_) {
    if (!ok_) ::new (static_cast<void*>(&error_)) error(other.error_);
  }
  result& operator=(const result&) = delete;
  ~result() {}

  explicit operator bool() const noexcept { return ok_; }
  OCTET_ALWAYS_INLINE const error& failure() const noexcept { return OCTET_EXPECTS(!ok_), error_; }

 private:
  bool ok_ = true;
  union {
    char none_;
    error error_;
  };
};

}  // namespace octet

#endif
