// The layers of an autoencoder with linear layers inside: p - hidden - latent, [k times latent - latent, no offset], hidden - p; ReLU behind the
// hidden layers only. All weights in one flat list, so that an integrator moves them.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "autodiff/tape.h"
#include "lab/settings.h"

namespace rankscope {

class AutoencoderNetwork {
 public:
  struct Layer {
    std::int64_t outputs = 0, inputs = 0;
    bool offset = true, relu = false;
    std::size_t at = 0;  ///< in the flat weights: W, outputs x inputs, columns first; then the offset

    std::size_t size() const { return static_cast<std::size_t>(outputs * (inputs + (offset ? 1 : 0))); }
  };
  AutoencoderNetwork(std::int64_t pixels, std::int64_t hidden, std::int64_t latent, std::int64_t linear_layers);

  const std::vector<Layer>& layers() const { return layers_; }
  std::size_t size() const { return layers_.back().at + layers_.back().size(); }
  std::int64_t latent() const { return layers_[1].outputs; }
  std::int64_t outputs() const;  ///< of all layers together: what a sample leaves on a tape, over 4

  /// Entries of W and offset uniform within 1/sqrt(inputs), as torch.nn.Linear; of the linear layers N(0, scale^2/latent).
  std::vector<double> start(double linear_scale, std::uint64_t seed) const;

  struct Pass {
    Var latent, output;  ///< samples x latent, behind the last linear layer; samples x pixels
  };
  /// `parameters`: where not null, W and offset of each layer as leaves, in their order.
  Pass forward(Tape& tape, Var x, std::span<const double> weights, std::vector<Var>* parameters = nullptr) const;

 private:
  std::vector<Layer> layers_;
};

/// linear_layers, hidden, latent, linear_scale.
std::span<const Param> autoencoder_network_params();
AutoencoderNetwork autoencoder_network(const Settings& settings, std::int64_t pixels);

}  // namespace rankscope
