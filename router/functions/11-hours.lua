-- Opening hours as gateways read them (gateway/hours.c): what a table may hold, checked before it is kept.

do
local DAYS = { mon = true, tue = true, wed = true, thu = true, fri = true, sat = true, sun = true }
local MONTH_DAYS = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 }
local SPANS_MAX, DATES_MAX, QUEUES_MAX = 8, 100, 20

local function span_fits(text)
  local h1, m1, h2, m2 = (type(text) == 'string' and text or ''):match('^(%d%d):([0-5]%d)%-(%d%d):([0-5]%d)$')
  return h1 and tonumber(h1) < 24 and (tonumber(h2) < 24 or h2 == '24' and m2 == '00')
end

-- nil, or what is wrong with the spans of a day or date.
local function spans_fault(name, spans)
  if type(spans) ~= 'table' or (next(spans) ~= nil and spans[1] == nil) then return 'has no list of spans for ' .. name end
  if #spans > SPANS_MAX then return 'has more than ' .. SPANS_MAX .. ' spans for ' .. name end
  for _, span in ipairs(spans) do
    if not span_fits(span) then return 'has a span for ' .. name .. ' that is not like "09:00-18:00"' end
  end
end

-- "2026-12-24", or "12-24" for each year; a day there is.
local function date_fits(text)
  if type(text) ~= 'string' then return false end
  local month, day = text:match('^%d%d%d%d%-(%d%d)%-(%d%d)$')
  if not month then month, day = text:match('^(%d%d)%-(%d%d)$') end
  local longest = MONTH_DAYS[tonumber(month or 0)]
  return longest and tonumber(day) >= 1 and tonumber(day) <= longest
end

local function week_fault(week)
  if type(week) ~= 'table' then return 'needs "week", an object of days such as "mon":["09:00-18:00"]' end
  for day, spans in pairs(week) do
    if not DAYS[day] then return 'has "week" with other days than mon tue wed thu fri sat sun' end
    local fault = spans_fault(day, spans)
    if fault then return fault end
  end
end

local function dates_fault(dates)
  if type(dates) ~= 'table' then return 'has "dates" that is no object of dates and their spans' end
  local n = 0
  for date, spans in pairs(dates) do
    n = n + 1
    if n > DATES_MAX or not date_fits(date) then return 'takes at most ' .. DATES_MAX .. ' dates like "2026-12-24" or, each year, "12-24"' end
    local fault = spans_fault(date, spans)
    if fault then return fault end
  end
end

local function closed_fault(closed)
  if type(closed) ~= 'table' or #closed > DATES_MAX then return 'has "closed" that is no list of at most ' .. DATES_MAX .. ' dates' end
  for _, date in ipairs(closed) do
    if not date_fits(date) then return 'has in "closed" what is no date like "2026-12-24" or, each year, "12-24"' end
  end
end

-- What `own` leaves out is as the shop has it.
local function table_fault(own, shop)
  return week_fault(own.week == nil and shop.week or own.week) or own.dates ~= nil and dates_fault(own.dates) or own.closed ~= nil and closed_fault(own.closed)
    or nil
end

-- nil, or what is wrong with the setting `hours`; whether the system knows the time zone is for the gateways to say.
function settings.hours_fault(value)
  if value == '' then return nil end
  local shop = json.read(value)
  if type(shop.tz) ~= 'string' or not shop.tz:find('^[%w+_/-]+$') or #shop.tz > 64 then return 'needs "tz", a time zone such as Europe/Vilnius' end
  local fault = table_fault(shop, shop)
  if fault or shop.queues == nil then return fault end
  if type(shop.queues) ~= 'table' then return 'has "queues" that is no object of queues' end
  local n = 0
  for name, own in pairs(shop.queues) do
    n = n + 1
    if n > QUEUES_MAX or type(name) ~= 'string' or #name < 1 or #name > 32 or type(own) ~= 'table' then
      return 'takes in "queues" at most ' .. QUEUES_MAX .. ' queues, each with week, closed or dates'
    end
    fault = table_fault(own, shop)
    if fault then return fault end
  end
end
end
