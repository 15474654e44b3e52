# Flags every room shares, and the function that declares a room.

add_library(rankscope_flags INTERFACE)
target_compile_features(rankscope_flags INTERFACE cxx_std_20)
target_compile_options(rankscope_flags INTERFACE -Wall -Wextra -Wshadow -Wpedantic
  # g++ 12 warns of its own std::string operator+ (GCC bug 105651), of AVX-512 intrinsics and of sanitized std::variants.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict;-Wno-maybe-uninitialized>)
if(EMSCRIPTEN)
  target_compile_options(rankscope_flags INTERFACE -msimd128)
  string(REPLACE -O3 -O2 CMAKE_CXX_FLAGS_RELEASE "${CMAKE_CXX_FLAGS_RELEASE}")  # 5 kB gzip less; the kernels ask for -O3 themselves
  set(RANKSCOPE_BIT_EXACT ON)
elseif(RANKSCOPE_MARCH)
  # g++ 12 with AVX-512 builds the literal {1, 1, 0, 0} of doubles as {1, 1, 1, 1} when it vectorizes straight-line code (seen in
  # tests/tasks/matrix_problem_test.cpp). The kernels name their vectors themselves, so nothing is lost.
  target_compile_options(rankscope_flags INTERFACE -march=${RANKSCOPE_MARCH} $<$<CXX_COMPILER_ID:GNU>:-fno-tree-slp-vectorize>)
endif()
if(NOT RANKSCOPE_MARCH OR EMSCRIPTEN)
  target_compile_options(rankscope_flags INTERFACE -ffp-contract=off)
endif()
if(RANKSCOPE_SCALAR)
  target_compile_definitions(rankscope_flags INTERFACE EIGEN_DONT_VECTORIZE)
  set(RANKSCOPE_BIT_EXACT ON)
endif()
target_compile_definitions(rankscope_flags INTERFACE EIGEN_MPL2_ONLY $<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS>)

# Debian's emcc finds its JavaScript optimizer's modules through NODE_PATH; set here, so that a plain `ninja` links too.
if(EMSCRIPTEN AND EXISTS /usr/share/nodejs)
  set_property(GLOBAL PROPERTY RULE_LAUNCH_LINK "${CMAKE_COMMAND} -E env NODE_PATH=/usr/share/nodejs")
endif()

find_package(Eigen3 3.4 CONFIG REQUIRED NO_CMAKE_FIND_ROOT_PATH)

# The version, in one place: project(VERSION) above. The hash is that of the last configure.
execute_process(COMMAND git -C ${PROJECT_SOURCE_DIR} rev-parse --short=12 HEAD
                OUTPUT_VARIABLE RANKSCOPE_GIT_HASH OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT RANKSCOPE_GIT_HASH)
  set(RANKSCOPE_GIT_HASH unknown)
endif()
configure_file(${PROJECT_SOURCE_DIR}/core/lab/version.h.in ${PROJECT_BINARY_DIR}/generated/lab/version.h @ONLY)

# Names `include_dir/room` a link to the room's folder, so that a room sees the headers of the rooms it links and of no other.
function(_rankscope_include_root out room)
  set(root ${PROJECT_BINARY_DIR}/include/${room})
  file(MAKE_DIRECTORY ${root})
  file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR} ${root}/${room} SYMBOLIC)
  set(${out} ${root} PARENT_SCOPE)
endfunction()

# Rooms without Eigen and without kernels: the page gets them small. (Eigen at -Os is 30 times slower, for no fewer bytes.)
set(RANKSCOPE_SMALL_ROOMS lab presets io ui)

# rankscope_library(room SOURCES ... [PUBLIC ...] [PRIVATE ...] [SMALL ...] [SANITIZE] [NO_EXCEPTIONS])
# Declares the static library rankscope_<room>, alias rankscope::<room>, whose headers are included as "<room>/x.h".
# PUBLIC are the rooms whose headers its own headers include, PRIVATE those that only its .cpp files need.
# SMALL are those of the sources that hold no loop a step runs through: the page gets them small too.
# An empty source list makes a header-only room.
function(rankscope_library room)
  cmake_parse_arguments(ARG "SANITIZE;NO_EXCEPTIONS" "" "SOURCES;PUBLIC;PRIVATE;SMALL" ${ARGN})
  set(target rankscope_${room})
  _rankscope_include_root(include_root ${room})
  if(NOT ARG_SOURCES)
    add_library(${target} INTERFACE)
    target_include_directories(${target} INTERFACE ${include_root} ${PROJECT_BINARY_DIR}/generated)
    target_link_libraries(${target} INTERFACE rankscope_flags ${ARG_PUBLIC} ${ARG_PRIVATE})
  else()
    add_library(${target} STATIC ${ARG_SOURCES})
    target_include_directories(${target} PUBLIC ${include_root} ${PROJECT_BINARY_DIR}/generated)
    target_link_libraries(${target} PUBLIC rankscope_flags ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
    if(ARG_NO_EXCEPTIONS)
      target_compile_options(${target} PRIVATE -fno-exceptions)
    endif()
    if(EMSCRIPTEN AND room IN_LIST RANKSCOPE_SMALL_ROOMS)
      target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-Oz>)
    endif()
    if(EMSCRIPTEN)
      set_source_files_properties(${ARG_SMALL} PROPERTIES COMPILE_OPTIONS $<$<CONFIG:Release>:-Oz>)
    endif()
    if(ARG_SANITIZE)
      rankscope_sanitize(${target})
    endif()
  endif()
  add_library(rankscope::${room} ALIAS ${target})
endfunction()

# Instruments one target, and links the runtime into whatever uses it.
function(rankscope_sanitize target)
  if(RANKSCOPE_SANITIZE AND NOT EMSCRIPTEN)
    target_compile_options(${target} PRIVATE -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(${target} PUBLIC -fsanitize=address,undefined)
    if(RANKSCOPE_FUZZ)
      target_compile_options(${target} PRIVATE -fsanitize=fuzzer-no-link
        -fsanitize-ignorelist=${PROJECT_SOURCE_DIR}/tests/fuzz/sanitizer_ignore.txt)
    endif()
  endif()
endfunction()
