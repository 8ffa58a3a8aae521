# Unit tests of router/, and of the pure parts of HTTP in gateway/.
firstline_unit(router_reply SOURCES unit/router_reply.c LIBS router PkgConfig::HIREDIS)
firstline_unit(router_url SOURCES unit/router_url.c LIBS router)
firstline_unit(router_link SOURCES unit/router_link.c unit/router_server.c LIBS router PkgConfig::LIBUV)
firstline_unit(router_private SOURCES unit/router_private.c LIBS router PkgConfig::LIBUV)
