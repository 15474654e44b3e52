// An autoencoder under minibatch descent, and what is measured on it. Made by autoencoder.cpp.
#pragma once
#include <memory>
#include <vector>

#include "lab/system.h"
#include "systems/autoencoder_data.h"

namespace rankscope {

enum class AutoencoderMeasure { Loss, TestMse, PrincipalMse, Spectrum, EffectiveRank, EffectiveRankSingular, Rank, Reconstructions };

struct AutoencoderView {
  ViewInfo info;
  AutoencoderMeasure measure;
};
std::vector<AutoencoderView> autoencoder_views();

std::unique_ptr<System> autoencoder_system(const Settings& settings, AutoencoderData data, std::uint64_t seed);

}  // namespace rankscope
