-- What a visitor told about themselves: {"name","email","phone","account","wish","attrs":{}}, merged with what was known; and
-- "verified", which the gateway alone adds: the id the shop has signed. It is the account then, and only another signed one replaces it.

do
local MEMBERS = { 'name', 'email', 'phone', 'account', 'wish' }
local MOST_ATTRS = 20

local function value_text(value, what)
  if type(value) == 'number' or type(value) == 'boolean' then value = tostring(value) end
  if type(value) ~= 'string' then bad('The ' .. what .. ' of a profile must be a text.') end
  return check.text(value, 0, 200, 'The ' .. what .. ' of a profile')
end

-- Adds the new members to the old; an empty text removes one.
local function merge_attrs(old, new)
  local n = 0
  for key, value in pairs(new) do
    if type(key) ~= 'string' then bad('The attrs of a profile must be an object.') end
    check.text(key, 1, 64, 'The name of an attr')
    value = value_text(value == cjson.null and '' or value, 'attr')
    old[key] = value ~= '' and value or nil
  end
  for _ in pairs(old) do n = n + 1 end
  if n > MOST_ATTRS then bad('A profile holds at most ' .. MOST_ATTRS .. ' attrs.') end
  return old
end

-- The attrs as JSON, in the order of their names.
local function attrs_json(attrs)
  local names, parts = {}, {}
  for name in pairs(attrs) do names[#names + 1] = name end
  table.sort(names)
  for i, name in ipairs(names) do parts[i] = json.text(name) .. ':' .. json.text(attrs[name]) end
  return '{' .. table.concat(parts, ',') .. '}'
end

-- The JSON members of a stored profile, for a frame: "name":…,…,"attrs":{…}; unknown ones are "".
function profile.members(text)
  local known, parts = json.read(text) or {}, {}
  for i, member in ipairs(MEMBERS) do parts[i] = '"' .. member .. '":' .. json.text(known[member] or '') end
  return table.concat(parts, ',') .. ',"attrs":' .. attrs_json(known.attrs or {}) .. ',"verified":' .. (known.verified and 'true' or 'false')
end

-- Old and new profile (JSON or blank) -> the merged JSON, and the name in it. Refuses what cannot be merged. What was wanted of an
-- earlier chat is not wanted of one that `opens`.
function profile.merge(old, new, opens)
  local known = json.read(old) or {}
  if opens then known.wish = nil end
  if new and new ~= '' then
    local told = #new <= 16384 and json.read(new) or bad('A profile is a JSON object of at most 16384 bytes.')
    for _, member in ipairs(MEMBERS) do
      local value = told[member]
      if value ~= nil then known[member] = value ~= cjson.null and value_text(value, member) or '' end
    end
    if told.attrs ~= nil and told.attrs ~= cjson.null then
      if type(told.attrs) ~= 'table' then bad('The attrs of a profile must be an object.') end
      known.attrs = merge_attrs(known.attrs or {}, told.attrs)
    end
    if told.verified ~= nil then known.verified = check.text(value_text(told.verified, 'verified id'), 1, 200, 'A verified id') end
    if known.verified then known.account = known.verified end
  end
  local parts = {}
  for _, member in ipairs(MEMBERS) do
    if known[member] and known[member] ~= '' then parts[#parts + 1] = '"' .. member .. '":' .. json.text(known[member]) end
  end
  if known.attrs and next(known.attrs) then parts[#parts + 1] = '"attrs":' .. attrs_json(known.attrs) end
  if known.verified then parts[#parts + 1] = '"verified":' .. json.text(known.verified) end
  return '{' .. table.concat(parts, ',') .. '}', known.name or ''
end

-- The JSON members about where the visitor of a chat is and was: "page":…,"pages":[…]
function profile.places(site, c)
  return '"page":' .. (c.page ~= '' and c.page or 'null') .. ',"pages":[' .. (redis.call('HGET', site .. ':chat:' .. c.n, 'pages') or '') .. ']'
end

-- profile(now, vid, json, page) -> ok: merges; agents of the open chat are told, of another page, too ("" = not told). A visitor
-- without a chat: ok, and nothing is kept.
register.writing('profile', function(site, now, args)
  local visitor = site .. ':visitor:' .. check.vid(args[2])
  local known = redis.call('HMGET', visitor, 'chat', 'profile')
  local about, name = profile.merge(known[2], args[3])
  local page = check.page(args[4])
  if not known[1] then return { 'ok' } end
  local c = chat.load(site, known[1])
  local moved = page ~= '' and c.phase ~= 'closed' and page ~= c.page
  if about == known[2] and not moved then return { 'ok' } end
  redis.call('HSET', visitor, 'profile', about)
  if c.phase == 'closed' then return { 'ok' } end
  chat.set(site, c, 'name', name)
  if moved then chat.set(site, c, chat.news(site, now, c, '', page)) end
  chat.tell(site, c.n, 'A', '{"type":"profile","chat":' .. c.n .. ',"visitor":{"id":"' .. c.visitor .. '",' .. profile.members(about) .. ','
    .. profile.places(site, c) .. '}}')
  if c.phase == 'queued' or c.phase == 'offered' then desk.changed(site) end
  return { 'ok' }
end)
end
