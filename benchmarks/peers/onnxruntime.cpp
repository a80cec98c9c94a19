#include "onnxruntime.hpp"

#include <dlfcn.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <random>

using octet::errc;
using octet::error;
using octet::result;

namespace {

// The C interface of onnxruntime is a table of functions that only ever grows at its end. These are the places in it of
// what is called here; every object is an opaque pointer.
enum place : std::size_t {
  get_error_message = 2,
  create_env = 3,
  create_from_array = 8,
  run_model = 9,
  create_options = 10,
  set_optimization_level = 23,
  set_intra_op_threads = 24,
  output_count = 31,
  output_name = 37,
  create_tensor_with_data = 49,
  tensor_data = 51,
  element_count = 64,
  tensor_shape = 65,
  create_cpu_memory_info = 69,
  default_allocator = 78,
  release_status = 93,
  release_value = 96,
  release_shape = 99,
  release_options = 100,
};

using handle = void*;
using function = void (*)();

struct api_base {
  const function* (*get_api)(std::uint32_t version);
  const char* (*version)();
};

/// Loaded once and never unloaded, as threads of it may outlive main.
struct runtime {
  const function* table = nullptr;
  handle env = nullptr, memory = nullptr, allocator = nullptr;
  std::string problem;

  template <class... Arguments>
  void release(place p, Arguments... a) const {
    reinterpret_cast<void (*)(Arguments...)>(table[p])(a...);
  }
  template <class... Arguments>
  result<void> call(place p, Arguments... a) const {
    const handle status = reinterpret_cast<handle (*)(Arguments...)>(table[p])(a...);
    if (!status) return {};
    const auto message = reinterpret_cast<const char* (*)(handle)>(table[get_error_message])(status);
    const error e(errc::invalid, std::string("onnxruntime: ") + message);
    release(release_status, status);
    return e;
  }

  runtime() {
    const char* path = std::getenv("OCTET_ONNXRUNTIME");
    if (!path || !*path) {
      problem = "OCTET_ONNXRUNTIME does not name its library";
      return;
    }
    void* library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    void* entry = library ? dlsym(library, "OrtGetApiBase") : nullptr;
    if (!entry) {
      problem = dlerror();
      return;
    }
    const auto* base = reinterpret_cast<const api_base* (*)()>(entry)();
    table = base->get_api(13);
    if (!table) {
      problem = std::string("version ") + base->version() + " is too old";
      return;
    }
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

}  // namespace

/// Lives until the program ends.
struct bench::onnxruntime::model::state {
  handle object = nullptr;
  std::vector<std::string> names;
  std::vector<std::vector<float>> values;
  std::vector<handle> tensors;
  std::vector<const char*> in, out;

  /// Calls use(output, its values) for every output.
  template <class Use>
  result<void> run(Use&& use) const {
    std::vector<handle> results(out.size());
    const handle with_defaults = nullptr;
    auto done = ort().call(run_model, object, with_defaults, in.data(), tensors.data(), in.size(), out.data(), out.size(),
                           results.data());
    for (std::size_t i = 0; i < results.size(); ++i) {
      if (done) use(i, results[i]);
      ort().release(release_value, results[i]);
    }
    return done;
  }
};

// A second run of what has run once does not fail.
void bench::onnxruntime::model::operator()() const {
  (void)state_->run([](std::size_t, handle) {});
}

std::span<float> bench::onnxruntime::model::input(std::size_t i) const { return state_->values[i]; }

std::map<std::string, std::vector<float>> bench::onnxruntime::model::outputs() const {
  std::map<std::string, std::vector<float>> all;
  (void)state_->run([&](std::size_t i, handle value) {
    handle shape = nullptr;
    std::size_t count = 0;
    const float* data = nullptr;
    if (!ort().call(tensor_shape, value, &shape)) return;
    if (ort().call(element_count, shape, &count) && ort().call(tensor_data, value, &data))
      all[state_->out[i]].assign(data, data + count);
    ort().release(release_shape, shape);
  });
  return all;
}

std::string bench::onnxruntime::missing() { return ort().problem; }

result<bench::onnxruntime::model> bench::onnxruntime::load(std::string_view model, const std::vector<input>& inputs,
                                                           int threads) {
  auto m = std::make_shared<onnxruntime::model::state>();
  handle options = nullptr;
  constexpr int all_optimisations = 99;
  for (const auto& step : {ort().call(create_options, &options), ort().call(set_intra_op_threads, options, threads),
                           ort().call(set_optimization_level, options, all_optimisations),
                           ort().call(create_from_array, ort().env, model.data(), model.size(), options, &m->object)})
    if (!step) return step.failure();
  ort().release(release_options, options);

  std::mt19937 bits(20);
  std::uniform_real_distribution<float> pixel(-2, 2);
  m->values.reserve(inputs.size());
  for (const input& i : inputs) {
    std::size_t count = 1;
    for (auto d : i.shape) count *= static_cast<std::size_t>(d);
    auto& values = m->values.emplace_back(count);
    if (count > 2) std::ranges::generate(values, [&] { return pixel(bits); });
    else std::ranges::fill(values, 1.0f);
    if (auto r = ort().call(create_tensor_with_data, ort().memory, values.data(), count * sizeof(float), i.shape.data(),
                            i.shape.size(), 1, &m->tensors.emplace_back());
        !r)
      return r.failure();
    m->names.push_back(i.name);
  }
  for (const auto& n : m->names) m->in.push_back(n.c_str());
  std::size_t outputs = 0;
  if (auto r = ort().call(output_count, m->object, &outputs); !r) return r.failure();
  for (std::size_t i = 0; i < outputs; ++i) {
    char* name = nullptr;
    if (auto r = ort().call(output_name, m->object, i, ort().allocator, &name); !r) return r.failure();
    m->out.push_back(name);
  }
  if (auto r = m->run([](std::size_t, handle) {}); !r) return r.failure();
  return onnxruntime::model(std::move(m));
}
