-- Run-time settings: their defaults, ranges and meaning. {S}:config holds only what differs; a broken value counts as the default.

-- name, kind, default, low, high (of the number, or characters of the text), meaning
settings.all = {
  { 'answers_max', 'number', '2', 0, 10, 'automatic answers in one chat' },
  { 'answers_gap_s', 'number', '60', 0, 3600, 'seconds between two automatic answers of a chat' },
  { 'quiet_ms', 'number', '2500', 0, 10000, 'silence of the visitor before an automatic answer' },
  { 'unheard_ms', 'number', '10000', 1000, 60000, 'a message nobody reacted to goes to a person after this' },
  { 'offer_s', 'number', '30', 5, 300, 'an agent may accept an offered chat for this long' },
  { 'clock_s', 'number', '60', 5, 600, 'a person should have joined by then' },
  { 'lease_s', 'number', '25', 5, 120, 'an agent unheard of for this long is lost' },
  { 'say_per_10s', 'number', '20', 1, 1000, 'messages one socket may send in 10 seconds' },
  { 'heartbeat_s', 'number', '15', 5, 60, 'ping of idle sockets' },
  { 'shop_name', 'text', 'Demo shop', 1, 80, 'name in the widget and the dashboard' },
  { 'accent', 'colour', '#0b6bcb', 7, 7, 'colour of the widget, #rrggbb' },
  { 'languages', 'languages', 'en,lt,bs,pl,fa,zh', 1, 50, 'languages offered, comma separated' },
  { 'default_lang', 'lang', 'en', 2, 3, 'language when nothing tells another; one of languages' },
  { 'queues', 'names', 'general', 1, 50, 'departments, comma separated' },
  { 'categories', 'names', 'delivery,returns,payment,product,account,other', 1, 50, 'what closed chats were about, comma separated' },
  { 'greeting', 'text', '', 0, 500, 'first words in the widget; empty: the widget\'s own' },
  { 'wait_first_s', 'number', '30', 5, 3600, 'a waiting visitor is thanked for waiting after this' },
  { 'wait_second_s', 'number', '60', 5, 3600, 'a waiting visitor is told that it takes longer after this' },
  { 'wait_sorry_s', 'number', '180', 5, 3600, 'an apology, and a voucher while there are any, after this' },
  { 'surge_waiting', 'number', '5', 1, 1000, 'with more chats waiting in a queue its visitors are told why it takes longer' },
  { 'surge_wait_s', 'number', '180', 5, 3600, 'with a longer wait ahead or behind them they are told so, too' },
  { 'transfers_alert', 'number', '3', 2, 20, 'supervisors are told of a chat at this transfer and each further one' },
  { 'voucher_text', 'text', '', 0, 200, 'what a voucher is worth, shown beside its code' },
  { 'hours', 'json', '', 0, 8000, 'opening hours, a JSON object; empty: always open' },
  { 'faq_top', 'ids', '', 0, 20, 'FAQ entries shown first, comma separated; empty: the first five' },
  { 'ask_record', 'number', '1', 0, 1, 'closing a chat asks the agent for outcome and category (0: they may be left out)' },
  { 'ask_rating', 'number', '2', 0, 2, 'questions to the visitor after a chat: 2 score and text, 1 score, 0 none' },
  { 'ask_wishes', 'names', 'answer,refund,replacement,delivery', 0, 10, 'what a waiting visitor may say to want, comma separated; empty: not asked' },
  { 'followup_h', 'number', '24', 0, 168, 'hours after a complaint was closed, asks whether it was really solved, when open; 0: never' },
  { 'followup_categories', 'names', '', 0, 50, 'categories that count as complaints, even when solved; comma separated' },
  { 'remind_s', 'number', '900', 0, 86400, 'seconds before a promise is due, its agent is reminded' },
  { 'feed_max', 'number', '10000', 1000, 1000000, 'entries kept in the feed' },
  { 'keep_days', 'number', '730', 0, 3650, 'days after its last event, a closed chat is removed; 0: never' },
}

settings.row = {}
for i = 1, #settings.all do settings.row[settings.all[i][1]] = settings.all[i] end

-- A function that checks a value of each kind: nil when it will do, else what is wrong.
local function list_of(pattern, most_characters)
  return function(value, row)
    local items, seen = split(value), {}
    if #items < row[4] or #items > row[5] then return 'takes ' .. row[4] .. ' to ' .. row[5] .. ' items, comma separated' end
    for _, item in ipairs(items) do
      if #item > most_characters or not item:find(pattern) then return 'cannot hold "' .. item:sub(1, 40) .. '"' end
      if seen[item] then return 'names "' .. item .. '" twice' end
      seen[item] = true
    end
  end
end

local fits = {
  number = function(value, row)
    local number = value:find('^%d+$') and tonumber(value)
    if not number or number < row[4] or number > row[5] then return 'takes a whole number from ' .. row[4] .. ' to ' .. row[5] end
  end,
  text = function(value, row)
    local n = code_points(value)
    if n < row[4] or n > row[5] then return 'takes ' .. row[4] .. ' to ' .. row[5] .. ' characters' end
    if value:find('%c') then return 'takes one line of text' end
  end,
  colour = function(value)
    if not value:find('^#%x%x%x%x%x%x$') then return 'takes a colour like #0b6bcb' end
  end,
  lang = function(value)
    if #value > 3 or not value:find('^%l%l%l?$') then return 'takes a language like en' end
  end,
  json = function(value, row)
    if value ~= '' and (#value > row[5] or not json.read(value)) then return 'takes a JSON object of at most ' .. row[5] .. ' bytes' end
  end,
  languages = list_of('^%l%l%l?$', 3),
  names = list_of('^[a-z0-9_-]+$', 32),
  ids = list_of('^[%w_.-]+$', 64),
}

-- nil, or what is wrong with this value for this setting.
function settings.fault(name, value)
  local row = settings.row[name]
  return fits[row[2]](value, row)
end

function settings.text(site, name)
  local value = redis.call('HGET', site .. ':config', name)
  if not value or settings.fault(name, value) then return settings.row[name][3] end
  return value
end

function settings.number(site, name)
  return tonumber(settings.text(site, name))
end

function settings.list(site, name)
  return split(settings.text(site, name))
end

-- The queue meant: the wanted one when it exists, else general, else the first.
function settings.queue(site, wanted)
  local queues = settings.list(site, 'queues')
  if contains(queues, wanted) then return wanted end
  return contains(queues, 'general') and 'general' or queues[1]
end

-- The shop's time zone, an IANA name out of its hours; "" when it has told none.
function settings.zone(site)
  local hours = json.read(settings.text(site, 'hours'))
  local zone = hours and hours.tz
  return type(zone) == 'string' and #zone <= 64 and zone or ''
end

-- settings(now) -> ok, json: one object with every setting in force; numbers as numbers, everything else as it was set.
register.reading('settings', function(site)
  local parts = {}
  for _, row in ipairs(settings.all) do
    local value = settings.text(site, row[1])
    parts[#parts + 1] = json.text(row[1]) .. ':' .. (row[2] == 'number' and value or json.text(value))
  end
  return { 'ok', '{' .. table.concat(parts, ',') .. '}' }
end)
