-- Blocking a visitor out of a conversation: no new socket and no new chat of theirs for some hours. {S}:blocked:VID beside the
-- {S}:blocked:IP of ops: the visitor alone, not whoever shares an address with them.

do
-- block(now, A, chat, hours 1..8760) -> ok: the chat's owner or a supervisor; an open chat is closed. no: not_yours | no_such_chat
register.moving('block', function(site, now, args)
  local agent, c, hours = staff.hold(site, args[2]), chat.hold(site, args[3]), check.number(args[4], 1, 8760, 'The hours')
  if not agent.supervisor and c.agent ~= agent.id then refuse('not_yours', 'Chat ' .. c.n .. ' is not yours.') end
  redis.call('SET', site .. ':blocked:' .. c.visitor, now, 'EX', hours * 3600)
  if c.phase ~= 'closed' then place.close(site, now, c, 'agent', { agent = agent.id, name = agent.name }) end
  redis.call('PUBLISH', site .. ':config', 'block-visitor ' .. c.visitor)
  match.run(site, now)
  return { 'ok' }
end)

-- unblock(now, A, chat) -> ok, 0|1: whether the visitor was blocked; by a supervisor. no: forbidden | no_such_chat
register.writing('unblock', function(site, _, args)
  changes.supervisor(site, args[2])
  return { 'ok', redis.call('DEL', site .. ':blocked:' .. chat.load(site, args[3]).visitor) }
end)

-- Refuses a blocked visitor: at hello, and before a chat is opened.
function chat.unblocked(site, vid)
  if redis.call('EXISTS', site .. ':blocked:' .. vid) == 1 then refuse('blocked', 'This visitor is blocked for a while.') end
end
end
