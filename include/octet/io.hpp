#ifndef OCTET_IO_HPP
#define OCTET_IO_HPP

#include <octet/io/onnx/import.hpp>
#include <octet/io/read_file.hpp>

#endif
