-- fl_report: the counters of the last days, and the figures made of them.

local COUNTERS = { 'chats', 'answers', 'helped_yes', 'helped_no', 'queued', 'joined', 'within_60s', 'closed_solved', 'closed_unsolved', 'rated_count', 'rated_sum',
  'transfers', 'missed', 'declined', 'abandoned' }

local function share(part, whole)
  return whole > 0 and string.format('%d %%', math.floor(100 * part / whole + 0.5)) or '-'
end

local function counters_of(site, day)
  local values, s = redis.call('HMGET', site .. ':stats:' .. day, unpack(COUNTERS)), {}
  for i, name in ipairs(COUNTERS) do s[name] = tonumber(values[i] or 0) or 0 end
  return s
end

local function report_row(label, s)
  return { label, s.chats, s.answers, s.helped_yes .. '/' .. s.helped_no, s.queued, s.joined, share(s.within_60s, s.joined), s.abandoned,
    s.closed_solved .. '/' .. s.closed_unsolved, s.rated_count > 0 and string.format('%.1f of 5 (%d)', s.rated_sum / s.rated_count, s.rated_count) or '-',
    s.transfers, s.missed .. '/' .. s.declined }
end

ops.add('reading', 'fl_report DAYS', 'counters of the last 1 to 90 days (UTC), newest first, and their sum', 0, 1, function(site, now, args)
  local days, sum = check.number(args[1] or '7', 1, 90, 'DAYS'), {}
  local rows = { { 'day', 'chats', 'answers', 'helped yes/no', 'queued', 'joined', 'in time', 'abandoned', 'solved/not', 'rated', 'transfers', 'missed/declined' } }
  for _, name in ipairs(COUNTERS) do sum[name] = 0 end
  for i = 0, days - 1 do
    local day = clock.day(now - i * 86400000)
    local s = counters_of(site, day)
    for name, value in pairs(s) do sum[name] = sum[name] + value end
    rows[#rows + 1] = report_row(day, s)
  end
  rows[#rows + 1] = report_row('sum', sum)
  local lines = ops.columns(rows)
  lines[#lines + 1] = 'in time: first joined by a person within ' .. settings.number(site, 'clock_s') .. ' s of waiting, of all chats a person joined'
  return lines
end)
