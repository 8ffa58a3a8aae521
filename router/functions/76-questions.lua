-- What visitors asked and nobody had an FAQ answer for: {S}:unanswered, a stream of the newest 5,000 (text, lang, chat, at). And
-- what was asked lately at all, out of the feed. Supervisors make new entries from it and try them on it.

do
local MOST_KEPT = 5000
local MOST_TEXT = 500 -- code points
local MOST_READ = 1000

local function cut(text)
  local at, n = 1, 0
  while at <= #text and n < MOST_TEXT do
    local byte = text:byte(at)
    at = at + (byte >= 240 and 4 or byte >= 224 and 3 or byte >= 192 and 2 or 1)
    n = n + 1
  end
  return text:sub(1, at - 1)
end

-- What the visitor said since anybody else last did, as one text.
local function said_last(site, c)
  local said = {}
  for _, e in ipairs(redis.call('XREVRANGE', site .. ':chat:' .. c.n .. ':log', '+', '-', 'COUNT', 8)) do
    local body = e[2][4] == 'message' and json.read(e[2][6])
    if not body or body.from ~= 'visitor' or type(body.text) ~= 'string' then break end
    table.insert(said, 1, body.text)
  end
  return table.concat(said, '\n')
end

-- Keeps the question of a chat that goes to a person for want of an answer. Must never fail a chat.
function questions.keep(site, now, c)
  local text = cut(said_last(site, c))
  if text == '' then return end
  chat.count(site, now, 'unanswered')
  redis.pcall('XADD', site .. ':unanswered', 'MAXLEN', MOST_KEPT, '*', 'text', text, 'lang', c.lang, 'chat', c.n, 'at', string.format('%d', c.last_at))
end

local function check_before(before)
  if before ~= '' and (#before > 40 or not before:find('^%d+%-%d+$')) then bad('A question is named like 1790000000000-0.') end
  return before == '' and '+' or '(' .. before
end

-- unanswered(now, before id|"", count) -> ok, json [{"id","text","lang","chat","at"}], the newest first; at most 1000 a call
register.reading('unanswered', function(site, _, args)
  local before, count, items = check_before(args[2] or ''), check.number(args[3], 1, MOST_READ, 'The count'), {}
  for i, e in ipairs(redis.call('XREVRANGE', site .. ':unanswered', before, '-', 'COUNT', count)) do
    local f = e[2]
    items[i] = json.object('id', json.text(e[1]), 'text', json.text(f[2]), 'lang', json.text(f[4]), 'chat', f[6], 'at', f[8])
  end
  return { 'ok', json.array(items) }
end)

-- unanswered_drop(now, A, id, ...) -> ok: takes questions off the list, at most 500. no: no_such_agent | forbidden
register.writing('unanswered_drop', function(site, _, args)
  local agent = staff.load(site, args[2])
  if not agent.supervisor then refuse('forbidden', 'Only a supervisor sorts the unanswered questions.') end
  if #args < 3 or #args > 502 then bad('Name 1 to 500 questions.') end
  for i = 3, #args do
    if args[i] == '' then bad('A question is named like 1790000000000-0.') end
    check_before(args[i])
  end
  check.kind(site .. ':unanswered', 'stream')
  for i = 3, #args do redis.call('XDEL', site .. ':unanswered', args[i]) end
  return { 'ok' }
end)

-- past(now, before id|"", count) -> ok, where to go on ("" = that was all), json [{"chat","seq","at","kind","text"}], the newest
-- first: of the feed's events, what visitors said (text cut at 500 characters), and when the automatic reply, the queue or a
-- person came in between (kinds answer, queued, joined; text "")
register.reading('past', function(site, _, args)
  local before, count, items, last, seen = check_before(args[2] or ''), check.number(args[3], 1, MOST_READ, 'The count'), {}, '', 0
  for _, e in ipairs(redis.call('XREVRANGE', site .. ':feed', before, '-', 'COUNT', count)) do
    local f, text = e[2], nil
    local kind = f[8]
    seen, last = seen + 1, e[1]
    if kind == 'message' then
      local body = json.read(f[10])
      text = body and body.from == 'visitor' and type(body.text) == 'string' and cut(body.text)
    elseif kind == 'answer' or kind == 'queued' or kind == 'joined' then
      text = ''
    end
    if text then items[#items + 1] = json.object('chat', f[4], 'seq', f[6], 'at', f[2], 'kind', json.text(kind), 'text', json.text(text)) end
  end
  return { 'ok', seen == count and last or '', json.array(items) }
end)
end
