// SIGHUP to every gateway: settings, FAQ and certificate are read again, and not one socket closes.
import { until } from '../world.mjs';

const reloads = (gateway) => gateway.output.split('what=reload').length - 1;

export default {
  name: 'gateway-reload',
  title: 'gateways reload (SIGHUP)',
  bounds: { next: 2000 },
  calm: true,
  async inject(world, n) {
    const sockets = world.people.map((person) => person.page.socket);
    await world.ops.cli('HSET', '{main}:config', 'shop_name', `Shop ${n}`); // behind the gateways' back
    const before = world.gateways.map(reloads);
    for (const gateway of world.gateways) gateway.child.kill('SIGHUP');
    await until('the reloads', () => world.gateways.every((gateway, i) => reloads(gateway) > before[i]));
    for (const gateway of world.gateways) await until('the new name', async () => (await (await fetch(`${gateway.url}/api/v1/site`)).json()).name === `Shop ${n}`);
    const lost = world.people.filter((person, i) => person.page.socket !== sockets[i] || sockets[i].readyState !== 1);
    if (lost.length) throw new Error(`${lost.length} clients lost their socket over a reload`);
  },
};
