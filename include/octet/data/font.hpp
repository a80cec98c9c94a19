#ifndef OCTET_DATA_FONT_HPP
#define OCTET_DATA_FONT_HPP

#include <array>
#include <cstddef>
#include <string_view>

/// A font of strokes, so that letters are sharp at any size. Glyphs lie on a grid: capitals and digits reach from row 0 to
/// the baseline at row 9, small letters begin at row 3, descenders end at row 12.
namespace octet::data::font {

inline constexpr int baseline = 9, descent = 3, gap = 3;  ///< in grid units; gap: between two letters
inline constexpr int space = 2;                           ///< width of a blank

/// Strokes of the printable ASCII characters from '!' on, separated by blanks. Each is a line through points of one
/// hexadecimal digit for the column and one for the row; one point alone is a dot.
inline constexpr std::array<std::string_view, 94> strokes{
    "0006 09",                                  // !
    "0003 2023",                                // "
    "2019 5049 0363 0666",                      // #
    "524111020314455657481807 2029",            // $
    "6009 0020220200 4767694947",               // %
    "691311203041420608193965",                 // &
    "0003",                                     // '
    "2002082a",                                 // (
    "0022280a",                                 // )
    "2125 0244 4204",                           // *
    "2327 0545",                                // +
    "190b",                                     // ,
    "0545",                                     // -
    "09",                                       // .
    "4009",                                     // /
    "104052574919070210",                       // 0
    "022029 0949",                              // 1
    "02104052530959",                           // 2
    "01104051534424 445558491908",              // 3
    "49400656",                                 // 4
    "500004445558491908",                       // 5
    "514010020819495855441405",                 // 6
    "005029",                                   // 7
    "104051534414030110 1405081949585544",      // 8
    "081949575140100104154554",                 // 9
    "04 09",                                    // :
    "14 190b",                                  // ;
    "420548",                                   // <
    "0444 0747",                                // =
    "024508",                                   // >
    "01104051532526 29",                        // ?
    "533324263757 535667778682602002072969",    // @
    "093069 1656",                              // A
    "09004051534404 4455584909",                // B
    "6240200207294967",                         // C
    "00406267490900",                           // D
    "60000969 0454",                            // E
    "600009 0454",                              // F
    "62402002072949676535",                     // G
    "0009 6069 0464",                           // H
    "0020 1019 0929",                           // I
    "5057392907",                               // J
    "0009 6006 2469",                           // K
    "000959",                                   // L
    "0900366069",                               // M
    "09006960",                                 // N
    "204062674929070220",                       // O
    "09004051544505",                           // P
    "204062674929070220 4669",                  // Q
    "09004051544505 3559",                      // R
    "615010010314546568591908",                 // S
    "0060 3039",                                // T
    "000729496760",                             // U
    "003960",                                   // V
    "0029426980",                               // W
    "0069 6009",                                // X
    "003460 3439",                              // Y
    "00600969",                                 // Z
    "20000a2a",                                 // [
    "004a",                                     // backslash
    "00202a0a",                                 // ]
    "032043",                                   // ^
    "0a5a",                                     // _
    "0012",                                     // `
    "0413435459 56160708194958",                // a
    "0009 0413435458491908",                    // b
    "5443130408194958",                         // c
    "5059 5443130408194958",                    // d
    "06565443130408194958",                     // e
    "40302129 0343",                            // f
    "535b4c1c0b 5443130408194958",              // g
    "0009 0413435459",                          // h
    "0309 01",                                  // i
    "232b1c0c 21",                              // j
    "0009 5307 2559",                           // k
    "000819",                                   // l
    "0309 0413334449 4453738489",               // m
    "0309 0413435459",                          // n
    "134354584919080413",                       // o
    "030c 0413435458491908",                    // p
    "535c 5443130408194958",                    // q
    "0309 052343",                              // r
    "544313040516465758491908",                 // s
    "21283949 0343",                            // t
    "0308194958 5359",                          // u
    "032943",                                   // v
    "0329446983",                               // w
    "0349 4309",                                // x
    "0329 431c0c",                              // y
    "03530959",                                 // z
    "3021241526293a",                           // {
    "000a",                                     // |
    "0011142516190a",                           // }
    "061525364655",                             // ~
};

/// Of anything that is not printable ASCII: those of '?'.
constexpr std::string_view strokes_of(char c) noexcept {
  const int i = static_cast<unsigned char>(c) - '!';
  return c == ' ' ? std::string_view{} : strokes[static_cast<std::size_t>(i >= 0 && i < 94 ? i : '?' - '!')];
}

constexpr int digit(char c) noexcept { return c <= '9' ? c - '0' : c - 'a' + 10; }

/// Columns from the left edge of the glyph to its rightmost point.
constexpr int width(char c) noexcept {
  if (c == ' ') return space;
  int widest = 0;
  const std::string_view s = strokes_of(c);
  for (std::size_t i = 0; i < s.size(); i += 2) {
    if (s[i] == ' ') ++i;
    widest = digit(s[i]) > widest ? digit(s[i]) : widest;
  }
  return widest;
}

}  // namespace octet::data::font

#endif
