#include <octet/io/onnx/qdq_read.hpp>

#include "counting_new.hpp"
#include "mutate.hpp"
#include "qdq_sample.hpp"

#include <doctest/doctest.h>

using namespace octet;

TEST_CASE("an exported model survives 10,000 mutations") {
  using scales = sample::scales;
  for (const auto& [dialect, kind, runs] : {std::tuple{io::qdq_u8, scales::per_channel, 4000},
                                            {io::qdq_s8, scales::per_map, 3000},
                                            {io::qdq_symmetric, scales::symmetric, 3000}}) {
    const std::string file = io::to_onnx(sample::detector(7, kind), dialect);
    const auto bytes = std::as_bytes(std::span(file.data(), file.size()));
    counting_new::allow(24 * bytes.size() + (32u << 20));
    unsigned read = 0, refused = 0, wrong = 0;
    const double longest = mutate::run("exported.onnx", bytes, {}, runs, [&](std::span<const std::byte> mutated) {
      const auto m = io::import_quantized_onnx(mutated, "exported.onnx");
      m ? ++read : ++refused;
      if (!m) {
        wrong += !std::string_view(m.failure().what()).starts_with("exported.onnx: ");
        return;
      }
      // What is accepted is exactly what the model says, in the dialect that the file names.
      const auto parsed = io::onnx::parse(mutated);
      const std::string again = io::to_onnx(*m, *io::onnx::dialect_of(*parsed));
      wrong += !std::ranges::equal(std::as_bytes(std::span(again.data(), again.size())), mutated);
    });
    MESSAGE("exported.onnx, dialect " << std::string(dialect.name) << ": " << read << " read, " << refused
                                      << " refused, longest " << longest << " s, at most "
                                      << (counting_new::peak_bytes() >> 20) << " MiB");
    CHECK(wrong == 0);
    CHECK(refused > 1000);
  }
}
