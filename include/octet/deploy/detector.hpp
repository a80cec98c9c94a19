#ifndef OCTET_DEPLOY_DETECTOR_HPP
#define OCTET_DEPLOY_DETECTOR_HPP

#include <octet/data/image.hpp>
#include <octet/data/preprocess.hpp>
#include <octet/deploy/head_values.hpp>
#include <octet/detect/decode.hpp>
#include <octet/detect/nms.hpp>
#include <octet/graph/fork_join.hpp>

#include <chrono>
#include <cstdint>
#include <span>
#include <vector>

namespace octet::deploy {

/// Pictures in, detections out: preprocessing, network, decoding and suppression of a float or an integer model. `Form`
/// (see head_values.hpp) tells the two apart. Immutable, so threads may share one, each with a `workspace`.
template <class Form>
class basic_detector {
 public:
  using model = typename Form::model;
  using program = typename Form::program;

  /// Precondition: a float model has been through graph::pass::simplify; the model has heads.
  explicit basic_detector(model m, detect::multiclass_nms nms = {})
      : model_(std::move(m)), program_(model_.net), form_(model_), nms_(nms) {
    OCTET_EXPECTS(!model_.heads.empty());
  }

  /// What one detection at a time needs; the network runs on so many threads.
  class workspace {
   public:
    explicit workspace(const basic_detector& d, int threads = 1) : arena_(d.program_, threads), threads_(threads) {}
    double network_seconds() const noexcept { return seconds_; }  ///< of the last picture, input to head tensors

   private:
    friend basic_detector;
    typename program::arena arena_;
    graph::fork_join threads_;
    std::vector<detection> candidates_, kept_;
    std::vector<std::uint32_t> scratch_;
    double seconds_ = 0;
  };

  /// Detections in pixels of the picture, class by class, each by descending score; valid until the next call with the
  /// same workspace.
  std::span<const detection> operator()(const data::image& picture, workspace& w) const {
    form_.prepare(picture, input(w));
    return run(w, static_cast<float>(model_.pre.width) / static_cast<float>(picture.width),
               static_cast<float>(model_.pre.height) / static_cast<float>(picture.height));
  }

  /// The same in two steps, for input that is prepared elsewhere: fill this map, then `run`.
  auto input(workspace& w) const { return program_.map(w.arena_, 0); }

  /// `scale_x`, `scale_y`: pixels of the network's input per pixel of the picture.
  std::span<const detection> run(workspace& w, float scale_x, float scale_y) const {
    const auto start = std::chrono::steady_clock::now();
    program_.run(w.arena_, w.threads_);
    w.seconds_ = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    // Decoded again in the rare case that there was not enough room.
    for (;;) {
      detect::candidates found{w.candidates_};
      for (std::size_t i = 0; i < model_.heads.size(); ++i) {
        const graph::head& h = model_.heads[i];
        auto level = form_.level(i);
        level.stride = h.stride;
        level.scores = program_.map(w.arena_, h.scores);
        if (h.quality >= 0) level.quality = program_.map(w.arena_, h.quality);
        level.distances = program_.map(w.arena_, h.distances);
        detect::decode(level, std::span<const float>(model_.projection), nms_.score_threshold, scale_x, scale_y, found);
      }
      if (found.complete()) {
        w.scratch_.resize(detect::multiclass_nms::scratch_size(found.found));
        w.kept_.clear();
        for (const std::uint32_t k : nms_(found.list(), w.scratch_)) w.kept_.push_back(found.list()[k]);
        return w.kept_;
      }
      w.candidates_.resize(found.found * 2);
    }
  }

  const model& network() const noexcept { return model_; }
  const graph::plan& memory() const noexcept { return program_.memory(); }

 private:
  model model_;
  program program_;
  Form form_;
  detect::multiclass_nms nms_;
};

using float_detector = basic_detector<float_form>;
using integer_detector = basic_detector<integer_form>;

}  // namespace octet::deploy

#endif
