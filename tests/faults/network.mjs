// Bad networks. Where the kernel allows it a job runs in network and mount namespaces of its own (run.mjs), and packets are dropped by
// iptables on its loopback; elsewhere, and for delays, own proxies do what can be done above TCP.
import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Board } from './proxy.mjs';

const MARK = 'FIRSTLINE_FAULTS_ISOLATED';

/** This process has a network and mounts of its own. */
export const isolated = process.env[MARK] === '1';

const works = (program, ...args) => spawnSync(program, args, { stdio: 'ignore' }).status === 0;

let known;
/** How to start a process with a network and mounts of its own: the words before its program; null with a line on stdout why not. */
export function isolation() {
  if (known !== undefined) return known;
  known = null;
  if (!works('unshare', '--net', '--mount', 'true')) console.log('no namespaces here (they need root): proxies stand in for iptables, and faults of full disks are left out');
  else if (!works('unshare', '--net', 'iptables', '-w', '-L', '-n')) console.log('no iptables in namespaces here: proxies stand in for it');
  else known = { words: ['unshare', '--net', '--mount', '--kill-child'], env: { [MARK]: '1' } };
  return known;
}

function must(program, ...args) {
  const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${error?.message ?? stderr}`);
}

/** To be called first in a process started with isolation(). */
export function settleIn() {
  must('ip', 'link', 'set', 'lo', 'up');
}

/** An empty folder with room for so many MiB; it vanishes with this process' mounts. */
export function smallDisk(mebibytes) {
  if (!isolated) throw new Error('a small disk needs a mount namespace');
  const folder = mkdtempSync(join(tmpdir(), 'fl-disk-'));
  must('mount', '-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', folder);
  return folder;
}

const portOf = (place) => String(typeof place === 'number' ? place : new URL(place.url).port);

/** Drops packets from and to a port, for both sides; `chance` of each (all of them when left out). */
class Packets {
  rules(action, port, chance) {
    const some = chance === undefined ? [] : ['-m', 'statistic', '--mode', 'random', '--probability', String(chance)];
    for (const side of ['--dport', '--sport']) must('iptables', '-w', action, 'INPUT', '-p', 'tcp', side, port, ...some, '-j', 'DROP');
  }

  async open() {}
  via = undefined;
  cut(place) { this.rules('-A', portOf(place)); }
  mend(place) { this.rules('-D', portOf(place)); }
  lose(place, chance) { this.rules('-A', portOf(place), chance); }
  keep(place, chance) { this.rules('-D', portOf(place), chance); }
}

/** The same as far as a proxy can: what TCP makes of lost packets is delay. */
class Stalls {
  board = new Board();
  open(n) { return this.board.open(n); }
  via = this.board.via;
  cut(place) { this.board.of(place).hold(); }
  mend(place) { this.board.of(place).release(); }
  lose(place, chance) { this.board.of(place).stallChance = chance; }
  keep(place) { this.board.of(place).stallChance = 0; }
}

/** Between clients and gateways: cut/mend (silence, both ways), lose/keep (some packets). Takes gateways; isolated, ports too. */
export const openNetwork = () => (isolated ? new Packets() : new Stalls());
