#ifndef OCTET_TESTS_DEPLOY_MODELS_HPP
#define OCTET_TESTS_DEPLOY_MODELS_HPP

#include <octet/deploy.hpp>
#include <octet/graph/pass/simplify.hpp>
#include <octet/io/onnx/import.hpp>

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>

/// Where models, pictures and golden files are; null, with a message, where they are not.
inline const char* data_folder() {
  const char* data = std::getenv("OCTET_DATA");
  if (!data) MESSAGE("skipped: set OCTET_DATA to a folder with models/, coco/ and golden/");
  return data;
}

inline octet::graph::model simplified_model(const std::string& path) {
  auto m = octet::io::read_onnx(path);
  REQUIRE_MESSAGE(m, m.failure().what());
  octet::graph::pass::simplify(*m);
  REQUIRE_FALSE(m->heads.empty());
  return std::move(*m);
}

inline octet::deploy::float_detector float_detector(const std::string& path) {
  return octet::deploy::float_detector(simplified_model(path));
}

#endif
