# Libraries we did not write. Header-only ones come from the distribution; each is linked into a folder of its own,
# because a cross compiler must never be given the host's whole include folder.
function(_rankscope_system_headers name probe)
  find_path(RANKSCOPE_${name}_DIR ${probe} PATHS /usr/include /usr/local/include NO_DEFAULT_PATH NO_CMAKE_FIND_ROOT_PATH REQUIRED)
  mark_as_advanced(RANKSCOPE_${name}_DIR)
  get_filename_component(folder ${probe} DIRECTORY)
  set(root ${PROJECT_BINARY_DIR}/include/third_party/${name})
  file(MAKE_DIRECTORY ${root})
  file(CREATE_LINK ${RANKSCOPE_${name}_DIR}/${folder} ${root}/${folder} SYMBOLIC)
  add_library(rankscope_${name} INTERFACE)
  target_include_directories(rankscope_${name} SYSTEM INTERFACE ${root})
  add_library(rankscope::${name} ALIAS rankscope_${name})
endfunction()

_rankscope_system_headers(rapidjson rapidjson/document.h)  # #include <rapidjson/document.h>
_rankscope_system_headers(stb stb/stb_image.h)             # #include <stb/stb_image.h>
if(RANKSCOPE_TESTS)
  _rankscope_system_headers(doctest doctest/doctest.h)     # #include <doctest/doctest.h>
endif()
if(NOT EMSCRIPTEN)
  _rankscope_system_headers(cli11 CLI/CLI.hpp)             # #include <CLI/CLI.hpp>; native only, 431 kB of wasm
endif()
