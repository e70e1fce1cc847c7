//! What each implementation is asked, and how often.

/// Texts of some patterns for one implementation.
pub(crate) struct Case {
    pub(crate) driver: &'static str,
    pub(crate) op: &'static str,
    pub(crate) dialects: &'static [&'static str],
    pub(crate) patterns: &'static [&'static str],
    /// For each pattern.
    pub(crate) texts: usize,
}

const IPV4: &str = "(0[xX]?)?[0-9a-f]{1,5}(\\.(0[xX]?)?[0-9a-f]{0,4}){0,4}[ \t.]?x?|[0-9]{1,3}(\\.0?[0-9]{1,3}){3}|[0-9]{1,11}|0x[0-9a-f]{1,9}";
const IPV6: &str =
    "([0-9a-f]{0,5}:){0,9}([0-9a-f]{0,5}|[0-9]{1,3}(\\.[0-9]{1,3}){3})(%[0-9]{1,11})?";
/// IPv6 that is mostly well-formed.
const IPV6_PLAIN: &str = "([0-9a-f]{1,4}:){1,5}(:[0-9a-f]{1,4}){1,2}|::(ffff:)?[0-9]{1,3}(\\.[0-9]{1,2}){3}|([0-9A-F]{1,4}:){7}[0-9A-F]{1,4}|([0-9a-f]{1,4}:){0,7}:";
const ZONE: &str = "fe80::[0-9]%([a-z]{1,17}|[a-z0-9._-]{1,8}|[0-9]{1,11}|25[a-z0-9]{0,3})|(::1|ff02::1|::ffff:1\\.2\\.3\\.4)%([a-z]{1,4}|[0-9]{1,3})";
const PORT: &str = "(127\\.0\\.0\\.1|\\[(::[0-9a-f]{0,4}|fe80::1(%[a-z0-9]{1,5})?)\\]):(0{0,3}[0-9]{1,5}|[+-]?[0-9]{0,6}|6553[0-9])";
/// Hosts of URLs: numbers in every base, escapes, brackets.
const URL_HOST: &str = "(0[xX]?)?[0-9a-f]{0,4}(\\.(0[xX]?)?[0-9a-f]{0,4}){0,4}\\.?|[0-9]{1,3}(\\.0?[0-9]{1,3}){3}\\.?|(%3[0-9]|%2[eE]|[0-9.]){1,12}|[a-z0-9.-]{1,12}";
const URL_IPV6: &str = "\\[([0-9a-f]{0,5}:){0,8}([0-9a-f]{0,5}|[0-9]{1,3}(\\.[0-9]{1,3}){3})\\]|\\[([0-9a-f]{1,4}:){1,5}(:[0-9a-f]{1,4}){1,2}\\]";
const URL_PORT: &str =
    "([0-9]{1,3}(\\.0?[0-9]{1,3}){3}|\\[::[0-9a-f]{0,4}\\]|[a-z]{1,3}):([0-9]{0,7}|[0-9+x-]{1,3})";
const ADDRESS: &str = "0{8}[1-9a-f]{8}0{8}[0-9a-f]{8}|(0000|[0-9a-f]{4}|ffff|000[0-9a-f]){8}|[0-9a-f]{8}|0{20}(ffff|0000)[0-9a-f]{8}";

/// Addresses in hex, many of them in the rows of the special-purpose registries; they have no dialect.
const MEANING: &[&str] = &[
    "[0-9a-f]{8}|(00|0a|7f|e[0-9a-f]|f[0-9a-f])[0-9a-f]{6}|(64[4-7][0-9a-f]|a9fe|ac1[0-9a-f]|c0a8|c61[23]|c000)[0-9a-f]{4}|(c00000|c00002|c01fc4|c034c1|c05863|c0af30|c63364|cb0071)[0-9a-f]{2}|c00000(0[0-9a-f]|a[9a-c])",
    "[0-9a-f]{32}|[23][0-9a-f]{31}|0{31}[0-9]|0{24}[0-9a-f]{8}|0{20}ffff[0-9a-f]{8}|0064ff9b0{16}[0-9a-f]{8}|0064ff9b0001[0-9a-f]{20}|01000{11}[0-2][0-9a-f]{16}|26064700[0-9a-f]{8}0[02]005efe[0-9a-f]{8}",
    "2001(00[0-3][0-9a-f]|0000|01[0-9a-f]{2}|0db8)[0-9a-f]{24}|20010001(0{24}|0{23}[0-9])|200100020000[0-9a-f]{20}|200100040112[0-9a-f]{20}|2002[0-9a-f]{28}|2620004f8000[0-9a-f]{20}|3fff[0-9a-f]{28}|5f00[0-9a-f]{28}|f[c-f][0-9a-f]{30}",
];

const LISTEN_INET: &str = "([0-9]{1,3}(\\.0{0,2}[0-9]{1,3}){3}|127\\.1|0x7f\\.[0-9]|010\\.0\\.0\\.[0-9]|\\*|\\[::[0-9a-f]{0,4}\\]|\\[fe80::[0-9]\\]):(0{0,3}[0-9]{1,5}|6553[0-9]|[0-9]{1,6})";
const NGINX: &[&str] = &[
    LISTEN_INET,
    "[0-9]{1,6}|\\*|[a-z]{1,3}|[a-z]{1,3}:[0-9]{1,5}|localhost(:80)?",
    "([0-9]{1,3}(\\.[0-9]{1,3}){0,4}|\\[([0-9a-f]{0,4}:){1,8}[0-9a-f]{0,4}\\]|[0-9a-fx.]{1,12})(:[0-9]{1,3})?",
    "(127\\.0\\.0\\.1:|\\*:|\\[::1\\]:)?(80-8[0-9]|[0-9]{1,2}-[0-9]{1,2}|65530-6553[0-9])|unix:[/a-z0-9.:%]{0,6}",
];
const HAPROXY: &[&str] = &[
    LISTEN_INET,
    "(ipv4@|ipv6@|unix@|abns@|tcp4@|tcp6@|stream\\+|x@)?([0-9.]{7,9}|\\*|::[0-9]?|\\[[0-9.:]{2,9}\\]|[a-z]{1,3}|/[a-z0-9.@/]{1,6})?(:[0-9]{1,5})?",
    "([0-9a-f]{0,4}:){1,8}[0-9]{1,5}|\\[?([0-9a-f]{1,4}:){1,3}:[0-9a-f]{0,4}\\]?:[0-9]{1,5}",
    "(127\\.0\\.0\\.1:|\\*:|\\[::1\\]:|:)(80-8[0-9]|[0-9]{1,2}-[0-9]{1,2}|\\+[0-9])|1\\.2\\.3\\.4:8,(:[0-9]|[a-z]{1,2}:[0-9]|/x)(,:[0-9])?",
];
const SYSTEMD: &[&str] = &[
    "([0-9]{1,3}(\\.0{0,2}[0-9]{1,3}){3}|127\\.1|\\*|\\[::[0-9a-f]{0,4}\\]|\\[fe80::[0-9]\\]|::1):(0[xX]?[0-9a-f]{1,4}|[0-9]{1,6}|0[bo][01]{1,5}|[+-][0-9]{1,3})(%[0-9]{1,3})?",
    "0[xX]?[0-9a-f]{1,5}|[0-9]{1,6}|0[bo][0-9]{1,5}|[ +-]?[0-9]{1,5}",
    "\\[([0-9a-f]{0,4}:){1,8}[0-9a-f]{0,4}\\]:[0-9]{1,5}|[0-9.]{7,9}:[0-9]{1,4}",
    "vsock:([0-9]{0,3}|0x[0-9]{1,2}|429496729[0-9])?:([0-9]{1,4}|429496729[0-9]|-1)|[/@][a-z0-9/. %-]{0,8}|vsock:[a-z]{1,6}:[0-9]:[0-9]|[a-z]{1,3}(:[0-9]{1,2})?",
];
const LIBPQ: &[&str] = &[
    "(host|hostaddr)=([0-9]{1,3}(\\.0{0,2}[0-9]{1,3}){3}|127\\.1|::[0-9a-f]{0,4}|[a-z]{1,4}|/[a-z]{1,3}|@[a-z]{1,3})( port=([0-9]{1,6}|\\+?[0-9]{1,3}))?",
    "host ?= ?'?[a-z0-9.\\\\' ]{1,6}'?( port=[0-9]{1,3})?( user=[a-z]| dbname='[a-z ]{0,3}'| bad=1)?",
    "postgres(ql)?://([a-z]:?[a-z]?@)?([a-z0-9.]{1,8}|\\[[0-9a-f:.]{2,9}\\]|%2F[a-z]{1,3}|%[0-9a-f]{2})?(:[0-9]{0,5})?(/[a-z]{0,2})?(\\?(host|port|hostaddr)=[a-z0-9]{1,3})?",
    "postgres://(a|b|1\\.2\\.3\\.4|\\[::1\\])(:[0-9]{1,2})?,(c|127\\.1)(:[0-9]{1,2})?/|host=[a-c],[a-c]( port=[0-9]{1,2}(,[0-9]{1,2}){0,2})?|hostaddr=1\\.2\\.3\\.4,::1( host=a(,b)?)?( port=5)?",
];
const ZEROMQ: &[&str] = &[
    "tcp://([0-9]{1,3}(\\.0{0,2}[0-9]{1,3}){3}|127\\.1|0x7f\\.[0-9]|\\*|\\[?::[0-9a-f]{0,4}\\]?|\\[127\\.0\\.0\\.1\\]):(\\*|!|0{0,4}[0-9]{1,5}|6553[0-9]|[0-9]{1,6})",
    "tcp://([0-9a-fx.:\\[\\]*]{1,9}):[0-9*]{1,5}|tcp://\\[([0-9a-f]{0,4}:){1,8}[0-9a-f]{0,4}\\]:[0-9]{1,4}",
    "(tcp|ws|TCP|ipc|http)://(1\\.2\\.3\\.4|\\*|\\[::1\\])?(:[0-9+*!-]{0,4})?",
    "ipc://[@/a-z0-9.* %]{0,8}|[a-z]{0,4}:?/{0,3}[a-z0-9:]{0,5}",
];

const FORMATS: usize = 800;

macro_rules! cases {
    ($($driver:ident $op:literal [$($dialect:literal)*] $patterns:expr, $texts:expr;)*) => {
        pub(crate) const CASES: &[Case] = &[$(Case {
            driver: stringify!($driver),
            op: $op,
            dialects: &[$($dialect),*],
            patterns: $patterns,
            texts: $texts,
        }),*];
    };
}

cases! {
    glibc "ip.parse" ["pton" "aton-glibc" "gai-numeric"] &[IPV4, IPV6, IPV6_PLAIN], 3000;
    glibc "ip.format" ["pton"] &[ADDRESS], FORMATS;
    musl "ip.parse" ["pton" "aton" "gai-numeric"] &[IPV4, IPV6, IPV6_PLAIN], 3000;
    musl "ip.format" ["pton"] &[ADDRESS], FORMATS;
    python "ip.parse" ["netip" "pton" "aton-glibc"] &[IPV4, IPV6, IPV6_PLAIN, ZONE], 2000;
    python "ip.format" ["netip" "pton"] &[ADDRESS], FORMATS;
    python "ip.classify" [""] MEANING, 2000;
    node "ip.parse" ["pton"] &[IPV4, IPV6, IPV6_PLAIN], 2000;
    node "ip.parse" ["whatwg"] &[URL_HOST, URL_IPV6], 2000;
    node "endpoint.parse" ["whatwg"] &[URL_HOST, URL_IPV6, URL_PORT], 2000;
    node "ip.classify" [""] MEANING, 2000;
    node "ip.format" ["whatwg"] &[ADDRESS], FORMATS;
    go "ip.parse" ["netip"] &[IPV4, IPV6, IPV6_PLAIN, ZONE], 3000;
    go "endpoint.parse" ["netip"] &[PORT, IPV6_PLAIN], 3000;
    go "ip.format" ["netip"] &[ADDRESS], FORMATS;
    go "ip.classify" [""] MEANING, 2000;
    java "ip.parse" ["aton-decimal"] &[IPV4], 4000;
    ruby "ip.parse" ["strict"] &[IPV4, IPV6, IPV6_PLAIN, ZONE], 2000;
    ruby "ip.format" ["strict"] &[ADDRESS], FORMATS;
    php "ip.parse" ["pton" "strict"] &[IPV4, IPV6, IPV6_PLAIN, ZONE], 2000;
    php "ip.format" ["pton"] &[ADDRESS], FORMATS;
    php "ip.classify" [""] MEANING, 2000;
    perl "ip.parse" ["pton" "gai-numeric"] &[IPV4, IPV6, IPV6_PLAIN, ZONE], 2000;
    perl "ip.format" ["pton"] &[ADDRESS], FORMATS;
    nginx "endpoint.parse" ["nginx"] NGINX, 250;
    haproxy "endpoint.parse" ["haproxy"] HAPROXY, 250;
    systemd "endpoint.parse" ["systemd"] SYSTEMD, 400;
    libpq "endpoint.parse" ["libpq"] LIBPQ, 500;
    zeromq "endpoint.parse" ["zeromq"] ZEROMQ, 1000;
    curl "ip.parse" ["whatwg"] &[URL_HOST, URL_IPV6], 2000;
    curl "endpoint.parse" ["whatwg"] &[URL_PORT, URL_IPV6], 2000;
}
