#include "systems/autoencoder_network.h"

#include <cmath>

#include "autodiff/layers.h"
#include "math/rng.h"

namespace rankscope {

AutoencoderNetwork::AutoencoderNetwork(std::int64_t pixels, std::int64_t hidden, std::int64_t latent, std::int64_t linear_layers) {
  const auto add = [this](std::int64_t outputs, std::int64_t inputs, bool offset, bool relu) {
    const std::size_t at = layers_.empty() ? 0 : size();
    layers_.push_back({outputs, inputs, offset, relu, at});
  };
  add(hidden, pixels, true, true);
  add(latent, hidden, true, false);
  for (std::int64_t k = 0; k < linear_layers; ++k) add(latent, latent, false, false);
  add(hidden, latent, true, true);
  add(pixels, hidden, true, false);
}

std::int64_t AutoencoderNetwork::outputs() const {
  std::int64_t sum = 0;
  for (const Layer& l : layers_) sum += l.outputs;
  return sum;
}

std::vector<double> AutoencoderNetwork::start(double linear_scale, std::uint64_t seed) const {
  constexpr std::uint64_t kStream = 6;  // batches have 5
  Rng rng(seed, kStream);
  std::vector<double> weights;
  weights.reserve(size());
  for (const Layer& l : layers_) {
    const double within = 1 / std::sqrt(static_cast<double>(l.inputs));
    for (std::size_t k = 0; k < l.size(); ++k) weights.push_back(l.offset ? within * (2 * rng.uniform() - 1) : linear_scale * within * rng.normal());
  }
  return weights;
}

AutoencoderNetwork::Pass AutoencoderNetwork::forward(Tape& tape, Var x, std::span<const double> weights, std::vector<Var>* parameters) const {
  Pass pass{x, x};
  if (parameters) parameters->clear();
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const Layer& l = layers_[i];
    const double* at = weights.data() + l.at;
    const Var w = tape.leaf(ConstMatrixMap(at, l.outputs, l.inputs));
    if (parameters) parameters->push_back(w);
    if (l.offset) {
      const Var b = tape.leaf(ConstMatrixMap(at + l.outputs * l.inputs, 1, l.outputs));
      if (parameters) parameters->push_back(b);
      pass.output = linear(pass.output, w, b);
    } else {
      pass.output = linear(pass.output, w);
    }
    if (l.relu) pass.output = relu(pass.output);
    if (i + 3 == layers_.size()) pass.latent = pass.output;
  }
  return pass;
}

std::span<const Param> autoencoder_network_params() {
  static const std::vector<Param> params = {
      {"linear_layers", "Linear layers k", "Network", "Square linear layers between encoder and decoder. They add nothing that the network could not do without them.", "layers",
       std::int64_t{2}, {0, 8}, When::Restart, {}, {}},
      {"latent", "Latent width", "Network", "Numbers that an image is squeezed into.", "", std::int64_t{32}, {1, 512}, When::Restart, {}, {}},
      {"hidden", "Hidden width", "Network", "Of the encoder's and the decoder's hidden layer.", "", std::int64_t{128}, {1, 1024}, When::Restart, {}, {}},
      {"linear_scale", "Start of the linear layers", "Network", "Standard deviation of their entries at the start, times √latent: 1 keeps lengths, 0.577 is what torch.nn.Linear has.", "", 0.577, {0.01, 10, Scale::Log},
       When::Restart, {}, {}},
  };
  return params;
}

AutoencoderNetwork autoencoder_network(const Settings& s, std::int64_t pixels) {
  return {pixels, get<std::int64_t>(s, "hidden"), get<std::int64_t>(s, "latent"), get<std::int64_t>(s, "linear_layers")};
}

}  // namespace rankscope
