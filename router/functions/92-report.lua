-- Reports: the counters of days (21-measure.lua) as rows of figures. One place makes them, so that the dashboard's charts, the CSV
-- and redis-cli show the same numbers. Each column below says how it is reckoned; a figure without a denominator is left out.

do
local MOST_DAYS, MOST_ROWS = 92, 20000
local MOST_CAUSES, MOST_SHOWN, MOST_READ = 50, 100, 2000
local KINDS = { 'shop', 'agent', 'queue', 'category', 'faq', 'hour' }

local function counter(name)
  return function(s) return string.format('%d', s[name] or 0) end
end

-- sum / n, in units of `unit`.
local function mean(sum, n, unit, format)
  return function(s)
    local count = s[n] or 0
    return count > 0 and string.format(format or '%.1f', (s[sum] or 0) / count / unit) or nil
  end
end

local function closed(s)
  return (s.closed_solved or 0) + (s.closed_unsolved or 0)
end

local COLUMNS = {
  { 'chats', counter('chats') },
  { 'queued', counter('queued') },
  { 'joined', counter('joined') },
  { 'timed', counter('timed') },
  { 'in_time', counter('within_60s') },
  { 'in_time_pct', mean('within_60s', 'timed', 0.01) },
  { 'wait_s', mean('waited_ms', 'timed', 1000) },
  { 'response_s', mean('response_ms', 'response_n', 1000) },
  { 'reply_s', mean('reply_ms', 'reply_n', 1000) },
  { 'turns', counter('turns') },
  { 'handling_s', mean('handled_ms', 'turns', 1000) },
  { 'solved', counter('closed_solved') },
  { 'unsolved', counter('closed_unsolved') },
  { 'unrecorded', counter('closed_unrecorded') },
  { 'solved_first', counter('solved_first') },
  { 'first_contact_pct', function(s) return closed(s) > 0 and string.format('%.1f', 100 * (s.solved_first or 0) / closed(s)) or nil end },
  { 'rated', counter('rated_count') },
  { 'score', mean('rated_sum', 'rated_count', 1, '%.2f') },
  { 'praise', counter('praise') },
  { 'complaints', counter('complaints') },
  { 'transfers', counter('transfers') },
  { 'missed', counter('missed') },
  { 'declined', counter('declined') },
  { 'promises_kept', counter('promises_kept') },
  { 'promises_broken', counter('promises_broken') },
  { 'abandoned', counter('abandoned') },
  { 'unanswered', counter('unanswered') },
  { 'answers', counter('answers') },
  { 'helped', counter('helped_yes') },
  { 'not_helped', counter('helped_no') },
}

-- The columns that have a meaning for a kind; the whole shop has all.
local MEANT = {
  agent = ',joined,timed,in_time,in_time_pct,wait_s,reply_s,turns,handling_s,solved,unsolved,unrecorded,solved_first,first_contact_pct,rated,score,praise,'
    .. 'complaints,transfers,missed,declined,promises_kept,promises_broken,',
  queue = ',chats,queued,joined,timed,in_time,in_time_pct,wait_s,response_s,reply_s,turns,handling_s,solved,unsolved,unrecorded,solved_first,'
    .. 'first_contact_pct,rated,score,praise,complaints,transfers,missed,declined,abandoned,',
  category = ',solved,unsolved,solved_first,first_contact_pct,rated,score,praise,complaints,',
  faq = ',answers,helped,not_helped,',
  hour = ',chats,joined,timed,in_time,in_time_pct,',
}

-- The moment a day "2026-11-22" begins, as if its clock were UTC; nil when it is no day.
local function day_ms(text)
  local y, m, d = (text or ''):match('^(%d%d%d%d)-(%d%d)-(%d%d)$')
  y, m, d = tonumber(y), tonumber(m), tonumber(d)
  if not y or y < 1970 or m < 1 or m > 12 or d < 1 then return nil end
  local days = 365 * (y - 1970) + math.floor((y - 1969) / 4) - math.floor((y - 1901) / 100) + math.floor((y - 1601) / 400)
  local before = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334 }
  local leap = m > 2 and y % 4 == 0 and (y % 100 ~= 0 or y % 400 == 0) and 1 or 0
  local ms = (days + before[m] + leap + d - 1) * 86400000
  return clock.day(ms) == text and ms or nil
end

-- The days from..to, checked: "" = the last 7 days, today being the last.
local function days_of(site, now, from, to)
  local last = day_ms(to ~= '' and to or measure.day(site, now))
  local first = from ~= '' and day_ms(from) or from == '' and last and last - 6 * 86400000
  if not last or not first then bad('A day is written like 2026-11-22.') end
  local n = (last - first) / 86400000 + 1
  if n < 1 or n > MOST_DAYS then bad('A report covers 1 to ' .. MOST_DAYS .. ' days, the first one first.') end
  local days = {}
  for i = 1, n do days[i] = clock.day(first + (i - 1) * 86400000) end
  return days, first
end

-- The counters of a day: {shop = {[''] = {name = n}}, agent = {ana = {…}}, …}.
local function counters_of(site, day)
  local found, all = redis.pcall('HGETALL', site .. ':stats:' .. day), { shop = { [''] = {} } }
  for i = 1, found.err and 0 or #found, 2 do
    local kind, id, name = found[i]:match('^(%l+):([^:]+):([%l%d_]+)$')
    if not kind then kind, id, name = 'shop', '', found[i] end
    all[kind] = all[kind] or {}
    all[kind][id] = all[kind][id] or {}
    all[kind][id][name] = tonumber(found[i + 1]) or 0
  end
  return all
end

local function add_up(sums, all)
  for kind, ids in pairs(all) do
    sums[kind] = sums[kind] or {}
    for id, counters in pairs(ids) do
      local sum = sums[kind][id] or {}
      for name, n in pairs(counters) do sum[name] = (sum[name] or 0) + n end
      sums[kind][id] = sum
    end
  end
end

local function title_of(site, id)
  local entry = json.read(redis.call('HGET', site .. ':faq', id) or '')
  local title = entry and entry.title
  if type(title) == 'table' then title = title[settings.text(site, 'default_lang')] or title.en or select(2, next(title)) end
  return type(title) == 'string' and title or ''
end

local function name_of(site, kind, id)
  if kind == 'agent' then return redis.call('HGET', site .. ':agent:' .. id, 'name') or '' end
  return kind == 'faq' and title_of(site, id) or ''
end

-- One row: day ("" = the sum), by, id, name, and the figures by column.
local function row_of(site, day, kind, id, counters)
  local row = { day = day, by = kind, id = id, name = name_of(site, kind, id), figures = {} }
  for _, column in ipairs(COLUMNS) do
    if kind == 'shop' or MEANT[kind]:find(',' .. column[1] .. ',', 1, true) then row.figures[column[1]] = column[2](counters) end
  end
  return row
end

local function rows_of(site, rows, day, kind, ids, only)
  local names = {}
  for id in pairs(ids or {}) do
    if not only or id == only then names[#names + 1] = id end
  end
  table.sort(names)
  for _, id in ipairs(names) do rows[#rows + 1] = row_of(site, day, kind, id, ids[id]) end
  if #rows > MOST_ROWS then bad('That is more than ' .. MOST_ROWS .. ' rows; ask for fewer days.') end
end

-- asked = {from, to, by, only}: by "" gives the shop day by day and the sums of everything else; a kind gives that kind day by day
-- and its sums; only = one id of it. -> rows, days, first day in ms
function report.rows(site, now, asked)
  local days, first = days_of(site, now, asked.from, asked.to)
  local rows, sums = {}, {}
  if asked.by ~= '' and not contains(KINDS, asked.by) then bad('A report is by ' .. table.concat(KINDS, ', ') .. '.') end
  local daily = asked.by == '' and 'shop' or asked.by
  for _, day in ipairs(days) do
    local all = counters_of(site, day)
    add_up(sums, all)
    rows_of(site, rows, day, daily, all[daily], asked.only)
  end
  for _, kind in ipairs(asked.by == '' and KINDS or { asked.by }) do rows_of(site, rows, '', kind, sums[kind], asked.only) end
  return rows, days, first
end

local function row_json(row)
  local parts = { '"day":"' .. row.day .. '","by":"' .. row.by .. '","id":' .. json.text(row.id) .. ',"name":' .. json.text(row.name) }
  for _, column in ipairs(COLUMNS) do
    local value = row.figures[column[1]]
    if value then parts[#parts + 1] = '"' .. column[1] .. '":' .. value end
  end
  return '{' .. table.concat(parts, ',') .. '}'
end

-- The figures of the shop's day so far, as JSON: of the whole shop, and a list by queue.
function report.today(site, now)
  local all, items = counters_of(site, measure.day(site, now)), {}
  for _, queue in ipairs(settings.list(site, 'queues')) do
    items[#items + 1] = row_json(row_of(site, '', 'queue', queue, (all.queue or {})[queue] or {}))
  end
  return row_json(row_of(site, '', 'shop', '', all.shop[''])), json.array(items)
end

-- A cell of a CSV; what a spreadsheet would take for a formula is made a text.
local function cell(text)
  if text:find('^[=+@\t-]') then text = "'" .. text end
  return text:find('[",\r\n]') and '"' .. text:gsub('"', '""') .. '"' or text
end

local function csv_of(rows)
  local head, lines = { 'day', 'by', 'id', 'name' }, {}
  for _, column in ipairs(COLUMNS) do head[#head + 1] = column[1] end
  lines[1] = table.concat(head, ',')
  for _, row in ipairs(rows) do
    local cells = { row.day ~= '' and row.day or 'sum', row.by, cell(row.id), cell(row.name) }
    for _, column in ipairs(COLUMNS) do cells[#cells + 1] = row.figures[column[1]] or '' end
    lines[#lines + 1] = table.concat(cells, ',')
  end
  return table.concat(lines, '\r\n') .. '\r\n'
end

-- The words of a chat's rating, out of its transcript.
local function rated_words(site, n)
  for _, e in ipairs(redis.call('XREVRANGE', site .. ':chat:' .. n .. ':log', '+', '-', 'COUNT', 20)) do
    local body = e[2][4] == 'rated' and json.read(e[2][6])
    if body then return type(body.text) == 'string' and body.text or '', e[2][2] end
  end
  return '', '0'
end

local function chat_json(site, n, more)
  local v = redis.call('HMGET', site .. ':chat:' .. n, 'name', 'agent', 'category', 'need', 'score', 'outcome', 'phase')
  if not v[7] then return nil end
  local text, at = rated_words(site, n)
  return json.object('chat', n, 'name', json.text(v[1] or ''), 'agent', json.text(v[2] or ''), 'category', json.text(v[3] or ''), 'need', json.text(v[4] or ''),
    'score', v[5] or 'null', 'outcome', json.text(v[6] or ''), 'text', json.text(text), 'at', more or at)
end

-- Complaints between two moments: the newest ones, and what they were about, the most frequent first.
local function complaints_json(site, from, to)
  local found = redis.pcall('ZREVRANGEBYSCORE', site .. ':complaints', '(' .. to, from, 'WITHSCORES', 'LIMIT', 0, MOST_READ)
  local shown, causes, order = {}, {}, {}
  for i = 1, found.err and 0 or #found, 2 do
    local v = redis.call('HMGET', site .. ':chat:' .. found[i], 'category', 'need', 'phase')
    if v[3] then
      local need = (v[2] or ''):match('^%s*(.-)%s*$'):gsub('%s+', ' ')
      local key = (v[1] or '') .. '\n' .. need:lower()
      if not causes[key] then
        causes[key] = { category = v[1] or '', need = need, n = 0 }
        order[#order + 1] = causes[key]
      end
      causes[key].n = causes[key].n + 1
      if #shown < MOST_SHOWN then shown[#shown + 1] = chat_json(site, found[i], found[i + 1]) end
    end
  end
  table.sort(order, function(a, b)
    if a.n ~= b.n then return a.n > b.n end
    return a.category .. '\n' .. a.need < b.category .. '\n' .. b.need
  end)
  local items = {}
  for i = 1, math.min(#order, MOST_CAUSES) do
    items[i] = json.object('category', json.text(order[i].category), 'need', json.text(order[i].need), 'n', order[i].n)
  end
  return json.array(shown), json.array(items)
end

-- Kind words for an agent, the newest first.
function report.praise(site, id, most)
  local items, numbers = {}, redis.pcall('LRANGE', site .. ':agent:' .. id .. ':praise', 0, most - 1)
  for _, n in ipairs(numbers.err and {} or numbers) do items[#items + 1] = chat_json(site, n) end
  return items
end

local function praise_json(site, only)
  local ids, items = only and { only } or redis.call('SMEMBERS', site .. ':agents'), {}
  table.sort(ids)
  for _, id in ipairs(ids) do
    for _, item in ipairs(report.praise(site, id, only and 50 or 5)) do items[#items + 1] = item end
  end
  return json.array(items)
end

local function columns_json()
  local names = {}
  for i, column in ipairs(COLUMNS) do names[i] = column[1] end
  return json.strings(names)
end

-- report(now, A, from, to, by, form json|csv) -> ok, text. Days like 2026-11-22, "" = the last 7; by as in report.rows. A "" checks no
-- rights; a supervisor sees all, an agent their own. no: bad_argument | no_such_agent | forbidden
register.reading('report', function(site, now, args)
  local agent = args[2] ~= '' and staff.load(site, args[2]) or nil
  local only, by, form = nil, args[5] or '', args[6]
  if form ~= 'json' and form ~= 'csv' then bad('The form is json or csv.') end
  if agent and not agent.supervisor then only, by = agent.id, 'agent' end
  local rows, days, first = report.rows(site, now, { from = args[3] or '', to = args[4] or '', by = by, only = only })
  if form == 'csv' then return { 'ok', csv_of(rows) } end
  local items, offset = {}, measure.offset(site)
  for i, row in ipairs(rows) do items[i] = row_json(row) end
  local shown, causes = '[]', '[]'
  if not only then shown, causes = complaints_json(site, first - offset, first - offset + #days * 86400000) end
  return { 'ok', json.object('from', json.text(days[1]), 'to', json.text(days[#days]), 'today', json.text(measure.day(site, now)), 'by', json.text(by),
    'clock_s', settings.number(site, 'clock_s'), 'columns', columns_json(), 'rows', json.array(items), 'complaints', shown, 'causes', causes,
    'praise', praise_json(site, only)) }
end)

-- Rows as a table for people: columns in which nothing stands are left out.
local function table_of(rows, by_day)
  local used, head = {}, {}
  for _, column in ipairs(COLUMNS) do
    for _, row in ipairs(rows) do
      local value = row.figures[column[1]]
      if value and tonumber(value) ~= 0 then used[column[1]] = true end
    end
  end
  local out = { head }
  for i, name in ipairs(by_day and { 'day' } or { 'id', 'name' }) do head[i] = name end
  for _, column in ipairs(COLUMNS) do if used[column[1]] then head[#head + 1] = column[1] end end
  for _, row in ipairs(rows) do
    local cells = by_day and { row.day ~= '' and row.day or 'sum' } or { row.id, row.name ~= '' and ops.cut(row.name, 30) or '-' }
    for _, column in ipairs(COLUMNS) do if used[column[1]] then cells[#cells + 1] = row.figures[column[1]] or '-' end end
    out[#out + 1] = cells
  end
  return ops.columns(out)
end

ops.add('reading', 'fl_report [DAYS [BY]]', 'figures of the last 1 to 92 days (7); BY day, agent, queue, category, faq or hour', 0, 2, function(site, now, args)
  local n, by = check.number(args[1] or '7', 1, MOST_DAYS, 'DAYS'), args[2] or 'day'
  if by ~= 'day' and (by == 'shop' or not contains(KINDS, by)) then bad('BY is day, agent, queue, category, faq or hour.') end
  local last = day_ms(measure.day(site, now))
  local rows = report.rows(site, now, { from = clock.day(last - (n - 1) * 86400000), to = '', by = by == 'day' and 'shop' or by })
  if by == 'day' then return table_of(rows, true) end
  local sums = {}
  for _, row in ipairs(rows) do if row.day == '' then sums[#sums + 1] = row end end
  return #sums > 0 and table_of(sums, false) or 'nothing was counted'
end)
end
