#!lua name=firstline
-- The library `firstline`: the only writer of chat state. The files of this directory, joined in name order, are one library.
-- Contract of every function: KEYS = the site in braces ('{main}'); ARGV[1] = now in ms ("0": Redis' own clock; a "+" behind
-- it keeps the wake-ups back, see 15-outbox.lua), then the
-- arguments named at each function; the reply is an array of strings, {"ok", ...} or {"no", code, sentence}. Functions named
-- fl_* are for people: no `now`, and the reply is lines of text. All checks come before the first write, because Redis
-- does not roll back. While the library loads, only `redis` exists (no ipairs, no cjson); inside functions all does.
-- One chunk of Lua holds at most 200 locals: a file that shares none of its own stands between `do` and `end`.
--
-- The keys of a site S, all in one cluster slot:
--
--   {S}:visitor:VID ──chat──▶ {S}:chat:N ──seq──▶ {S}:chat:N:log     the transcript, entry <seq>-0: at, kind, body
--        │                     │                  {S}:chat:N:notes   agents' private notes: at, agent, name, text, mid
--        └─ {S}:visitor:VID:chats (newest first)  {S}:chat:N:mids    what was accepted: "v:MID", "a:AGENT:MID" -> seq;
--                              │                                     "n:AGENT:MID" -> entry of notes
--                              ▼  a chat is in one place, told by its phase:
--        auto ───────▶ nowhere, or {S}:unheard (a message waits for any reaction)     chat -> deadline
--        queued ─────▶ {S}:queue:Q                                                     chat -> place score
--        offered ────▶ {S}:offers   and  {S}:agent:A:chats                             chat -> deadline
--        active ─────▶ {S}:active   and  {S}:agent:A:chats                             chat -> joined
--        closed ─────▶ nowhere
--
--   {S}:agents  {S}:agent:A  {S}:leases (A -> expiry)  {S}:agent:A:sessions  {S}:login:A  {S}:invite:H  {S}:session:H
--   {S}:config  {S}:faq  {S}:faq:rev  {S}:faq:history  {S}:faq:before:REV  {S}:faq:stats  {S}:unanswered  {S}:next_chat  {S}:gateways  {S}:gateway:ID  {S}:blocked:IP
--   {S}:ladder (waiting chats by when they are looked at next)  {S}:alerts (for supervisors: WHAT:N by when)  {S}:open (hours of queues)
--   {S}:served:Q (how long chats held an agent)  {S}:estimate:Q (waits by place)  {S}:vouchers (not yet given)  {S}:vouchers:given
--   {S}:words (ready replies and phrases that are not as they ship)  {S}:changes (of settings, words and people)
--   {S}:outbox (wake-ups kept back until a replica has what they tell of)
--   {S}:promises (open ones, "N:ID" -> due)  {S}:promises:next ("N:ID" -> reminder or overdue)  {S}:chat:N:promises (ID -> JSON)
--   {S}:followups (chat -> when its visitor is asked whether it was solved)  {S}:ages (every chat -> last known activity)
--   {S}:feed (all events, the newest feed_max)  {S}:feed:dead  {S}:stats:YYYY-MM-DD (counters of the shop's day)
--   {S}:offset (s the shop's clock is ahead of UTC)  {S}:complaints (chats by when)  {S}:agent:A:praise (chats, newest first)

-- Raise by one with every change of what a function does, takes or answers: a gateway replaces a lower version, never a higher.
local VERSION = 6

local check, json, clock, outbox, settings, chat, profile, place, staff, match, handover, desk, ops = {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}
local entries, questions, waiting, vouchers = {}, {}, {}, {}
local words, changes, people, search = {}, {}, {}, {}
local measure, report = {}, {}
local feed, promise, followup, archive = {}, {}, {}, {}

-- Ends the function with {"no", code, message}. Only before the first write.
local function refuse(code, message)
  error({ no = { 'no', code, message } }, 0)
end

local function bad(message)
  refuse('bad_argument', message)
end

-- Ends the function with a Redis error: the store holds something no firstline wrote.
local function broken(message)
  error({ err = 'ERR firstline: ' .. message .. '; nothing was changed' }, 0)
end

function check.site(keys)
  local site = keys[1]
  if #keys ~= 1 or not site:find('^{[%w_.-]+}$') then
    error({ err = "ERR firstline: give one key, the site in braces, as in: FCALL name 1 '{main}'" }, 0)
  end
  return site
end

function check.now(text)
  text = text and text:gsub('%+$', '')
  if text == '0' or text == nil then
    local t = redis.call('TIME')
    return t[1] * 1000 + math.floor(t[2] / 1000)
  end
  local now = tonumber(text)
  if not now or now < 1 or now > 99999999999999 or now % 1 ~= 0 then bad('The time must be whole milliseconds, or 0.') end
  return now
end

-- A whole number from low to high.
function check.number(text, low, high, what)
  local number = text and text:find('^%-?%d+$') and tonumber(text)
  if not number or number < low or number > high then
    bad(what .. ' must be a whole number from ' .. low .. ' to ' .. high .. '.')
  end
  return number
end

function check.chat(n)
  if not n or #n > 15 or not n:find('^[1-9]%d*$') then bad('A chat is named by its number.') end
  return n
end

function check.vid(vid)
  if not vid or #vid ~= 32 or vid:find('%X') then bad('A visitor is named by 32 hexadecimal digits.') end
  return vid
end

function check.mid(mid)
  if not mid or #mid < 8 or #mid > 64 or mid:find('[^%w_-]') then bad('A mid has 8 to 64 letters, digits, - or _.') end
  return mid
end

function check.agent(id)
  if not id or #id < 1 or #id > 32 or id:find('[^a-z0-9_.-]') then
    bad('An agent is named by 1 to 32 small letters, digits, ".", "_" or "-".')
  end
  return id
end

function check.hash(hash)
  if not hash or #hash ~= 64 or hash:find('[^0-9a-f]') then bad('A hash has 64 hexadecimal digits.') end
  return hash
end

-- The JSON object of an event's own members, made by a gateway.
function check.body(body)
  if not body or #body > 32768 or body:sub(1, 1) ~= '{' or body:sub(-1) ~= '}' then
    bad('A body is a JSON object of at most 32768 bytes.')
  end
  return body
end

local function code_points(text)
  local _, n = text:gsub('[^\128-\191]', '')
  return n
end

function check.text(text, least, most, what)
  local n = text and code_points(text) or -1
  if n < least or n > most then bad(what .. ' must have ' .. least .. ' to ' .. most .. ' characters.') end
  return text
end

function check.kind(key, kind)
  local found = redis.call('TYPE', key).ok
  if found ~= 'none' and found ~= kind then broken('key ' .. key .. ' is a ' .. found .. ' where a ' .. kind .. ' belongs') end
end

-- Runs a body and turns a refusal into its reply. Nothing but a text or a table with `err` may leave a function: another
-- value would crash Redis 7.0.
local function guarded(body, ...)
  local done, reply = pcall(body, ...)
  if done then return reply end
  if type(reply) == 'table' and reply.no then return nil, reply.no end
  error(type(reply) == 'table' and reply.err and reply or tostring(reply), 0)
end

local function run_body(keys, args, body, moving)
  local site = check.site(keys)
  outbox.begin(site, args[1])
  if moving then place.sound(site) end
  return body(site, check.now(args[1]), args)
end

local function answer(keys, args, body, moving)
  local reply, no = guarded(run_body, keys, args, body, moving)
  if no then return no end
  for i = 2, #reply do
    if type(reply[i]) == 'number' then reply[i] = tostring(reply[i]) end
  end
  return reply
end

local register = {}

-- A function that writes nothing: body(site, now, args) -> reply.
function register.reading(name, body)
  redis.register_function { function_name = name, flags = { 'no-writes' }, callback = function(keys, args) return answer(keys, args, body) end }
end

-- A function that writes nothing that takes more room, so it goes on when the memory is full.
function register.renewing(name, body)
  redis.register_function { function_name = name, flags = { 'allow-oom' }, callback = function(keys, args) return answer(keys, args, body) end }
end

-- A function that writes, but moves no chat between places.
function register.writing(name, body)
  redis.register_function { function_name = name, callback = function(keys, args) return answer(keys, args, body) end }
end

-- A function that may move chats: the keys of all places are looked at first.
function register.moving(name, body)
  redis.register_function { function_name = name, callback = function(keys, args) return answer(keys, args, body, true) end }
end
