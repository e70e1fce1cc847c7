<?php
// The driver of PHP: inet_pton, inet_ntop, filter_var. The protocol: ../README.md.

const HELLO = [
    'protocol' => 1, 'name' => 'php', 'version' => PHP_VERSION, 'language' => 'php',
    'ops' => ['ip.parse', 'ip.format', 'ip.classify'], 'dialects' => ['pton', 'strict'], 'framers' => [], 'abis' => [],
    'labels' => ['pton' => 'inet_pton', 'strict' => 'filter_var'],
];

/** The bytes of an address, null where it is refused, or a reason why it is not asked. */
function ip_parse(array $request): array
{
    $text = $request['text'] ?? hex2bin($request['in']);
    if ($request['dialect'] === 'strict') {
        if (str_contains($text, '%')) {
            return ['unsupported' => 'filter_var knows no zones'];
        }
        // It only says whether this is an address; what it is, it would be read by inet_pton.
        $valid = filter_var($text, FILTER_VALIDATE_IP);
        $address = $valid === false ? false : inet_pton($valid);
    } else {
        try {
            $address = @inet_pton($text);
        } catch (ValueError) { // NUL
            $address = false;
        }
    }
    return $address === false ? ['error' => ['code' => 'refused']] : ['ok' => ['ip' => bin2hex($address)]];
}

function ip_format(array $request): array
{
    if ($request['dialect'] !== 'pton' || isset($request['zone'])) {
        return ['unsupported' => 'no such form'];
    }
    return ['ok' => ['text' => inet_ntop(hex2bin($request['ip']))]];
}

function ip_classify(array $request): array
{
    $global = filter_var(inet_ntop(hex2bin($request['ip'])), FILTER_VALIDATE_IP, FILTER_FLAG_GLOBAL_RANGE);
    return ['ok' => ['globally_reachable' => $global !== false]];
}

function answer(string $line): array
{
    $request = json_decode($line, true);
    if (($request['cmd'] ?? '') === 'hello') {
        return HELLO;
    }
    if (!is_array($request) || !isset($request['op'])) {
        return ['id' => null, 'error' => ['code' => 'bad-request']];
    }
    $known = in_array($request['op'], HELLO['ops'], true)
        && ($request['op'] === 'ip.classify' || in_array($request['dialect'] ?? '', HELLO['dialects'], true));
    $answer = $known ? str_replace('.', '_', $request['op'])($request) : ['unsupported' => 'no such operation or dialect'];
    return ['id' => $request['id'] ?? null] + $answer;
}

while (($line = fgets(STDIN)) !== false) {
    echo json_encode(answer($line), JSON_UNESCAPED_SLASHES), "\n";
}
