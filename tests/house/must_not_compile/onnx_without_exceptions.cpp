// says: octet: ONNX files are read and written with protozero, which throws
// flags: -fno-exceptions
#include <octet/io/onnx/file.hpp>

std::size_t size(const octet::io::onnx::file& f) { return f.bytes; }
