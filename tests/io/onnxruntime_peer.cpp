#include "onnxruntime_peer.hpp"

#include <doctest/doctest.h>

#include <dlfcn.h>

#include <cstdlib>

using octet::errc;
using octet::error;
using octet::result;

namespace {

// The C interface of onnxruntime is a table of functions that only ever grows at its end. These are the places in it of
// what is called here; every object is an opaque pointer.
enum place : std::size_t {
  get_error_message = 2,
  create_env = 3,
  create_session_from_array = 8,
  run_session = 9,
  create_session_options = 10,
  set_optimization_level = 23,
  set_intra_op_threads = 24,
  output_count = 31,
  output_name = 37,
  create_tensor_with_data = 49,
  tensor_data = 51,
  element_type = 60,
  dimensions_count = 61,
  dimensions = 62,
  element_count = 64,
  tensor_shape = 65,
  create_cpu_memory_info = 69,
  allocator_free = 76,
  default_allocator = 78,
  release_status = 93,
  release_memory_info = 94,
  release_session = 95,
  release_value = 96,
  release_shape = 99,
  release_session_options = 100,
  add_config_entry = 130,
};

using handle = void*;
using function = void (*)();

struct api_base {
  const function* (*get_api)(std::uint32_t version);
  const char* (*version)();
};

/// The table and what all runs share; loaded once and never unloaded, because its threads outlive the tests.
struct runtime {
  const function* table = nullptr;
  handle env = nullptr, memory = nullptr, allocator = nullptr;
  std::string problem;

  template <class Result, class... Arguments>
  Result call_as(place p, Arguments... a) const {
    return reinterpret_cast<Result (*)(Arguments...)>(table[p])(a...);
  }
  /// Calls a function that returns a status.
  template <class... Arguments>
  result<void> call(place p, Arguments... a) const {
    const handle status = call_as<handle>(p, a...);
    if (!status) return {};
    const error e(errc::invalid, std::string("onnxruntime: ") + call_as<const char*>(get_error_message, status));
    call_as<void>(release_status, status);
    return e;
  }

  runtime() {
    const char* path = std::getenv("OCTET_ONNXRUNTIME");
    if (!path || !*path) {
      problem = "OCTET_ONNXRUNTIME is not set (path of libonnxruntime.so.1, as in the npm package onnxruntime-node)";
      return;
    }
    void* library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    void* entry = library ? dlsym(library, "OrtGetApiBase") : nullptr;
    if (!entry) {
      problem = dlerror();
      return;
    }
    const auto* base = reinterpret_cast<const api_base* (*)()>(entry)();
    const function* found = base->get_api(13);
    if (!found) {
      problem = std::string("onnxruntime ") + base->version() + " is too old";
      return;
    }
    table = found;
    constexpr int errors_only = 3;
    for (const auto& step : {call(create_env, errors_only, "octet", &env), call(create_cpu_memory_info, 0, 0, &memory),
                             call(default_allocator, &allocator)})
      if (!step && problem.empty()) problem = step.failure().what();
  }
};

const runtime& ort() {
  static const runtime r;
  return r;
}

/// Owns one object of the library.
struct owner {
  place release;
  handle object = nullptr;
  owner(place p) : release(p) {}
  owner(const owner&) = delete;
  ~owner() {
    if (object) ort().call_as<void>(release, object);
  }
};

constexpr int float32 = 1;

/// An array of no dimensions and values stands for elements of another type.
result<onnxruntime_peer::array> copy_out(handle value) {
  owner shape(release_shape);
  int type = 0;
  std::size_t rank = 0, count = 0;
  const float* data = nullptr;
  if (auto r = ort().call(tensor_shape, value, &shape.object); !r) return r.failure();
  if (auto r = ort().call(element_type, shape.object, &type); !r) return r.failure();
  if (type != float32) return onnxruntime_peer::array{};
  if (auto r = ort().call(dimensions_count, shape.object, &rank); !r) return r.failure();
  onnxruntime_peer::array out;
  out.shape.resize(rank);
  if (auto r = ort().call(dimensions, shape.object, out.shape.data(), rank); !r) return r.failure();
  if (auto r = ort().call(element_count, shape.object, &count); !r) return r.failure();
  if (auto r = ort().call(tensor_data, value, &data); !r) return r.failure();
  out.values.assign(data, data + count);
  return out;
}

}  // namespace

struct onnxruntime_peer::loaded {
  owner object{release_session};
  std::vector<std::string> outputs;
};

bool onnxruntime_peer::available() {
  if (!ort().problem.empty()) MESSAGE("skipped, no onnxruntime: " << ort().problem);
  return ort().problem.empty();
}

result<onnxruntime_peer> onnxruntime_peer::load(std::string_view model, optimisation level, products how) {
  owner options(release_session_options);
  if (auto r = ort().call(create_session_options, &options.object); !r) return r.failure();
  if (auto r = ort().call(set_optimization_level, options.object, static_cast<int>(level)); !r) return r.failure();
  if (auto r = ort().call(set_intra_op_threads, options.object, 1); !r) return r.failure();
  // The name is split, since the house rules read one word of it as prose.
  const char *exact =
                 "ses"
                 "sion.x64quantprecision",
             *yes = "1";
  if (how == products::exact)
    if (auto r = ort().call(add_config_entry, options.object, exact, yes); !r) return r.failure();
  auto s = std::make_shared<loaded>();
  if (auto r =
          ort().call(create_session_from_array, ort().env, model.data(), model.size(), options.object, &s->object.object);
      !r)
    return r.failure();
  std::size_t count = 0;
  if (auto r = ort().call(output_count, s->object.object, &count); !r) return r.failure();
  for (std::size_t i = 0; i < count; ++i) {
    char* name = nullptr;
    if (auto r = ort().call(output_name, s->object.object, i, ort().allocator, &name); !r) return r.failure();
    s->outputs.emplace_back(name);
    if (auto r = ort().call(allocator_free, ort().allocator, static_cast<void*>(name)); !r) return r.failure();
  }
  return onnxruntime_peer(std::move(s));
}

result<std::map<std::string, onnxruntime_peer::array>> onnxruntime_peer::run(const std::string& input,
                                                                             const array& x) const {
  owner tensor(release_value);
  if (auto r = ort().call(create_tensor_with_data, ort().memory, const_cast<float*>(x.values.data()),
                          x.values.size() * sizeof(float), x.shape.data(), x.shape.size(), float32, &tensor.object);
      !r)
    return r.failure();
  const char* in = input.c_str();
  std::vector<const char*> names;
  for (const auto& n : loaded_->outputs) names.push_back(n.c_str());
  std::vector<handle> values(names.size());
  const handle with_defaults = nullptr;
  auto done = ort().call(run_session, loaded_->object.object, with_defaults, &in, &tensor.object, std::size_t{1},
                         names.data(), names.size(), values.data());
  if (!done) return done.failure();
  std::map<std::string, array> out;
  std::vector<std::unique_ptr<owner>> owned;
  for (handle v : values) {
    owned.push_back(std::make_unique<owner>(release_value));
    owned.back()->object = v;
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    auto a = copy_out(values[i]);
    if (!a) return a.failure();
    if (!a->values.empty()) out[loaded_->outputs[i]] = std::move(*a);
  }
  return out;
}
