-- The FAQ set: every change makes a new revision, which every gateway compiles anew. Who changed what is kept, with what stood
-- there before: {S}:faq:history (a stream: rev, at, who, name, what, n, ids, whole) and {S}:faq:before:REV (id -> the JSON before
-- that revision, "" = was not there), so that the set of an earlier revision can be put back.

do
local MOST_ENTRIES = 5000
local MOST_CHANGES = 200            -- kept in the history
local MOST_BEFORE = 1024 * 1024     -- bytes kept of one change; of a larger one only that it happened
local NAMED = 20                    -- ids named in the history

-- Adds to a counter of one entry: answers, yes, no, shadow. Counters must never fail a chat.
function entries.count(site, id, what)
  redis.pcall('HINCRBY', site .. ':faq:stats', id .. ':' .. what, 1)
end

local function check_id(id)
  if not id or #id > 64 or not id:find('^[%w_.-]+$') then bad('The entry id "' .. (id or ''):sub(1, 64) .. '" is malformed or given twice.') end
  return id
end

local function check_entry(id, text)
  if #text > 65536 or not json.read(text) then bad('The entry ' .. id .. ' is not a JSON object of at most 65536 bytes.') end
end

-- The revision in force, when it is the expected one ("": any).
local function revision(site, expected)
  local rev = redis.call('GET', site .. ':faq:rev') or '0'
  check.kind(site .. ':faq', 'hash')
  check.kind(site .. ':faq:history', 'stream')
  if expected ~= '' and expected ~= rev then refuse('moved_on', 'The FAQ was changed meanwhile: its revision is ' .. rev .. '.') end
  return tonumber(rev)
end

-- Forgets the oldest change when the history is full.
local function make_room(site)
  local key = site .. ':faq:history'
  if redis.call('XLEN', key) < MOST_CHANGES then return end
  for _, e in ipairs(redis.call('XRANGE', key, '-', '+', 'COUNT', redis.call('XLEN', key) - MOST_CHANGES + 1)) do
    redis.call('DEL', site .. ':faq:before:' .. e[2][2])
    redis.call('XDEL', key, e[1])
  end
end

-- Puts changes in force (ids in order, texts by id; "" takes the entry out), under a new revision.
local function change(site, now, by, ids, texts)
  local before, bytes = {}, 0
  for i, id in ipairs(ids) do
    before[i] = redis.call('HGET', site .. ':faq', id) or ''
    bytes = bytes + #before[i]
  end
  make_room(site)
  local rev = string.format('%d', redis.call('INCR', site .. ':faq:rev'))
  local whole = bytes <= MOST_BEFORE
  redis.call('DEL', site .. ':faq:before:' .. rev)
  for i, id in ipairs(ids) do
    if whole then redis.call('HSET', site .. ':faq:before:' .. rev, id, before[i]) end
    if texts[id] == '' then redis.call('HDEL', site .. ':faq', id) else redis.call('HSET', site .. ':faq', id, texts[id]) end
  end
  redis.call('XADD', site .. ':faq:history', '*', 'rev', rev, 'at', string.format('%d', now), 'who', by.id, 'name', by.name, 'what', by.what, 'n', #ids,
    'ids', table.concat(ids, ',', 1, math.min(#ids, NAMED)), 'whole', whole and 1 or 0)
  redis.call('PUBLISH', site .. ':config', 'faq ' .. rev)
  return rev
end

-- id, text, id, text, ... of ARGV from `first` on; the texts checked, "" only where an entry may be taken out.
local function pairs_of(args, first, n, may_drop)
  local ids, texts = {}, {}
  if #args ~= first - 1 + 2 * n then bad('There must be an id and a text for each of the ' .. n .. ' entries.') end
  for i = first, #args, 2 do
    local id = check_id(args[i])
    if texts[id] then check_id(nil) end
    if args[i + 1] ~= '' or not may_drop then check_entry(id, args[i + 1]) end
    ids[#ids + 1], texts[id] = id, args[i + 1]
  end
  return ids, texts
end

-- faq_put(now, expected rev|"", n, id1, json1, ...) -> ok, rev: replaces the whole set. no: moved_on when it is no longer the expected one
register.writing('faq_put', function(site, now, args)
  local n = check.number(args[3], 0, MOST_ENTRIES, 'The number of entries')
  revision(site, args[2] or '')
  local ids, texts = pairs_of(args, 4, n)
  local changed = {}
  for _, id in ipairs(ids) do
    if redis.call('HGET', site .. ':faq', id) ~= texts[id] then changed[#changed + 1] = id end
  end
  for _, id in ipairs(redis.call('HKEYS', site .. ':faq')) do
    if not texts[id] then changed[#changed + 1], texts[id] = id, '' end
  end
  table.sort(changed)
  return { 'ok', change(site, now, { id = '', name = '', what = 'load' }, changed, texts) }
end)

-- The agent who changes the FAQ: a supervisor.
local function author(site, id)
  local agent = staff.load(site, id)
  if not agent.supervisor then refuse('forbidden', 'Only a supervisor changes the FAQ.') end
  return agent
end

-- faq_change(now, A, expected rev, what, n, id1, json1|"", ...) -> ok, rev: puts or takes out single entries ("" takes out).
-- what: put | drop. no: no_such_agent | forbidden | moved_on | no_such_entry
register.writing('faq_change', function(site, now, args)
  local agent, what, n = author(site, args[2]), args[4], check.number(args[5], 1, 100, 'The number of entries')
  if what ~= 'put' and what ~= 'drop' then bad('What is done is put or drop.') end
  check.number(args[3], 0, 1e15, 'The revision')
  revision(site, args[3])
  local ids, texts = pairs_of(args, 6, n, true)
  local more = redis.call('HLEN', site .. ':faq')
  for _, id in ipairs(ids) do
    local there = redis.call('HEXISTS', site .. ':faq', id) == 1
    if texts[id] == '' and not there then refuse('no_such_entry', 'There is no entry "' .. id .. '".') end
    if not there then more = more + 1 end
  end
  if more > MOST_ENTRIES then bad('There may be ' .. MOST_ENTRIES .. ' entries.') end
  return { 'ok', change(site, now, { id = agent.id, name = agent.name, what = what }, ids, texts) }
end)

-- faq_undo(now, A, expected rev, to rev) -> ok, rev: the set as it was at revision `to` comes into force again, as a new revision.
-- no: no_such_agent | forbidden | moved_on | no_such_revision
register.writing('faq_undo', function(site, now, args)
  local agent, to = author(site, args[2]), check.number(args[4], 0, 1e15, 'The revision')
  check.number(args[3], 0, 1e15, 'The revision')
  local rev = revision(site, args[3])
  if to >= rev then refuse('no_such_revision', 'Revision ' .. to .. ' is not before the one in force.') end
  local ids, texts, last = {}, {}, rev + 1
  for _, e in ipairs(redis.call('XREVRANGE', site .. ':faq:history', '+', '-')) do
    local at = tonumber(e[2][2])
    if at <= to then break end
    local whole = e[2][16] == '1'
    if at ~= last - 1 or not whole then break end
    last = at
    local before = redis.call('HGETALL', site .. ':faq:before:' .. e[2][2])
    for i = 1, #before, 2 do
      if not texts[before[i]] then ids[#ids + 1] = before[i] end
      texts[before[i]] = before[i + 1]
    end
  end
  if last ~= to + 1 then refuse('no_such_revision', 'What revision ' .. to .. ' was is not kept any more.') end
  table.sort(ids)
  return { 'ok', change(site, now, { id = agent.id, name = agent.name, what = 'undo' }, ids, texts) }
end)

-- faq_history(now) -> ok, json [{"rev","at","who","name","what","n","ids","whole"}], the newest first; who "" = the command line
register.reading('faq_history', function(site)
  local items = {}
  for i, e in ipairs(redis.call('XREVRANGE', site .. ':faq:history', '+', '-', 'COUNT', MOST_CHANGES)) do
    local f = e[2]
    items[i] = json.object('rev', f[2], 'at', f[4], 'who', json.text(f[6]), 'name', json.text(f[8]), 'what', json.text(f[10]), 'n', f[12],
      'ids', json.strings(split(f[14])), 'whole', f[16] == '1' and 'true' or 'false')
  end
  return { 'ok', json.array(items) }
end)

-- faq_all(now) -> ok, rev, json array of the entries, by id
register.reading('faq_all', function(site)
  local flat, ids, by_id, items = redis.call('HGETALL', site .. ':faq'), {}, {}, {}
  for i = 1, #flat, 2 do
    ids[#ids + 1] = flat[i]
    by_id[flat[i]] = flat[i + 1]
  end
  table.sort(ids)
  for i, id in ipairs(ids) do items[i] = by_id[id] end
  return { 'ok', redis.call('GET', site .. ':faq:rev') or '0', json.array(items) }
end)

-- faq_stats(now) -> ok, json {"ID":{"answers":N,"yes":N,"no":N,"shadow":N},...}: what each entry has done so far
register.reading('faq_stats', function(site)
  local flat, ids, by_id, items = redis.call('HGETALL', site .. ':faq:stats'), {}, {}, {}
  for i = 1, #flat, 2 do
    local id, what = flat[i]:match('^(.*):(%l+)$')
    if id and not by_id[id] then ids[#ids + 1], by_id[id] = id, { answers = 0, yes = 0, no = 0, shadow = 0 } end
    if id and by_id[id][what] then by_id[id][what] = flat[i + 1] end
  end
  table.sort(ids)
  for i, id in ipairs(ids) do
    local c = by_id[id]
    items[i] = json.text(id) .. ':' .. json.object('answers', c.answers, 'yes', c.yes, 'no', c.no, 'shadow', c.shadow)
  end
  return { 'ok', '{' .. table.concat(items, ',') .. '}' }
end)

-- faq_shadow(now, chat, entry) -> ok: an entry in shadow mode would have answered; counted once a chat. no: no_such_chat | no_such_entry
register.writing('faq_shadow', function(site, _, args)
  local c, id = chat.load(site, args[2]), check_id(args[3])
  if redis.call('HEXISTS', site .. ':faq', id) == 0 then refuse('no_such_entry', 'There is no entry "' .. id .. '".') end
  if redis.call('HSETNX', site .. ':chat:' .. c.n, 'shadow:' .. id, 1) == 1 then entries.count(site, id, 'shadow') end
  return { 'ok' }
end)
end
