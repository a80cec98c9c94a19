// says: to be sent to other processes an observer needs `template <class A> void state(A& archive)`
#include <octet/graph/gather.hpp>
#include <octet/quant/fake_quant.hpp>
#include <octet/quant/observer/abs_max.hpp>
#include <octet/quant/scheme/symmetric.hpp>

#include <span>

struct largest {
  octet::quant::abs_max all;
  void observe(std::span<const float> values) { all.observe(values); }
  octet::interval bounds() const { return all.bounds(); }
  void merge(const largest& other) { all.merge(other.all); }
#ifndef MISTAKE
  template <class A>
  void state(A& archive) {
    all.state(archive);
  }
#endif
};

void send(octet::quant::fake_quant<largest, octet::quant::symmetric<std::int8_t>>& watched, octet::graph::byte_writer& to) {
  watched.state(to);
}
