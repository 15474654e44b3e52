# cmake -DGLSLANG=glslangValidator -DSHADER=x.frag -P check_shader.cmake: a body must be valid under both prefixes.
# Only ES catches a missing precision or `float x = 1;`, only the core profile catches what ES alone has.
get_filename_component(stage ${SHADER} LAST_EXT)  # glslangValidator takes the stage from it
file(READ ${SHADER} body)
foreach(prefix "#version 330 core" "#version 300 es")
  string(RANDOM LENGTH 12 unique)
  set(whole $ENV{TMPDIR})
  if(NOT whole)
    set(whole /tmp)
  endif()
  set(whole ${whole}/rankscope-${unique}${stage})
  file(WRITE ${whole} "${prefix}\n#line 1\n${body}")
  execute_process(COMMAND ${GLSLANG} ${whole} RESULT_VARIABLE code OUTPUT_VARIABLE out ERROR_VARIABLE out)
  file(REMOVE ${whole})
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "${SHADER} is not valid under ${prefix}:\n${out}")
  endif()
endforeach()
