-- The one way to change what supervisors and ops may set: settings (NAME), words (canned.…, phrase.…), people (agent.NAME). Each
-- change is kept in {S}:changes, a stream of the newest 500 (at, who, by, what, name, from, to), and can be undone.

do
local MOST_CHANGES = 500

-- What a setting may not become: others lean on it, or it is a table that cannot be read; nil when it may.
local function objection(site, name, value)
  if name == 'queues' then
    for _, queue in ipairs(settings.list(site, 'queues')) do
      local waiting = redis.call('ZCARD', site .. ':queue:' .. queue)
      if waiting > 0 and not contains(split(value), queue) then
        return 'would drop ' .. queue .. ', where ' .. ops.many(waiting, 'chat') .. (waiting == 1 and ' is' or ' are') .. ' waiting; empty it first'
      end
    end
  elseif name == 'default_lang' and not contains(settings.list(site, 'languages'), value) then
    return 'takes one of languages: ' .. settings.text(site, 'languages')
  elseif name == 'languages' and not contains(split(value), settings.text(site, 'default_lang')) then
    return 'must contain default_lang, ' .. settings.text(site, 'default_lang')
  elseif name == 'hours' then
    return settings.hours_fault(value)
  end
end

-- Kinds of names, the first that knows one: known(name), read(site, name) -> text, default(name) -> text, fault(site, name, value),
-- write(site, now, name, value), tidy(name, value) -> the text as it is kept (may be left out).
changes.kinds = {
  {
    known = function(name) return settings.row[name] end,
    read = settings.text,
    default = function(name) return settings.row[name][3] end,
    fault = function(site, name, value) return settings.fault(name, value) or objection(site, name, value) end,
    tidy = function(name, value)
      local kind = settings.row[name][2]
      if kind == 'number' then return string.format('%d', tonumber(value)) end
      return (kind == 'names' or kind == 'languages' or kind == 'ids') and table.concat(split(value), ',') or value
    end,
    write = function(site, _, name, value)
      if value == settings.row[name][3] then redis.call('HDEL', site .. ':config', name) else redis.call('HSET', site .. ':config', name, value) end
      redis.call('PUBLISH', site .. ':config', 'settings')
    end,
  },
  { known = words.parts, read = words.text, default = words.default, fault = words.fault, write = function(site, _, name, value) words.write(site, name, value) end },
}

function changes.kind(name)
  for _, kind in ipairs(changes.kinds) do if kind.known(name) then return kind end end
  refuse('bad_argument', 'there is no setting "' .. ops.cut(name, 40) .. '"; fl_get lists them.')
end

-- Keeps what was changed. by = {id, name}; "" = the command line.
function changes.keep(site, now, by, what, name, from, to)
  redis.call('XADD', site .. ':changes', 'MAXLEN', MOST_CHANGES, '*', 'at', string.format('%d', now), 'who', by.id, 'by', by.name, 'what', what, 'name', name, 'from', from, 'to', to)
end

-- Changes one thing; value nil = back to its default; expected nil = whatever it is. -> was, is
function changes.set(site, now, by, what, name, value, expected)
  local kind = changes.kind(name)
  check.kind(site .. ':changes', 'stream')
  local was, wanted = kind.read(site, name), value or kind.default(name)
  if expected and expected ~= was then refuse('moved_on', 'It was changed meanwhile: ' .. ops.cut(name, 60) .. ' is now "' .. ops.cut(was, 60) .. '".') end
  local fault = kind.fault(site, name, wanted)
  if fault then bad(name .. ' ' .. fault .. '.') end
  if kind.tidy then wanted = kind.tidy(name, wanted) end
  if was ~= wanted then changes.keep(site, now, by, what, name, was, wanted) end
  kind.write(site, now, name, wanted) -- also when it is the same: what is stored may be broken
  return was, wanted
end

-- The entry of the history with this id.
local function entry(site, id)
  if not id or #id > 40 or not id:find('^%d+%-%d+$') then bad('A change is named like 1790000000000-0.') end
  local e = redis.call('XRANGE', site .. ':changes', id, id)[1]
  if not e then refuse('no_such_revision', 'This change is not kept any more.') end
  local f = e[2]
  return { id = e[1], at = f[2], who = f[4], by = f[6], what = f[8], name = f[10], from = f[12], to = f[14] }
end

-- Puts back what was before one change, unless it was changed again since. -> name, is
function changes.undo(site, now, by, id)
  local e = entry(site, id)
  local is = changes.kind(e.name).read(site, e.name)
  if is ~= e.to then refuse('moved_on', 'Since then ' .. ops.cut(e.name, 60) .. ' was changed again; undo the later change first.') end
  local _, now_is = changes.set(site, now, by, 'undo', e.name, e.from)
  return e.name, now_is
end

-- The supervisor of a command, else a refusal.
function changes.supervisor(site, id)
  local agent = staff.load(site, id)
  if not agent.supervisor then refuse('forbidden', 'Only a supervisor may do this.') end
  return agent
end

-- set(now, A, name, given 0|1, value, expects 0|1, expected) -> ok, value in force; given 0 = back to its default; A is a supervisor.
-- no: no_such_agent | forbidden | moved_on | bad_argument (the sentence says what the setting takes)
register.writing('set', function(site, now, args)
  local by, name = changes.supervisor(site, args[2]), args[3] or ''
  if name:find('^agent%.') then bad('People are changed with agent_put.') end
  local _, is = changes.set(site, now, by, 'set', name, args[4] == '1' and (args[5] or '') or nil, args[6] == '1' and (args[7] or '') or nil)
  return { 'ok', is }
end)

-- undo(now, A, id of a change) -> ok, value in force. no: forbidden | no_such_revision | moved_on | bad_argument
register.moving('undo', function(site, now, args)
  local by = changes.supervisor(site, args[2])
  local _, is = changes.undo(site, now, by, args[3])
  return { 'ok', is }
end)

-- changes(now, A, before id|"", count 1..200) -> ok, json [{"id","at","who","name","what","of","from","to"}], the newest first;
-- `of` what was changed, who "" = the command line; texts cut at 300 characters. no: forbidden
register.reading('changes', function(site, _, args)
  changes.supervisor(site, args[2])
  local before, count, items = args[3] or '', check.number(args[4], 1, 200, 'The count'), {}
  if before ~= '' and (#before > 40 or not before:find('^%d+%-%d+$')) then bad('A change is named like 1790000000000-0.') end
  for i, e in ipairs(redis.call('XREVRANGE', site .. ':changes', before == '' and '+' or '(' .. before, '-', 'COUNT', count)) do
    local f = e[2]
    items[i] = json.object('id', json.text(e[1]), 'at', f[2], 'who', json.text(f[4]), 'name', json.text(f[6]), 'what', json.text(f[8]), 'of', json.text(f[10]),
      'from', json.text(ops.cut(f[12], 300)), 'to', json.text(ops.cut(f[14], 300)))
  end
  return { 'ok', json.array(items) }
end)

-- settings_all(now, A) -> ok, json [{"name","kind","value","default","low","high","what"}], every setting, in the order of fl_get. no: forbidden
register.reading('settings_all', function(site, _, args)
  changes.supervisor(site, args[2])
  local items = {}
  for i, row in ipairs(settings.all) do
    items[i] = json.object('name', json.text(row[1]), 'kind', json.text(row[2]), 'value', json.text(settings.text(site, row[1])), 'default', json.text(row[3]),
      'low', row[4] or 0, 'high', row[5] or 0, 'what', json.text(row[6]))
  end
  return { 'ok', json.array(items) }
end)
end
