import { BlockList, isIP } from 'node:net';

/** `loopback`: the machine that calls; `private`: within a network of one's own, as far as the text tells. */
export type Reach = 'loopback' | 'private' | 'public';

const LOOPBACK = listOf(['127.0.0.0', 8], ['0.0.0.0', 32], ['::1', 128], ['::', 128]);

const PRIVATE = listOf(
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
  ['169.254.0.0', 16],
  ['fc00::', 7],
  ['fe80::', 10],
);

/** The last is what a container calls the machine that it runs on. */
const LOOPBACK_NAME =
  /^(?:(?:.+\.)?localhost|localhost\.localdomain|ip6-(?:localhost|loopback)|host\.docker\.internal)$/;

/** A name without a dot, or below a domain that no public name server knows. */
const PRIVATE_NAME = /^[^.]+$|\.(?:local|localdomain|internal|intranet|private|lan|home|corp|test|svc|home\.arpa)$/;

/** How far away the server of a valid URL can be. */
export function reachOf(url: string): Reach {
  const host = new URL(url).hostname.replaceAll(/^\[|\]$|\.$/g, '').toLowerCase();
  const version = isIP(host);
  if (version === 0) return LOOPBACK_NAME.test(host) ? 'loopback' : PRIVATE_NAME.test(host) ? 'private' : 'public';
  const family = version === 4 ? 'ipv4' : 'ipv6';
  if (LOOPBACK.check(host, family)) return 'loopback';
  return PRIVATE.check(host, family) ? 'private' : 'public';
}

function listOf(...subnets: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [address, bits] of subnets) list.addSubnet(address, bits, isIP(address) === 4 ? 'ipv4' : 'ipv6');
  return list;
}
