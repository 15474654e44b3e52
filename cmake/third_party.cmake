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

# rankscope_third_party(imgui): targets rankscope::imgui (Dear ImGui, docking, with its OpenGL 3 backend)
# and natively rankscope::imgui_glfw. Pinned here; the notices are in THIRD_PARTY.md.
function(rankscope_third_party name)
  if(TARGET rankscope_${name})
    return()
  endif()
  if(NOT name STREQUAL "imgui")
    message(FATAL_ERROR "rankscope_third_party: unknown library ${name} (known: imgui)")
  endif()

  if(RANKSCOPE_THIRD_PARTY STREQUAL "sdist")
    # The only package of a language registry that carries Dear ImGui's sources.
    include(fetch_sdist)
    rankscope_fetch_sdist(sdist NAME imgui-bundle VERSION 1.93.0
      SHA256 10ad1dab8258a6787b4f07bb926b08d0efc648a7906242568c8dd778c5e719bf
      PARTS external/imgui/imgui external/portable_file_dialogs/portable_file_dialogs
            external/imgui_test_engine/imgui_test_engine/imgui_test_engine)
    set(FETCHCONTENT_SOURCE_DIR_IMGUI ${sdist}/external/imgui/imgui)
    set(FETCHCONTENT_SOURCE_DIR_PORTABLE_FILE_DIALOGS ${sdist}/external/portable_file_dialogs/portable_file_dialogs)
    set(FETCHCONTENT_SOURCE_DIR_IMGUI_TEST_ENGINE ${sdist}/external/imgui_test_engine/imgui_test_engine)
  elseif(NOT RANKSCOPE_THIRD_PARTY STREQUAL "upstream")
    message(FATAL_ERROR "RANKSCOPE_THIRD_PARTY is \"${RANKSCOPE_THIRD_PARTY}\": use sdist or upstream")
  endif()
  include(FetchContent)
  FetchContent_Declare(imgui GIT_REPOSITORY https://github.com/ocornut/imgui.git GIT_TAG v1.93.0-docking GIT_SHALLOW ON)
  FetchContent_MakeAvailable(imgui)

  # A GLOB, because the sdist's copy has one file more than upstream (the stack-layout extension).
  file(GLOB sources ${imgui_SOURCE_DIR}/imgui*.cpp)
  list(FILTER sources EXCLUDE REGEX "imgui_demo\\.cpp$")
  add_library(rankscope_imgui STATIC EXCLUDE_FROM_ALL ${sources} ${imgui_SOURCE_DIR}/backends/imgui_impl_opengl3.cpp)
  target_include_directories(rankscope_imgui SYSTEM PUBLIC ${imgui_SOURCE_DIR} ${imgui_SOURCE_DIR}/backends)
  target_compile_definitions(rankscope_imgui PUBLIC IMGUI_USER_CONFIG="${PROJECT_SOURCE_DIR}/cmake/imgui_config.h")

  # The tests of the frontend press its controls through the test engine, which hooks into every item: for builds that ship
  # nothing, as its licence asks.
  if(RANKSCOPE_TEST_ENGINE)
    FetchContent_Declare(imgui_test_engine GIT_REPOSITORY https://github.com/ocornut/imgui_test_engine.git GIT_TAG v1.93.0 GIT_SHALLOW ON)
    FetchContent_MakeAvailable(imgui_test_engine)
    file(GLOB engine ${imgui_test_engine_SOURCE_DIR}/imgui_test_engine/imgui_*.cpp)
    list(FILTER engine EXCLUDE REGEX "python")
    target_sources(rankscope_imgui PRIVATE ${engine})
    target_include_directories(rankscope_imgui SYSTEM PUBLIC ${imgui_test_engine_SOURCE_DIR} ${imgui_test_engine_SOURCE_DIR}/imgui_test_engine)
    target_compile_definitions(rankscope_imgui PUBLIC IMGUI_ENABLE_TEST_ENGINE IMGUI_TEST_ENGINE_ENABLE_COROUTINE_STDTHREAD_IMPL=1
      IMGUI_TEST_ENGINE_ENABLE_STD_FUNCTION=1 IMGUI_TEST_ENGINE_ENABLE_CAPTURE=0)
    find_package(Threads REQUIRED)
    target_link_libraries(rankscope_imgui PUBLIC Threads::Threads)
  endif()

  set(targets rankscope_imgui)
  if(EMSCRIPTEN)
    target_compile_definitions(rankscope_imgui PUBLIC IMGUI_IMPL_OPENGL_ES3)
  else()
    find_package(glfw3 3.3 CONFIG QUIET)
    if(glfw3_FOUND)
      add_library(rankscope_imgui_glfw STATIC EXCLUDE_FROM_ALL ${imgui_SOURCE_DIR}/backends/imgui_impl_glfw.cpp)
      target_link_libraries(rankscope_imgui_glfw PUBLIC rankscope_imgui glfw)
      list(APPEND targets rankscope_imgui_glfw)
      # one header, which upstream writes with dashes and the sdist with underscores
      FetchContent_Declare(portable_file_dialogs GIT_REPOSITORY https://github.com/samhocevar/portable-file-dialogs.git GIT_TAG 0.1.0)
      FetchContent_MakeAvailable(portable_file_dialogs)
      file(GLOB header ${portable_file_dialogs_SOURCE_DIR}/portable?file?dialogs.h)
      set(folder ${PROJECT_BINARY_DIR}/include/third_party/portable_file_dialogs)
      file(MAKE_DIRECTORY ${folder})
      file(CREATE_LINK ${header} ${folder}/portable_file_dialogs.h SYMBOLIC)
      add_library(rankscope_portable_file_dialogs INTERFACE)
      target_include_directories(rankscope_portable_file_dialogs SYSTEM INTERFACE ${folder})
      add_library(rankscope::portable_file_dialogs ALIAS rankscope_portable_file_dialogs)
    endif()
    target_link_libraries(rankscope_imgui PUBLIC ${CMAKE_DL_LIBS})
  endif()
  foreach(target IN LISTS targets)
    target_compile_features(${target} PUBLIC cxx_std_20)
    target_compile_options(${target} PRIVATE -w -fno-exceptions -fno-rtti $<$<BOOL:${EMSCRIPTEN}>:-msimd128>)
    string(REPLACE rankscope_ rankscope:: alias ${target})
    add_library(${alias} ALIAS ${target})
  endforeach()
endfunction()
