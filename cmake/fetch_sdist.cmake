# Downloads one pinned source distribution through pip and unpacks the parts that are named, into a cache outside the
# build folder. pip brings its own index, proxy and certificate settings and checks the hash.
#
# rankscope_fetch_sdist(out_folder NAME imgui-bundle VERSION 1.93.0 SHA256 ... PARTS external/imgui/imgui ...)
function(rankscope_fetch_sdist out)
  cmake_parse_arguments(ARG "" "NAME;VERSION;SHA256" "PARTS" ${ARGN})
  if(DEFINED ENV{XDG_CACHE_HOME} AND NOT "$ENV{XDG_CACHE_HOME}" STREQUAL "")
    set(cache $ENV{XDG_CACHE_HOME})
  else()
    set(cache $ENV{HOME}/.cache)
  endif()
  string(SHA256 key "${ARG_SHA256} ${ARG_PARTS}")
  string(SUBSTRING ${key} 0 12 key)
  set(folder ${cache}/rankscope/third_party/${ARG_NAME}-${ARG_VERSION}-${key})
  set(${out} ${folder} PARENT_SCOPE)
  if(EXISTS ${folder})
    return()
  endif()

  message(STATUS "Downloading ${ARG_NAME} ${ARG_VERSION} (once, into ${folder})")
  string(RANDOM LENGTH 8 unique)
  set(work ${folder}.${unique})  # beside the cache, so that the last step is one atomic rename
  file(MAKE_DIRECTORY ${work})
  file(WRITE ${work}/requirements.txt "${ARG_NAME}==${ARG_VERSION} --hash=sha256:${ARG_SHA256}\n")
  execute_process(
    COMMAND ${CMAKE_COMMAND} -E env PYTHONPATH=${CMAKE_CURRENT_FUNCTION_LIST_DIR}/sdist_backend PIP_DISABLE_PIP_VERSION_CHECK=1
            python3 -m pip download --quiet --no-deps --no-binary :all: --no-build-isolation --require-hashes
            --requirement ${work}/requirements.txt --dest ${work}
    RESULT_VARIABLE failed)
  file(GLOB archive ${work}/*.tar.gz)
  if(failed OR NOT archive)
    file(REMOVE_RECURSE ${work})
    message(FATAL_ERROR "Could not download ${ARG_NAME} ${ARG_VERSION} with pip. Is there a network, and python3-pip? "
                        "(./scripts/setup installs it; -DRANKSCOPE_THIRD_PARTY=upstream takes the sources from git instead.)")
  endif()
  get_filename_component(top ${archive} NAME)
  string(REGEX REPLACE "\\.tar\\.gz$" "" top ${top})
  list(TRANSFORM ARG_PARTS PREPEND ${top}/)
  execute_process(COMMAND tar -xzf ${archive} -C ${work} --strip-components=1 ${ARG_PARTS} RESULT_VARIABLE failed)
  if(failed)
    file(REMOVE_RECURSE ${work})
    message(FATAL_ERROR "Could not unpack ${archive}: is the disk full?")
  endif()
  file(REMOVE ${archive} ${work}/requirements.txt)
  file(RENAME ${work} ${folder} RESULT failed)
  if(NOT EXISTS ${folder}/external)
    message(FATAL_ERROR "Could not write ${folder}: ${failed}")
  endif()
  file(REMOVE_RECURSE ${work})  # another configure was faster
endfunction()
