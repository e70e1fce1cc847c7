# The driver of Perl: inet_pton, inet_ntop and getaddrinfo of Socket. The protocol: ../README.md.
# Not inet_aton, which looks up names.

use strict;
use warnings;
use JSON::PP;
use Socket qw(:addrinfo inet_pton inet_ntop unpack_sockaddr_in unpack_sockaddr_in6 AF_INET AF_INET6);

$| = 1;
my $json = JSON::PP->new->canonical;
my $hello = {
    protocol => 1, name => 'perl', version => sprintf('%vd', $^V), language => 'perl',
    ops => ['ip.parse', 'ip.format'], dialects => ['pton', 'gai-numeric'], framers => [], abis => [],
    labels => { pton => 'inet_pton', 'gai-numeric' => 'getaddrinfo' },
};

sub address {
    my ($address, $scope) = @_;
    return { error => { code => 'refused' } } unless defined $address;
    my $ok = { ip => unpack 'H*', $address };
    $ok->{zone} = { index => 0 + $scope } if $scope;
    return { ok => $ok };
}

sub ip_parse {
    my ($request) = @_;
    my $text = $request->{text} // pack 'H*', $request->{in};
    if ($request->{dialect} eq 'pton') {
        return address(inet_pton($text =~ /:/ ? AF_INET6 : AF_INET, $text));
    }
    return { unsupported => 'the name of a zone asks the machine' } if $text =~ /%.*[^0-9]/;
    return { unsupported => 'no text is no host' } if $text eq '';
    my ($error, $info) = getaddrinfo($text, undef, { flags => AI_NUMERICHOST });
    return { error => { code => 'refused', message => "$error" } } if $error;
    return address((unpack_sockaddr_in $info->{addr})[1]) if $info->{family} == AF_INET;
    return address((unpack_sockaddr_in6 $info->{addr})[1, 2]);
}

sub ip_format {
    my ($request) = @_;
    return { unsupported => 'no such form' } if $request->{dialect} ne 'pton' || $request->{zone};
    my $address = pack 'H*', $request->{ip};
    return { ok => { text => inet_ntop(length $address == 4 ? AF_INET : AF_INET6, $address) } };
}

sub answer {
    my $request = eval { $json->decode($_[0]) };
    return { id => undef, error => { code => 'bad-request' } }
        unless ref $request eq 'HASH' && ($request->{op} || $request->{cmd});
    return $hello if ($request->{cmd} // '') eq 'hello';
    my $known = grep { $_ eq ($request->{dialect} // '') } @{ $hello->{dialects} };
    my $op = $request->{op};
    my $answer = !$known ? { unsupported => 'no such dialect' }
        : $op eq 'ip.parse' ? ip_parse($request)
        : $op eq 'ip.format' ? ip_format($request)
        : { unsupported => 'no such operation' };
    return { id => $request->{id}, %$answer };
}

while (my $line = <STDIN>) {
    print $json->encode(answer($line)), "\n";
}
