#ifndef OCTET_TESTS_IO_COUNTING_NEW_HPP
#define OCTET_TESTS_IO_COUNTING_NEW_HPP

#include <cstddef>

/// A global operator new that counts, for programs of one thread: it stops the program when more is asked for than allowed.
namespace counting_new {

/// Allows `bytes` beyond what is in use now, and forgets the peak.
void allow(std::size_t bytes);
std::size_t peak_bytes();

}  // namespace counting_new

#endif
