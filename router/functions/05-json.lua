-- JSON text built by hand where order, empty arrays and speed matter; and clock: days and durations without a C library.

-- The JSON text of one string, number or boolean.
function json.text(value)
  return cjson.encode(value)
end

-- {"k":v,...} of key, value pairs; the values are JSON text already.
function json.object(...)
  local parts, given = {}, { ... }
  for i = 1, #given, 2 do parts[#parts + 1] = '"' .. given[i] .. '":' .. given[i + 1] end
  return '{' .. table.concat(parts, ',') .. '}'
end

-- [..] of JSON texts.
function json.array(items)
  return '[' .. table.concat(items, ',') .. ']'
end

-- [..] of plain strings.
function json.strings(items)
  local parts = {}
  for i = 1, #items do parts[i] = json.text(items[i]) end
  return json.array(parts)
end

-- A decoded JSON object, or nil when the text is none.
function json.read(text)
  if not text or text:sub(1, 1) ~= '{' then return nil end
  local done, value = pcall(cjson.decode, text)
  return done and type(value) == 'table' and value or nil
end

-- Checks the page a gateway tells: "" or a JSON object {url,title,referrer}.
function check.page(page)
  if page == nil or page == '' then return '' end
  if #page > 16384 or not json.read(page) then bad('A page is a JSON object of at most 16384 bytes.') end
  return page
end

function check.lang(lang)
  if lang == nil or lang == '' then return '' end
  if #lang > 16 or not lang:find('^%a%a%a?[%w-]*$') then bad('A language is named like "en" or "pt-BR".') end
  return lang
end

-- Items of "a,b,c"; blanks around them are no part of them.
local function split(csv)
  local items = {}
  for item in (csv or ''):gmatch('[^,]+') do
    item = item:match('^%s*(.-)%s*$')
    if item ~= '' then items[#items + 1] = item end
  end
  return items
end

local function contains(items, wanted)
  for i = 1, #items do if items[i] == wanted then return true end end
  return false
end

-- Year, month, day of the UTC day a moment lies in.
local function civil(ms)
  local z = math.floor(ms / 86400000) + 719468
  local era = math.floor(z / 146097)
  local doe = z - era * 146097
  local yoe = math.floor((doe - math.floor(doe / 1460) + math.floor(doe / 36524) - math.floor(doe / 146096)) / 365)
  local doy = doe - (365 * yoe + math.floor(yoe / 4) - math.floor(yoe / 100))
  local mp = math.floor((5 * doy + 2) / 153)
  local month = mp < 10 and mp + 3 or mp - 9
  return yoe + era * 400 + (month <= 2 and 1 or 0), month, doy - math.floor((153 * mp + 2) / 5) + 1
end

-- "2026-11-22"
function clock.day(ms)
  return string.format('%04d-%02d-%02d', civil(ms))
end

-- "2026-11-22 14:03:07 UTC"
function clock.stamp(ms)
  local s = math.floor(ms / 1000) % 86400
  return string.format('%s %02d:%02d:%02d UTC', clock.day(ms), math.floor(s / 3600), math.floor(s / 60) % 60, s % 60)
end

-- "0:48", "12:05", "1:02:05", "3 d 4 h"
function clock.span(ms)
  local s = math.max(0, math.floor(ms / 1000))
  if s >= 86400 then return string.format('%d d %d h', math.floor(s / 86400), math.floor(s / 3600) % 24) end
  if s >= 3600 then return string.format('%d:%02d:%02d', math.floor(s / 3600), math.floor(s / 60) % 60, s % 60) end
  return string.format('%d:%02d', math.floor(s / 60), s % 60)
end
