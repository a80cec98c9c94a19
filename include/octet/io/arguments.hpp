#ifndef OCTET_IO_ARGUMENTS_HPP
#define OCTET_IO_ARGUMENTS_HPP

#include <octet/core/result.hpp>

#include <algorithm>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdio>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace octet::io {

/// Reads a command line into variables of the caller, which hold the defaults before:
///
///     std::string model; std::vector<std::string> pictures; int limit = 100; bool json = false;
///     octet::io::arguments line("detect", "Finds objects in pictures.");
///     line.required("--model", "M.onnx", model, "what to run");
///     line.option("--limit", "N", limit, "pictures at most", 1);
///     line.flag("--json", json, "print JSON");
///     line.positional("PICTURE", pictures, "what to look at");
///     if (const auto status = line.read(argc, argv)) return *status;
///
/// Options are given as `--name value` or `--name=value`; `--` ends them. A later value replaces an earlier one.
class arguments {
 public:
  arguments(std::string program, std::string purpose) : program_(std::move(program)), purpose_(std::move(purpose)) {}

  void flag(std::string name, bool& target, std::string help) {
    options_.push_back({std::move(name), "", std::move(help), [&target](std::string_view) { return target = true; }, ""});
  }

  void option(std::string name, std::string value_name, std::string& target, std::string help) {
    if (!target.empty()) help += " (default " + target + ")";
    options_.push_back({std::move(name), std::move(value_name), std::move(help), text_into(target), "a text"});
  }

  /// A number from lo to hi.
  template <class Number>
  requires((std::integral<Number> || std::floating_point<Number>)&&!std::same_as<Number, bool>) void option(
      std::string name, std::string value_name, Number& target, std::string help,
      Number lo = std::numeric_limits<Number>::lowest(), Number hi = (std::numeric_limits<Number>::max)()) {
    const auto read = [&target, lo, hi](std::string_view text) {
      Number x{};
      const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), x);
      if (problem != std::errc{} || end != text.data() + text.size() || !(lo <= x && x <= hi)) return false;
      target = x;
      return true;
    };
    std::string accepted = std::integral<Number> ? "an integer" : "a number";
    if (lo != std::numeric_limits<Number>::lowest()) accepted += " from " + digits(lo);
    if (hi != (std::numeric_limits<Number>::max)()) accepted += " to " + digits(hi);
    help += " (default " + digits(target) + ")";
    options_.push_back({std::move(name), std::move(value_name), std::move(help), read, std::move(accepted)});
  }

  /// An option of any form. read(text) gives false for what is not `accepted`.
  void option(std::string name, std::string value_name, std::function<bool(std::string_view)> read, std::string help,
              std::string accepted) {
    options_.push_back({std::move(name), std::move(value_name), std::move(help), std::move(read), std::move(accepted)});
  }

  /// An option that must be given.
  void required(std::string name, std::string value_name, std::string& target, std::string help) {
    options_.push_back({std::move(name), std::move(value_name), std::move(help), text_into(target), "a text", true});
  }

  /// What stands beside the options, `least` or more of it. Without this call nothing may.
  void positional(std::string value_name, std::vector<std::string>& target, std::string help, std::size_t least = 1) {
    rest_ = {std::move(value_name), std::move(help), &target, least};
  }

  /// Fills the variables from the words after the program's name. False: --help is asked for. Every error is one sentence.
  result<bool> parse(std::span<const char* const> words) const {
    std::vector<const entry*> given;
    bool only_rest = false;
    for (std::size_t i = 0; i < words.size(); ++i) {
      const std::string_view word = words[i];
      if (only_rest || word.size() < 2 || word.front() != '-') {
        if (!rest_.target) return wrong("'" + std::string(word) + "' is not expected");
        rest_.target->emplace_back(word);
        continue;
      }
      if (word == "--help" || word == "-h") return false;
      if (word == "--") {
        only_rest = true;
        continue;
      }
      const auto equals = word.find('=');
      const std::string name(word.substr(0, equals));
      const auto found = std::find_if(options_.begin(), options_.end(), [&](const entry& e) { return e.name == name; });
      if (found == options_.end()) return wrong("there is no option " + name);
      std::string_view value;
      if (found->value_name.empty()) {
        if (equals != word.npos) return wrong(name + " takes no value");
      } else if (equals != word.npos)
        value = word.substr(equals + 1);
      else if (++i < words.size())
        value = words[i];
      else
        return wrong(name + " needs a value: " + found->accepted);
      if (!found->read(value)) return wrong(name + ": found '" + std::string(value) + "', expected " + found->accepted);
      given.push_back(&*found);
    }
    for (const entry& e : options_)
      if (e.required && std::find(given.begin(), given.end(), &e) == given.end()) return wrong(e.name + " is missing");
    if (rest_.target && rest_.target->size() < rest_.least) return wrong(rest_.value_name + " is missing");
    return true;
  }

  /// What --help prints, in lines of 100 columns at most where words allow.
  std::string help() const {
    std::string usage;
    std::vector<std::pair<std::string, std::string>> rows;
    for (const entry& e : options_) {
      const std::string form = e.value_name.empty() ? e.name : e.name + " " + e.value_name;
      usage += e.required ? form + '\t' : "[" + form + "]\t";
      rows.emplace_back(form, e.help);
    }
    if (rest_.target) {
      usage += rest_.least ? rest_.value_name + "..." : "[" + rest_.value_name + "...]";
      rows.emplace_back(rest_.value_name, rest_.help);
    }
    rows.emplace_back("--help", "print this");
    std::size_t width = 0;
    for (const auto& row : rows) width = (std::max)(width, row.first.size());
    const std::string start = "usage: " + program_ + ' ';
    std::string text = purpose_ + "\n\n" + start + wrapped(usage, '\t', start.size()) + "\n\n";
    for (const auto& [form, what] : rows)
      text += "  " + form + std::string(width - form.size() + 2, ' ') + wrapped(what, ' ', width + 4) + '\n';
    return text;
  }

  /// What main does first: nothing if the program shall go on; 0 after printing the help that was asked for; 2 after
  /// printing one line about what is wrong.
  std::optional<int> read(int argc, const char* const* argv) const {
    const std::span<const char* const> words(argv, static_cast<std::size_t>(argc));
    const auto go_on = parse(words.subspan(words.empty() ? 0 : 1));
    if (!go_on) return std::fprintf(stderr, "%s\n", go_on.failure().what()), 2;
    if (!*go_on) return std::fputs(help().c_str(), stdout), 0;
    return std::nullopt;
  }

 private:
  struct entry {
    std::string name, value_name, help;
    std::function<bool(std::string_view)> read;
    std::string accepted;
    bool required = false;
  };
  struct rest {
    std::string value_name, help;
    std::vector<std::string>* target = nullptr;
    std::size_t least = 0;
  };

  static std::function<bool(std::string_view)> text_into(std::string& target) {
    return [&target](std::string_view text) { return target = text, !target.empty(); };
  }
  /// Words with `separator` between them in lines that begin at column `indent`, the first of them unindented.
  static std::string wrapped(std::string_view text, char separator, std::size_t indent) {
    std::string lines;
    for (std::size_t column = indent; !text.empty();) {
      const std::size_t end = (std::min)(text.find(separator), text.size());
      const std::string_view word = text.substr(0, end);
      text.remove_prefix((std::min)(end + 1, text.size()));
      if (column > indent && column + 1 + word.size() > 100) {
        lines += '\n' + std::string(indent, ' ');
        column = indent;
      } else if (column > indent) {
        lines += ' ', ++column;
      }
      lines += word, column += word.size();
    }
    return lines;
  }
  static std::string digits(auto x) {
    char buffer[64];
    return {buffer, std::to_chars(buffer, buffer + sizeof buffer, x).ptr};
  }
  error wrong(const std::string& what) const {
    return error(errc::invalid, program_ + ": " + what + "; --help lists what is accepted");
  }

  std::string program_, purpose_;
  std::vector<entry> options_;
  rest rest_;
};

}  // namespace octet::io

#endif
