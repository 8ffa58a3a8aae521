# Unit tests of router/, and of the pure parts of HTTP in gateway/.
firstline_unit(router_command SOURCES unit/router_command.c LIBS router PkgConfig::HIREDIS)
firstline_unit(router_reply SOURCES unit/router_reply.c LIBS router PkgConfig::HIREDIS)
firstline_unit(router_url SOURCES unit/router_url.c LIBS router)
firstline_unit(router_link SOURCES unit/router_link.c unit/router_server.c LIBS router PkgConfig::LIBUV)
firstline_unit(router_replicated SOURCES unit/router_replicated.c unit/router_server.c LIBS router PkgConfig::LIBUV)
firstline_unit(router_private SOURCES unit/router_private.c LIBS router PkgConfig::LIBUV)
firstline_unit(http_auth SOURCES unit/http_auth.c LIBS gateway_core PkgConfig::SODIUM)
firstline_unit(http_assets SOURCES unit/http_assets.c ${PROJECT_SOURCE_DIR}/gateway/assets.c)
firstline_unit(http_site SOURCES unit/http_site.c ${PROJECT_SOURCE_DIR}/gateway/transcript.c
               LIBS gateway_core faq PkgConfig::JANSSON)
