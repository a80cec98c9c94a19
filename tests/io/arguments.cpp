#include <octet/io/arguments.hpp>

#include <doctest/doctest.h>

#include <sstream>
#include <string>

using namespace octet;

TEST_CASE("help fits 100 columns and loses no word") {
  std::string model, mode = "fast";
  int limit = 3;
  bool json = false;
  std::vector<std::string> pictures;
  io::arguments line("program", "Does something.");
  const std::string sentence = "one of many ways in which a thing may be done, each of which needs a word or two of its "
                               "own, so that nobody has to guess what is meant by it and nobody reads a line of 300 columns";
  line.required("--model", "M.onnx", model, "what to run");
  line.option("--mode", "NAME", mode, sentence);
  line.option("--limit", "N", limit, "at most", 1, 9);
  line.flag("--json", json, "print JSON");
  for (const char* name : {"--first-of-some", "--second-of-some", "--third-of-some", "--fourth-of-some", "--fifth-of-some"})
    line.flag(name, json, "something");
  line.positional("PICTURE", pictures, "what to look at");
  const std::string help = line.help();

  std::istringstream lines(help);
  std::string words;
  for (std::string text; std::getline(lines, text);) {
    CHECK_MESSAGE(text.size() <= 100, text);
    CHECK_MESSAGE((text.empty() || text.back() != ' '), text);
    std::istringstream in(text);
    for (std::string word; in >> word;) words += word + ' ';
  }
  CHECK(words.starts_with("Does something. usage: program --model M.onnx [--mode NAME] [--limit N] [--json] "));
  for (const std::string& part : {sentence + " (default fast)", std::string("PICTURE..."), std::string("--help print this"),
                                  std::string("--limit N at most (default 3)")})
    CHECK_MESSAGE(words.find(part + ' ') != words.npos, part);
  CHECK(help.find("  --model M.onnx") != help.npos);
}
