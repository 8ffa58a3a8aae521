# Run with -P: npm ci in DIR, unless what is installed already fits the lock file.
execute_process(COMMAND ${CMAKE_COMMAND} -E compare_files ${DIR}/package-lock.json ${DIR}/node_modules/.firstline-lock
                RESULT_VARIABLE differs ERROR_QUIET)
if(differs)
  execute_process(COMMAND ${NPM} ci --no-audit --no-fund --loglevel=error WORKING_DIRECTORY ${DIR} RESULT_VARIABLE failed)
  if(failed)
    message(FATAL_ERROR "npm ci failed in ${DIR}")
  endif()
  file(COPY_FILE ${DIR}/package-lock.json ${DIR}/node_modules/.firstline-lock)
endif()
