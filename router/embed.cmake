# Run with -P: joins the library's files (FILES, sorted by name, separated by |) into OUT.
string(REPLACE "|" ";" files "${FILES}")
list(SORT files)
set(all "")
foreach(file IN LISTS files)
  file(READ "${file}" text)
  # Lists would eat semicolons and brackets: append as one string.
  string(APPEND all "${text}")
endforeach()
file(WRITE "${OUT}" "${all}")
