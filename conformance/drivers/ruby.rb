# The driver of Ruby: IPAddr. The protocol: ../README.md.

require 'ipaddr'
require 'json'

$stdout.sync = true
HELLO = {
  protocol: 1, name: 'ruby', version: RUBY_VERSION, language: 'ruby',
  ops: %w[ip.parse ip.format prefix.parse], dialects: [], framers: [], abis: [],
  native: { 'ip.parse' => 'strict', 'ip.format' => 'strict' }, labels: { strict: 'IPAddr' }
}.freeze

class Unsupported < StandardError; end

def input(request)
  text = request['text'] || [request['in']].pack('H*')
  text.dup.force_encoding('UTF-8').tap { |it| raise Unsupported, 'no such String' unless it.valid_encoding? }
end

# An address object of the protocol; a zone of digits is an index.
def address(ip)
  found = { ip: ip.hton.unpack1('H*') }
  zone = ip.ipv6? && ip.zone_id&.delete_prefix('%')
  return found if !zone || zone == '0'
  found.merge(zone: /\A[1-9][0-9]*\z/.match?(zone) && zone.to_i < 1 << 32 ? { index: zone.to_i } : { name: zone })
end

def ip_parse(request)
  text = input(request)
  raise Unsupported, 'IPAddr reads a prefix too' if text.include?('/')
  address(IPAddr.new(text))
end

def ip_format(request)
  ip = IPAddr.new_ntoh([request['ip']].pack('H*'))
  zone = request['zone']
  ip.zone_id = "%#{zone['index'] || zone['name']}" if zone
  { text: ip.to_s }
end

def prefix_parse(request)
  raise Unsupported, 'IPAddr always masks' unless request['host_bits'] == 'mask'
  found = IPAddr.new(input(request))
  address(found).merge(len: found.prefix)
end

def answer(line)
  request = JSON.parse(line)
  return HELLO if request['cmd'] == 'hello'
  reply = { id: request['id'] }
  function = HELLO[:ops].include?(request.fetch('op')) && request['op'].tr('.', '_')
  known = [nil, 'strict'].include?(request['dialect'])
  function && known ? reply.merge(ok: send(function, request)) : reply.merge(unsupported: 'no such operation or dialect')
rescue JSON::ParserError, KeyError, NoMethodError
  { id: nil, error: { code: 'bad-request' } }
rescue Unsupported => e
  reply.merge(unsupported: e.message)
rescue IPAddr::Error, ArgumentError => e
  reply.merge(error: { code: 'refused', message: e.message })
end

$stdin.each_line { |line| puts JSON.generate(answer(line)) }
