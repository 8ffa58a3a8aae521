# Unit tests of faq/.
foreach(module normalise literals known rules matcher pattern variants policy language person aside readme explain)
  firstline_unit(faq_${module} SOURCES ${CMAKE_CURRENT_SOURCE_DIR}/unit/faq_${module}.c
                 LIBS faq PkgConfig::UTF8PROC PkgConfig::JANSSON)
endforeach()
firstline_unit(faq_replay SOURCES ${CMAKE_CURRENT_SOURCE_DIR}/unit/faq_replay.c ${PROJECT_SOURCE_DIR}/gateway/faq_replay.c
               LIBS faq PkgConfig::JANSSON)
firstline_unit(faq_hostile SOURCES ${CMAKE_CURRENT_SOURCE_DIR}/unit/faq_hostile.c LIBS faq)

# tests/faq/bench runs it by hand over real messages; here a short run over our samples keeps it working.
add_executable(faq_bench ${CMAKE_CURRENT_SOURCE_DIR}/faq/bench.c)
target_link_libraries(faq_bench PRIVATE faq PkgConfig::JANSSON)
target_include_directories(faq_bench PRIVATE ${PROJECT_SOURCE_DIR})
add_test(NAME faq_bench COMMAND faq_bench --short --only matcher --entries 100 --messages 500
         WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
target_compile_definitions(unit_faq_explain PRIVATE PHRASES_FILE="${PROJECT_SOURCE_DIR}/faq/phrases/phrases.yaml")
