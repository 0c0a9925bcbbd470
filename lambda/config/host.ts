import { BlockList } from 'node:net';

/** `loopback`: the machine that calls; `private`: within a network of one's own, as far as the text tells. */
export type Reach = 'loopback' | 'private' | 'public';

type Subnet = readonly [address: string, bits: number];

const LOOPBACK: readonly Subnet[] = [
  ['127.0.0.0', 8],
  ['0.0.0.0', 32],
  ['::1', 128],
  ['::', 128],
];

const PRIVATE: readonly Subnet[] = [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
  ['169.254.0.0', 16],
  ['fc00::', 7],
  ['fe80::', 10],
];

/** The last is what a container calls the machine that it runs on. */
const LOOPBACK_NAME =
  /^(?:(?:.+\.)?localhost|localhost\.localdomain|ip6-(?:localhost|loopback)|host\.docker\.internal)$/;

/** A name without a dot, or below a domain that no public name server knows. */
const PRIVATE_NAME = /^[^.]+$|\.(?:local|localdomain|internal|intranet|private|lan|home|corp|test|svc|home\.arpa)$/;

/** How far away the server of a valid URL can be. */
export function reachOf(url: string): Reach {
  const host = new URL(url).hostname.replaceAll(/^\[|\]$|\.$/g, '').toLowerCase();
  if (!ADDRESS.test(host))
    return LOOPBACK_NAME.test(host) ? 'loopback' : PRIVATE_NAME.test(host) ? 'private' : 'public';
  if (isIn(LOOPBACK, host)) return 'loopback';
  return isIn(PRIVATE, host) ? 'private' : 'public';
}

/** The parser of URLs lets nothing else pass that looks like one. Node's `isIP` needs 2 ms for its first. */
const ADDRESS = /:|^\d+(?:\.\d+){3}$/;

function isIn(subnets: readonly Subnet[], address: string): boolean {
  const list = new BlockList();
  for (const [subnet, bits] of subnets) list.addSubnet(subnet, bits, familyOf(subnet));
  return list.check(address, familyOf(address));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return address.includes(':') ? 'ipv6' : 'ipv4';
}
