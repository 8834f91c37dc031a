import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';

// Two lists: in one, the prefix of IPv4 addresses written as IPv6 would also stand for every IPv4 address.
const PRIVATE = { 4: new BlockList(), 6: new BlockList() };
// IANA special-purpose registries: this host, private, shared, link-local, documentation, multicast and reserved.
for (const [net, bits] of [['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['169.254.0.0', 16], ['172.16.0.0', 12], ['192.0.0.0', 24], ['192.168.0.0', 16], ['198.18.0.0', 15], ['224.0.0.0', 3]] as const) PRIVATE[4].addSubnet(net, bits);
for (const [net, bits] of [['::', 127], ['::ffff:0:0', 96], ['64:ff9b::', 96], ['fc00::', 7], ['fe80::', 10], ['ff00::', 8]] as const) PRIVATE[6].addSubnet(net, bits, 'ipv6');

/** The address that will be spoken to: looked up once, judged, and then used, so that a second answer of the name server cannot lead elsewhere. Throws in words for the sink's `failure`. */
export const addressOf = async (host: string, addresses: 'public' | 'any'): Promise<{ readonly address: string; readonly family: 4 | 6 }> => {
  const bare = host.replace(/^\[|\]$/g, '');
  const found = isIP(bare) === 0 ? await lookup(bare) : { address: bare, family: isIP(bare) };
  const family = found.family === 6 ? 6 : 4;
  if (addresses === 'public' && PRIVATE[family].check(found.address, family === 6 ? 'ipv6' : 'ipv4')) throw new Error('the receiver is on a private address');
  return { address: found.address, family };
};
