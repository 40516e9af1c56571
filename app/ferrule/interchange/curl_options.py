"""Every option of curl by name: what takes a value, and why some are left out.

The names are those of curl 8 and of older versions
(https://curl.se/docs/manpage.html). An option that is not in `LEFT_OUT` is read by the
module `curl`. A name ends in `=` where a value follows, and `/x` is its short form.
"""

from collections.abc import Mapping
from dataclasses import dataclass

READ = (
    "url= request=/X header=/H data=/d data-ascii= data-binary= data-raw= "
    "data-urlencode= json= form=/F form-string= get/G head/I user=/u basic "
    "oauth2-bearer= cookie=/b max-time=/m url-query= next/: upload-file=/T "
    "digest anyauth ntlm ntlm-wb negotiate aws-sigv4= globoff/g user-agent=/A "
    "referer=/e variable= compressed location/L location-trusted follow "
    "request-target= path-as-is config=/K range=/r"
)
LEFT_OUT: Mapping[str, str] = {
    "Certificates are always checked, by those the system trusts.": (
        "insecure/k cacert= capath= ca-native cert-status crlfile= pinnedpubkey= "
        "ssl-no-revoke ssl-revoke-best-effort doh-insecure doh-cert-status "
        "dump-ca-embed"
    ),
    "Client certificates are not supported.": (
        "cert=/E cert-type= key= key-type= pass= ssl-auto-client-cert engine= "
        "tlsuser= tlspassword= tlsauthtype="
    ),
    "How TLS is spoken is not the connector's business.": (
        "ciphers= tls13-ciphers= curves= sigalgs= tls-max= tlsv1/1 tlsv1.0 tlsv1.1 "
        "tlsv1.2 tlsv1.3 sslv2/2 sslv3/3 ssl ssl-reqd ftp-ssl ftp-ssl-reqd "
        "ssl-allow-beast false-start alpn npn sessionid ssl-sessions= tls-earlydata "
        "ech= random-file= egd-file= hsts= alt-svc="
    ),
    "Proxies are set for the whole application, not in a connector.": (
        "proxy=/x proxy-user=/U preproxy= proxy1.0= proxytunnel/p noproxy= socks4= "
        "socks4a= socks5= socks5-hostname= socks5-basic socks5-gssapi "
        "socks5-gssapi-nec socks5-gssapi-service= proxy-anyauth proxy-basic "
        "proxy-ca-native proxy-cacert= proxy-capath= proxy-cert= proxy-cert-type= "
        "proxy-ciphers= proxy-crlfile= proxy-digest proxy-header= proxy-http2 "
        "proxy-insecure proxy-key= proxy-key-type= proxy-negotiate proxy-ntlm "
        "proxy-pass= proxy-pinnedpubkey= proxy-service-name= proxy-ssl-allow-beast "
        "proxy-ssl-auto-client-cert proxy-tls13-ciphers= proxy-tlsauthtype= "
        "proxy-tlspassword= proxy-tlsuser= proxy-tlsv1 suppress-connect-headers "
        "haproxy-protocol haproxy-clientip="
    ),
    "Retries, limits and waiting are set in the connector's errors and limits.": (
        "retry= retry-all-errors retry-connrefused retry-delay= retry-max-time= "
        "rate= limit-rate= speed-limit=/Y speed-time=/y connect-timeout= fail/f "
        "fail-early fail-with-body max-redirs= post301 post302 post303 max-filesize="
    ),
    "It is about curl's own output, not about the request.": (
        "output=/o output-dir= remote-name/O remote-name-all remote-header-name/J "
        "remote-time/R remove-on-error create-dirs create-file-mode= clobber "
        "skip-existing out-null silent/s show-error/S verbose/v include/i "
        "show-headers progress-bar/# progress-meter trace= trace-ascii= trace-time "
        "trace-ids trace-config= stderr= write-out=/w dump-header=/D styled-output "
        "xattr buffer/N libcurl= help=/h manual/M version/V cookie-jar=/c etag-save= "
        "raw list-only/l use-ascii/B crlf append/a continue-at=/C"
    ),
    "How the connection is made is not the connector's business.": (
        "http0.9 http1.0/0 http1.1 http2 http2-prior-knowledge http3 http3-only "
        "ipv4/4 ipv6/6 interface= local-port= dns-interface= dns-ipv4-addr= "
        "dns-ipv6-addr= dns-servers= doh-url= resolve= connect-to= unix-socket= "
        "abstract-unix-socket= tcp-fastopen tcp-nodelay keepalive keepalive-time= "
        "keepalive-cnt= happy-eyeballs-timeout-ms= mptcp ip-tos= vlan-priority= "
        "parallel/Z parallel-immediate parallel-max= parallel-max-host= "
        "expect100-timeout= tr-encoding ignore-content-length proto= proto-default= "
        "proto-redir= disallow-username-in-url ipfs-gateway= disable/q wdebug"
    ),
    "A draft always asks for all: what changed is asked for incrementally.": (
        "time-cond=/z etag-compare="
    ),
    "Signing in that way is not supported.": (
        "delegation= krb= krb4= service-name= sasl-authzid= sasl-ir login-options="
    ),
    "Passwords from a file are not read: give them when connecting.": (
        "netrc/n netrc-file= netrc-optional"
    ),
    "It is for another protocol than HTTP.": (
        "ftp-account= ftp-alternative-to-user= ftp-create-dirs ftp-method= ftp-pasv "
        "ftp-port=/P ftp-pret ftp-skip-pasv-ip ftp-ssl-ccc ftp-ssl-ccc-mode= "
        "ftp-ssl-control eprt epsv disable-eprt disable-epsv quote=/Q "
        "telnet-option=/t tftp-blksize= tftp-no-options mail-auth= mail-from= "
        "mail-rcpt= mail-rcpt-allowfails hostpubmd5= hostpubsha256= knownhosts= "
        "pubkey= compressed-ssh metalink upload-flags="
    ),
    "It is about files, which are not read.": "form-escape junk-session-cookies/j",
}


@dataclass(frozen=True, slots=True)
class Option:
    """One option: its long name, whether a value follows, and why it is left out."""

    name: str
    takes_value: bool
    left_out: str = ""


def _table() -> tuple[dict[str, Option], dict[str, Option]]:
    long: dict[str, Option] = {}
    short: dict[str, Option] = {}
    for reason, names in [("", READ), *LEFT_OUT.items()]:
        for text in names.split():
            whole, _, letter = text.partition("/")
            name = whole.removesuffix("=")
            option = Option(name, whole.endswith("="), reason)
            long[name] = option
            if letter:
                short[letter] = option
    return long, short


_LONG, _SHORT = _table()


def long_option(name: str) -> Option | None:
    """Return the option of a long name: whole, negated, or a beginning of only one."""
    bare = name.removeprefix("expand-")
    if bare in _LONG:
        return _LONG[bare]
    if bare.startswith("no-") and bare[3:] in _LONG:
        option = _LONG[bare[3:]]
        reason = option.left_out or "It switches off what would be kept."
        return (
            None
            if option.takes_value
            else Option(name, takes_value=False, left_out=reason)
        )
    begun = [option for full, option in _LONG.items() if bare and full.startswith(bare)]
    return begun[0] if len(begun) == 1 else None


def short_option(letter: str) -> Option | None:
    """Return the option of a letter."""
    return _SHORT.get(letter)
