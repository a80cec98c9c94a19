#ifndef OCTET_COCO_NUMBER_HPP
#define OCTET_COCO_NUMBER_HPP

#include <array>
#include <bit>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

namespace octet::coco::detail {

__extension__ typedef unsigned __int128 wide;

/// True if the eight characters are digits; their value then is digits8.
inline bool are_digits8(std::uint64_t text) {
  return ((text & 0xf0f0f0f0f0f0f0f0u) | (((text + 0x0606060606060606u) & 0xf0f0f0f0f0f0f0f0u) >> 4)) == 0x3333333333333333u;
}
inline std::uint64_t digits8(std::uint64_t text) {
  text = (text & 0x0f0f0f0f0f0f0f0fu) * 2561 >> 8;
  text = (text & 0x00ff00ff00ff00ffu) * 6553601 >> 16;
  return (text & 0x0000ffff0000ffffu) * 42949672960001u >> 32;
}

template <class T, unsigned Base, std::size_t Count>
constexpr std::array<T, Count> powers = [] {
  std::array<T, Count> p{1};
  for (std::size_t i = 1; i < Count; ++i) p[i] = p[i - 1] * Base;
  return p;
}();

/// digits / 10^places, correctly rounded. Preconditions: digits > 0, places <= 27.
inline double quotient(std::uint64_t digits, int places) {
  if (digits <= std::uint64_t{1} << 53 && places <= 22)  // both are doubles, so that the division alone rounds
    return static_cast<double>(digits) / powers<double, 10, 23>[static_cast<std::size_t>(places)];
  const std::uint64_t five = powers<std::uint64_t, 5, 28>[static_cast<std::size_t>(places)];
  const int up = std::countl_zero(digits), down = std::countl_zero(five);
  const std::uint64_t divisor = five << down;
  const wide dividend = static_cast<wide>(digits << up) << 63;
  // In [2^62, 2^64): more bits than a double has, and whether a remainder is left decides ties.
  const wide whole = dividend / divisor;
  auto q = static_cast<std::uint64_t>(whole);
  int exponent = -63 - up + down - places;
  const bool rest = whole * divisor != dividend;
  const int shift = 64 - std::countl_zero(q) - 53;
  const std::uint64_t cut = q & ((std::uint64_t{1} << shift) - 1), half = std::uint64_t{1} << (shift - 1);
  q >>= shift;
  if (cut > half || (cut == half && (rest || (q & 1)))) ++q;
  exponent += shift;
  return static_cast<double>(q) * std::bit_cast<double>(static_cast<std::uint64_t>(1023 + exponent) << 52);
}

/// Reads a number of JSON, correctly rounded to double. Returns its end, or nullptr: there is none at `at`.
inline const char* read_number(const char* const at, const char* const end, double& value) {
  const char* p = at;
  const bool negative = p != end && *p == '-';
  p += negative;
  const auto digit = [&] { return p != end && static_cast<unsigned char>(*p - '0') < 10; };
  std::uint64_t digits = 0;
  const char* const first = p;
  while (digit()) digits = digits * 10 + static_cast<std::uint64_t>(*p++ - '0');
  const auto whole = p - first;
  if (whole == 0 || (whole > 1 && *first == '0')) return nullptr;
  std::ptrdiff_t places = 0;
  if (p != end && *p == '.') {
    const char* const point = ++p;
    std::uint64_t text;
    for (; end - p >= 8; p += 8) {
      std::memcpy(&text, p, 8);
      if (std::endian::native != std::endian::little || !are_digits8(text)) break;
      digits = digits * 100000000 + digits8(text);
    }
    while (digit()) digits = digits * 10 + static_cast<std::uint64_t>(*p++ - '0');
    places = p - point;
    if (places == 0) return nullptr;
  }
  bool simple = whole + places <= 19 && places <= 27;  // so many digits fit 64 bits
  if (!simple && *first == '0' && places <= 27) {      // leading zeros do not count
    const char* significant = first + 2;
    while (significant < p && *significant == '0') ++significant;
    simple = p - significant <= 19;
  }
  if (p != end && (*p == 'e' || *p == 'E')) {
    ++p;
    if (p != end && (*p == '+' || *p == '-')) ++p;
    if (!digit()) return nullptr;
    while (digit()) ++p;
    simple = false;
  }
  if (simple) {
    const double x = digits ? quotient(digits, static_cast<int>(places)) : 0.0;
    value = negative ? -x : x;
  } else if (std::from_chars(at, p, value).ec != std::errc{}) {
    value = std::strtod(std::string(at, p).c_str(), nullptr);  // from_chars gives nothing back beyond the range of double
  }
  return p;
}

}  // namespace octet::coco::detail

#endif
