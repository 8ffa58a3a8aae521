-- How long a waiting visitor may have to wait, out of what was measured: how long chats of the queue held an agent in the last
-- hour ({S}:served:Q) and how many gave up, who is at work now, and how long each of their chats has been going on. No estimate rather than a false one.

local HOUR_MS = 3600000
local MOST_SAMPLES = 100
local LEAST_SAMPLES = 5
local MOST_SLOTS = 100   -- with more at work nobody waits long
local MOST_PLACES = 50
local SPARE = 5          -- places behind the last one, for who comes before it is reckoned again
local RUNS = 60
local LOW, HIGH = 0.04, 0.93  -- of the courses
local WIDEST_S, WIDER = 300, 1 -- a range wider than both 5 minutes and its own low end tells nothing
local FRESH_MS, STALE_MS = 5000, 15000

local function keep(site, now, queue, sample)
  local key = site .. ':served:' .. queue
  if type(redis.pcall('LPUSH', key, string.format('%d %s', now, sample))) == 'number' then
    redis.call('LTRIM', key, 0, MOST_SAMPLES - 1)
    redis.call('PEXPIRE', key, 2 * HOUR_MS)
  end
end

-- A chat leaves the agent who had it: one sample, when it was not cut short by the agent going.
function waiting.served(site, now, c, why)
  if c.held_since == 0 or why == 'agent_lost' or why == 'away' or why == 'requeued' then return end
  keep(site, now, c.queue, string.format('%d', math.max(0, now - c.held_since)))
end

-- Somebody gave up waiting.
function waiting.gave_up(site, now, c)
  keep(site, now, c.queue, '-')
end

-- The samples of the last hour, shortest first; and which share of those who waited gave up.
local function samples(site, now, queue)
  local found, gone = {}, 0
  for _, one in ipairs(redis.call('LRANGE', site .. ':served:' .. queue, 0, -1)) do
    local at, held = one:match('^(%d+) ([%d-]+)$')
    if at and tonumber(at) > now - HOUR_MS then
      if held == '-' then gone = gone + 1 else found[#found + 1] = tonumber(held) end
    end
  end
  table.sort(found)
  return found, gone / math.max(1, gone + #found)
end

-- How long each chat of those at work for a queue has been held; 0 stands for room. And of each other queue: how many of these
-- slots serve it as well.
local function slots(site, now, queue)
  local ages, shared = {}, {}
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', site .. ':leases', '(' .. now, '+inf')) do
    local v = redis.call('HMGET', site .. ':agent:' .. id, 'state', 'disabled', 'queues', 'capacity')
    local queues = split(v[3] or '')
    if v[1] == 'online' and v[2] ~= '1' and contains(queues, queue) and #ages < MOST_SLOTS then
      local held = redis.call('SMEMBERS', site .. ':agent:' .. id .. ':chats')
      local room = math.max(#held, tonumber(v[4] or 0) or 0)
      for i = 1, room do
        ages[#ages + 1] = held[i] and math.max(1, now - tonumber(redis.call('HGET', site .. ':chat:' .. held[i], 'held_since') or now)) or 0
      end
      for _, other in ipairs(queues) do shared[other] = (shared[other] or 0) + room end
    end
  end
  return ages, shared
end

-- A chat held for `age` holds its agent for this much longer: like one of the samples that lasted longer; none did: like any.
local function rest(held, age, draw)
  local from = 1
  while from <= #held and held[from] <= age do from = from + 1 end
  if from > #held then return held[1 + math.floor(draw * #held)] end
  return held[from + math.floor(draw * (#held - from + 1))] - age
end

local function insert(times, at)
  local low, high = 1, #times + 1
  while low < high do
    local middle = math.floor((low + high) / 2)
    if times[middle] <= at then low = middle + 1 else high = middle end
  end
  table.insert(times, low, at)
end

-- When the 1st, 2nd … most-th of those who wait is taken: RUNS possible courses of what comes, each a list of ms, in which a share
-- of those ahead give up. The same figures always give the same courses. Pure.
local function courses(held, gone, ages, most)
  local runs, seed = {}, 20261122
  local function draw()
    seed = seed * 16807 % 2147483647
    return seed / 2147483647
  end
  for r = 1, RUNS do
    local times, course = {}, {}
    for i, age in ipairs(ages) do times[i] = age > 0 and rest(held, age, draw()) or 0 end
    table.sort(times)
    for k = 1, most do
      course[k] = times[1]
      if draw() >= gone then insert(times, table.remove(times, 1) + rest(held, 0, draw())) end
    end
    runs[r] = course
  end
  return runs
end

-- "low-high" in whole minutes given as seconds, out of the courses' times for one place; "" when it is too wide. Pure.
local function range(runs, k)
  local times = {}
  for r, course in ipairs(runs) do times[r] = course[k] end
  table.sort(times)
  local low = math.floor(times[1 + math.floor(LOW * #times)] / 60000) * 60
  local high = math.max(low + 60, math.ceil(times[math.ceil(HIGH * #times)] / 60000) * 60)
  return high - low > math.max(WIDEST_S, WIDER * low) and '' or low .. '-' .. high
end

-- The turn a place will be at, with those of other queues who have waited longer and wait for the same people.
local function turns(site, queue, shared, total, most)
  local waits, own, out = redis.call('ZRANGE', site .. ':queue:' .. queue, 0, most - 1, 'WITHSCORES'), shared[queue], {}
  for k = 1, math.min(most, #waits / 2 + SPARE) do
    local turn, before = k, waits[2 * k] and '(' .. waits[2 * k] or '+inf'
    for other, n in pairs(shared) do
      if other ~= queue then turn = turn + redis.call('ZCOUNT', site .. ':queue:' .. other, '-inf', before) * n / own end
    end
    out[k] = math.min(total, math.floor(turn + 0.5))
  end
  return out
end

local function reckon(site, now, queue)
  local held, gone = samples(site, now, queue)
  local ages, shared = slots(site, now, queue)
  if #held < LEAST_SAMPLES or #ages == 0 then return {} end
  local most, waits = 2 * MOST_PLACES, {}
  local at = turns(site, queue, shared, most, MOST_PLACES)
  local runs = courses(held, gone, ages, at[#at] or 1)
  for k, turn in ipairs(at) do waits[k] = range(runs, turn) end
  return waits
end

-- The waits of a queue's places, "low-high" in seconds each or ""; reckoned at most every 5 s, kept in {S}:estimate:Q.
function waiting.estimates(site, now, queue)
  local key, waits = site .. ':estimate:' .. queue, {}
  local found = redis.pcall('GET', key)
  local at, kept = (type(found) == 'string' and found or ''):match('^(%d+) (.*)$')
  if at and now >= tonumber(at) and now - tonumber(at) < FRESH_MS then
    for one in kept:gmatch('([^,]*),') do waits[#waits + 1] = one end
    return waits
  end
  waits = reckon(site, now, queue)
  redis.call('SET', key, string.format('%d', now) .. ' ' .. table.concat(waits, ',') .. ',', 'PX', STALE_MS)
  return waits
end

-- The JSON member of a range, "" for none.
function waiting.member(wait)
  local low, high = wait:match('^(%d+)-(%d+)$')
  return low and ',"wait_s":{"low":' .. low .. ',"high":' .. high .. '}' or ''
end
