# Run with -P by the build: puts the built web tree DIR into the program.
#
# Writes the assembler source S, which holds each file and a gzip variant where that is smaller, and the C source C, the
# table of them sorted by path.
find_program(GZIP gzip REQUIRED)

set(mime_js "text/javascript; charset=utf-8")
set(mime_mjs "text/javascript; charset=utf-8")
set(mime_css "text/css; charset=utf-8")
set(mime_html "text/html; charset=utf-8")
set(mime_json "application/json")
set(mime_webmanifest "application/manifest+json")
set(mime_txt "text/plain; charset=utf-8")
set(mime_svg "image/svg+xml")
set(mime_png "image/png")
set(mime_jpg "image/jpeg")
set(mime_webp "image/webp")
set(mime_ico "image/x-icon")
set(mime_woff2 "font/woff2")
set(mime_mp3 "audio/mpeg")
set(mime_ogg "audio/ogg")

# A name that carries the hash of its content, as the web build makes them: app-1a2b3c4d.js, chunk-ABCD2345.js
string(REPEAT "[0-9a-f]" 8 lower_hash)
string(REPEAT "[0-9A-Z]" 8 upper_hash)

get_filename_component(out ${S} DIRECTORY)
set(zipped ${out}/assets-gzip)
file(REMOVE_RECURSE ${zipped})
file(MAKE_DIRECTORY ${zipped})
file(GLOB_RECURSE found RELATIVE ${DIR} ${DIR}/*)
list(FILTER found EXCLUDE REGEX "\\.map$")
list(SORT found COMPARE STRING CASE SENSITIVE) # by bytes: assets_find searches by halves
if(NOT found)
  message(FATAL_ERROR "there are no web files in ${DIR}")
endif()

set(bytes "    .section .rodata\n")
set(names "")
set(rows "")
set(number 0)
foreach(path IN LISTS found)
  set(file ${DIR}/${path})
  file(SHA256 ${file} hash)
  string(SUBSTRING ${hash} 0 16 tag)
  string(REGEX MATCH "[^.]+$" ending ${path})
  set(mime "application/octet-stream")
  if(DEFINED mime_${ending})
    set(mime ${mime_${ending}})
  endif()
  set(immutable false)
  if(path MATCHES "-(${lower_hash}|${upper_hash})\\.[a-z0-9]+$")
    set(immutable true)
  endif()

  # The tag is written out so that changed content always makes a changed source.
  string(APPEND bytes "    .global asset_${number}_plain\nasset_${number}_plain: /* ${tag} */\n    .incbin \"${file}\"\n")
  string(APPEND names "extern const unsigned char asset_${number}_plain[];\n")
  file(SIZE ${file} plain_size)
  set(row ".path = \"/${path}\", .mime = \"${mime}\", .tag = \"${tag}\", .immutable = ${immutable}")
  string(APPEND row ", .plain = asset_${number}_plain, .plain_len = ${plain_size}")

  set(gz ${zipped}/${number}.gz)
  execute_process(COMMAND ${GZIP} -9 -n -c ${file} OUTPUT_FILE ${gz} RESULT_VARIABLE failed)
  if(failed)
    message(FATAL_ERROR "gzip failed on ${file}")
  endif()
  file(SIZE ${gz} gzip_size)
  math(EXPR worth "${plain_size} * 9 / 10")
  if(gzip_size LESS worth)
    string(APPEND bytes "    .global asset_${number}_gzip\nasset_${number}_gzip:\n    .incbin \"${gz}\"\n")
    string(APPEND names "extern const unsigned char asset_${number}_gzip[];\n")
    string(APPEND row ", .gzip = asset_${number}_gzip, .gzip_len = ${gzip_size}")
  endif()
  string(APPEND rows "    {${row}},\n")
  math(EXPR number "${number} + 1")
endforeach()
string(APPEND bytes "    .section .note.GNU-stack,\"\",%progbits\n")
file(WRITE ${S} "${bytes}")
file(WRITE ${C} "/* Made by assets.cmake. */
#include \"gateway/assets_table.h\"

${names}
const struct asset assets_table[] = {
${rows}};
const size_t assets_count = ${number};
")
