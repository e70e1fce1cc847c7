// The driver of Node: new URL, net.SocketAddress, net.BlockList, Buffer integers. The protocol: ../README.md.
'use strict';
const net = require('node:net');

const hello = {
  protocol: 1, name: 'node', version: process.versions.node, language: 'javascript',
  ops: ['ip.parse', 'ip.format', 'ip.classify', 'endpoint.parse', 'int.read', 'int.write'],
  dialects: ['whatwg', 'pton'], framers: [], abis: [],
  labels: { whatwg: 'new URL', pton: 'net.SocketAddress' },
};

const everyIpv4 = new net.BlockList();
everyIpv4.addSubnet('0.0.0.0', 0, 'ipv4');

class Unsupported extends Error {}
const refused = (code = 'refused', len) => Object.assign(new Error(code), { refused: len === undefined ? { code } : { code, at: 0, len } });

// Text that Node itself printed, so it is plain: dotted IPv4, or IPv6 without a zone.
function bytes(address) {
  if (net.isIPv4(address)) return Buffer.from(address.split('.').map(Number)).toString('hex');
  let [head, tail] = address.split('::').map((half) => half.split(':').filter(Boolean));
  const quad = (tail ?? head).at(-1);
  if (quad?.includes('.')) (tail ?? head).splice(-1, 1, bytes(quad).slice(0, 4), bytes(quad).slice(4));
  const missing = 8 - head.length - (tail?.length ?? 0);
  const groups = [...head, ...Array(tail ? missing : 0).fill('0'), ...(tail ?? [])];
  return groups.map((group) => group.padStart(4, '0')).join('');
}

const input = (request) => Buffer.from(request.text ?? request.in, request.text === undefined ? 'hex' : 'utf8');

// The host of a URL; raw bytes go in percent-encoded, which the host parser undoes first.
function url(request, suffix) {
  const text = [...input(request)]
    .map((byte) => (byte < 0x80 ? String.fromCharCode(byte) : `%${byte.toString(16)}`)).join('');
  if (/[/\\?#@]/.test(text)) throw new Unsupported('a URL ends or begins its host here');
  const read = (scheme) => { try { return new URL(`${scheme}://${text}${suffix}`); } catch { throw refused(); } };
  return { text, read };
}

const operations = {
  'ip.parse'(request) {
    if (request.dialect === 'pton') {
      const address = input(request).toString('latin1');
      if (address.includes('%')) throw new Unsupported('the name of a zone asks the machine');
      const family = address.includes(':') ? 'ipv6' : 'ipv4';
      try { return { ip: bytes(new net.SocketAddress({ address, family }).address) }; } catch { throw refused(); }
    }
    const { text, read } = url(request, '/');
    if (!text.startsWith('[') && text.includes(':')) throw new Unsupported('a URL begins its port here');
    const { hostname, port } = read('http');
    if (port || /\]:/.test(text)) throw new Unsupported('a URL begins its port here');
    if (hostname.startsWith('[')) return { ip: bytes(hostname.slice(1, -1)) };
    if (!net.isIPv4(hostname)) throw refused('not-an-ip', input(request).length);
    return { ip: bytes(hostname) };
  },
  'ip.format'(request) {
    const groups = request.ip.match(request.ip.length === 8 ? /../g : /..../g);
    const plain = request.ip.length === 8 ? groups.map((pair) => parseInt(pair, 16)).join('.') : groups.join(':');
    if (request.zone || request.dialect !== 'whatwg') throw new Unsupported('no such form');
    return { text: new URL(`http://${plain.includes(':') ? `[${plain}]` : plain}/`).hostname };
  },
  // A list of every IPv4 address tells in which IPv6 addresses it sees one.
  'ip.classify'({ ip }) {
    if (ip.length === 8) return { embedded: [] };
    const seen = everyIpv4.check(ip.match(/..../g).join(':'), 'ipv6');
    return { embedded: seen ? [{ form: 'mapped', ip: ip.slice(24) }] : [] };
  },
  'endpoint.parse'(request) {
    if (request.dialect !== 'whatwg') throw new Unsupported('only new URL reads endpoints');
    const { read } = url(request, '/');
    const { hostname, port: web } = read('http');
    // A port that is a scheme's own is not shown; what neither scheme shows was not there.
    const port = web || read('ftp').port;
    const isIp = hostname.startsWith('[') || net.isIPv4(hostname);
    const host = isIp ? { ip: bytes(hostname.replace(/^\[|\]$/g, '')) } : { name: hostname };
    return { kind: 'inet', host, port: port ? Number(port) : request.default_port ?? null };
  },
  'int.read'({ in: hex, width, endian, signed }) {
    const data = Buffer.from(hex, 'hex');
    const order = endian === 'little' ? 'LE' : 'BE';
    if (width > 6 && width !== 8) throw new Unsupported('Buffer reads 1 to 6 and 8 bytes');
    if (data.length < width) throw new Unsupported('a short Buffer is a RangeError');
    const value = width === 8
      ? data[`readBig${signed ? '' : 'U'}Int64${order}`](0)
      : data[`read${signed ? '' : 'U'}Int${order}`](0, width);
    return { value: String(value), consumed: width };
  },
  'int.write'({ value, width, endian, signed }) {
    const order = endian === 'little' ? 'LE' : 'BE';
    if (width > 6 && width !== 8) throw new Unsupported('Buffer writes 1 to 6 and 8 bytes');
    const data = Buffer.alloc(width);
    try {
      if (width === 8) data[`writeBig${signed ? '' : 'U'}Int64${order}`](BigInt(value));
      else data[`write${signed ? '' : 'U'}Int${order}`](Number(value), 0, width);
    } catch { throw refused(); }
    return { bytes: data.toString('hex') };
  },
};

function answer(line) {
  let request;
  try { request = JSON.parse(line); } catch { request = null; }
  if (request?.cmd === 'hello') return hello;
  if (typeof request?.op !== 'string') return { id: null, error: { code: 'bad-request' } };
  const id = request.id ?? null;
  try {
    if (!Object.hasOwn(operations, request.op)) throw new Unsupported(`no ${request.op}`);
    return { id, ok: operations[request.op](request) };
  } catch (error) {
    if (error.refused) return { id, error: error.refused };
    return { id, unsupported: error.message };
  }
}

require('node:readline').createInterface({ input: process.stdin, crlfDelay: Infinity })
  .on('line', (line) => process.stdout.write(`${JSON.stringify(answer(line))}\n`));
