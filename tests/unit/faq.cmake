# Unit tests of faq/.
foreach(module normalise literals known rules matcher pattern variants policy language person readme)
  firstline_unit(faq_${module} SOURCES ${CMAKE_CURRENT_SOURCE_DIR}/unit/faq_${module}.c
                 LIBS faq PkgConfig::UTF8PROC PkgConfig::JANSSON)
endforeach()
firstline_unit(faq_replay SOURCES ${CMAKE_CURRENT_SOURCE_DIR}/unit/faq_replay.c ${PROJECT_SOURCE_DIR}/gateway/faq_replay.c
               LIBS faq PkgConfig::JANSSON)
firstline_unit(faq_hostile SOURCES ${CMAKE_CURRENT_SOURCE_DIR}/unit/faq_hostile.c LIBS faq)
