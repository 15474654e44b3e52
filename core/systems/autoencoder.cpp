#include "systems/autoencoder.h"

#include <algorithm>

#include "flow/integrator.h"
#include "systems/autoencoder_network.h"
#include "systems/autoencoder_system.h"
#include "tasks/batches.h"

namespace rankscope {
namespace {

std::vector<Param> params() {
  std::vector<Param> out;
  for (auto list : {autoencoder_network_params(), autoencoder_data_params(), integrator_params(), batch_params()}) out.insert(out.end(), list.begin(), list.end());
  out.erase(std::remove_if(out.begin(), out.end(), [](const Param& p) { return p.key == "tolerance"; }), out.end());  // of flow, which minibatches do not have
  for (Param& p : out) {
    if (p.key == "optimizer") {
      p.initial = std::string("adam");
      p.choices.erase(std::remove(p.choices.begin(), p.choices.end(), "flow"), p.choices.end());
      p.help = "How the gradient moves the weights. gd: plain gradient descent. momentum, adam: as torch.optim. group_rmsprop: one adaptive step size for all weights.";
    } else if (p.key == "step_size") {
      p.initial = 1e-3;
    } else if (p.key == "batch") {
      p.initial = std::int64_t{64};
      p.help = "Images a step looks at: slices of an order that is drawn afresh each epoch, the last one smaller. 0: all. The loss that is shown is over all training images, and so is the one "
               "that ends a run, which is looked at where an epoch ends.";
    }
  }
  return out;
}

std::int64_t batch_of(const Settings& s, const AutoencoderShape& shape) {
  const auto batch = get<std::int64_t>(s, "batch");
  return batch > 0 ? std::min(batch, shape.train) : shape.train;
}

double cost(const Settings& s, const Inputs& in) {
  auto shape = autoencoder_shape(s, in);
  if (!shape) return 0;
  return 6 * static_cast<double>(batch_of(s, *shape)) * static_cast<double>(autoencoder_network(s, shape->pixels).size());
}

double memory(const Settings& s, const Inputs& in) {
  auto shape = autoencoder_shape(s, in);
  if (!shape) return 0;
  const AutoencoderNetwork network = autoencoder_network(s, shape->pixels);
  const auto weights = static_cast<double>(network.size()), outputs = static_cast<double>(network.outputs()), pixels = static_cast<double>(shape->pixels);
  const auto train = static_cast<double>(shape->train), test = static_cast<double>(shape->test), batch = static_cast<double>(batch_of(s, *shape));
  const auto& optimizer = get<std::string>(s, "optimizer");
  const double kept = optimizer == "momentum" ? 1 : optimizer == "adam" ? 2 : 0;
  // A layer leaves a product, an offset, a sum and a ReLU on the tape, and its gradients in turn; weights have theirs there and in the flat list.
  const double stepping = 6 * batch * outputs + 3 * batch * pixels + (3 + kept) * weights;
  const double evaluating = std::min(train, 256.0) * (3 * outputs + 2 * pixels);
  const double data = (train + test) * pixels, components = std::min(train, pixels);
  const double principal = 2 * train * pixels + 3 * components * components;  // a decomposition of the training images
  return 8 * (data + stepping + std::max(evaluating + principal, data));
}

std::vector<ViewInfo> views(const Settings& s, const Inputs& in) {
  auto shape = autoencoder_shape(s, in);
  if (!shape) return {};
  const auto weights = static_cast<double>(autoencoder_network(s, shape->pixels).size());
  std::vector<ViewInfo> out;
  for (AutoencoderView& v : autoencoder_views()) {
    v.info.flops = 2 * weights * static_cast<double>(v.measure == AutoencoderMeasure::Loss ? shape->train : shape->test);
    out.push_back(std::move(v.info));
  }
  return out;
}

}  // namespace

Entry autoencoder_entry() {
  std::vector<InputInfo> inputs(autoencoder_data_inputs().begin(), autoencoder_data_inputs().end());
  return {"autoencoder",
          "Autoencoder with linear layers inside",
          "Jing, Zbontar and LeCun 2020 (arXiv 2010.00679)",
          "Images are squeezed through a narrow layer and made again. Linear layers in between add nothing it could not do without them, and yet it comes to use fewer of its latent "
          "directions.",
          "epochs",
          params(),
          std::move(inputs),
          views,
          cost,
          memory,
          [](const Settings& s, const Inputs& in, std::uint64_t seed) -> Result<std::unique_ptr<System>> {
            auto data = autoencoder_data(s, in, seed);
            if (!data) return data.error();
            return autoencoder_system(s, std::move(*data), seed);
          }};
}

}  // namespace rankscope
