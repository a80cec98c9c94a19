#ifndef OCTET_IO_HPP
#define OCTET_IO_HPP

#include <octet/io/arguments.hpp>
#include <octet/io/bar_chart.hpp>
#include <octet/io/html_page.hpp>
#include <octet/io/json_writer.hpp>
#include <octet/io/line_chart.hpp>
#include <octet/io/model_options.hpp>
#include <octet/io/onnx/float_write.hpp>
#include <octet/io/onnx/import.hpp>
#include <octet/io/onnx/qdq_read.hpp>
#include <octet/io/onnx/qdq_write.hpp>
#include <octet/io/picture_options.hpp>
#include <octet/io/progress.hpp>
#include <octet/io/read_file.hpp>
#include <octet/io/svg.hpp>
#include <octet/io/table.hpp>
#include <octet/io/write_file.hpp>

#endif
