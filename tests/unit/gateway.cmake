# Unit tests of the gateway. Journeys run with a fake router and fake sockets (tests/fakes).
foreach(module bucket wheel call text wire conn peers settings options metrics hours)
  firstline_unit(gateway_${module} SOURCES unit/gateway_${module}.c LIBS gateway_core)
endforeach()
set(fakes fakes/router.c fakes/world.c)
foreach(journey topic visitor agent author autoreply opening)
  firstline_unit(gateway_${journey} SOURCES unit/gateway_${journey}.c ${fakes} LIBS gateway_core)
endforeach()
