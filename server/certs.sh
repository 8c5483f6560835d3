#!/bin/sh
# SPDX-License-Identifier: MIT
#
# certs.sh HOST...: a certificate authority for the class and a certificate
# for the server at these addresses and names, in the folder certs/. Students
# get ca.pem; both keys stay with the server. Nothing is overwritten.
#
# Settings in the environment: CERTS, the folder; BUILD, where the programs
# are, for the commands that are printed; DB, the accounts in them;
# CERTS_NOW, for tests, the time to use for now in Unix seconds.
set -eu
export LC_ALL=C
dir=${CERTS:-certs}
build=${BUILD:-build/libsodium}
db=${DB:-class.db}
day=86400
days=120 # a term; the authority lives as long as its only certificate

say()
{
    echo "certs: $*" >&2
}

# word TEXT: as one word of a shell command.
word()
{
    case $1 in
    *[!A-Za-z0-9_@%+=:,./-]* | '')
        printf "'%s'" "$(printf '%s' "$1" | sed "s/'/'\\\\''/g")"
        ;;
    *) printf '%s' "$1" ;;
    esac
}

if [ $# -eq 0 ]; then
    say "for which addresses? Type for example: make certs HOSTS=192.168.1.5"
    exit 64
fi
command -v openssl >/dev/null 2>&1 || {
    say "there is no openssl command: install the package openssl"
    exit 69
}
for file in ca-key.pem ca.pem server-key.pem server.pem; do
    if [ -e "$dir/$file" ]; then
        say "$dir/$file exists already. To make new ones, type: rm -r $(word "$dir")"
        exit 73
    fi
done

# kind HOST: prints IP or DNS, or nothing if HOST is neither.
kind()
{
    printf '%s\n' "$1" | awk '
    function ip4(host,    part, n, i) {
        n = split(host, part, ".")
        for (i = 1; i <= n; i++)
            if (part[i] !~ /^(0|[1-9][0-9]?[0-9]?)$/ || part[i] + 0 > 255)
                return 0
        return n == 4
    }
    function ip6(host,    part, n, i, gap) {
        gap = index(host, "::") > 0
        if (host ~ /::.*::/ || host ~ /:::/ || host ~ /^:[^:]/ ||
            host ~ /[^:]:$/)
            return 0
        n = split(host, part, ":")
        for (i = 1; i <= n; i++)
            if (part[i] !~ /^[0-9A-Fa-f]?[0-9A-Fa-f]?[0-9A-Fa-f]?[0-9A-Fa-f]?$/)
                return 0
        return gap ? n <= 9 : n == 8
    }
    function name(host,    part, n, i) {
        n = split(host, part, ".")
        for (i = 1; i <= n; i++)
            if (part[i] !~ /^[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?$/ ||
                length(part[i]) > 63)
                return 0
        return n > 0 && length(host) <= 253
    }
    NR > 1 { exit }
    $0 ~ /:/ { if (ip6($0)) print "IP"; next }
    $0 ~ /^[0-9.]+$/ { if (ip4($0)) print "IP"; next }
    name($0) { print "DNS" }'
}

names=
for host in "$@"; do
    case $host in
    "["*"]") host=${host#"["} host=${host%"]"} ;;
    esac
    entry=$(kind "$host")
    [ -n "$entry" ] || {
        say "\"$host\" is neither an address nor a name: type for example" \
            "192.168.1.5, fd00::5 or lab.example, without port or https://"
        exit 64
    }
    # 0.0.0.0 and :: mean every address: right to listen on, but students
    # connect to one address.
    case $host in
    *[!0:.]*) ;;
    *)
        say "\"$host\" is for listening only: type the address that students" \
            "connect to, for example 192.168.1.5"
        exit 64
        ;;
    esac
    names=${names:+$names,}$entry:$host
done

# stamp SECONDS: a Unix time as openssl ca reads it, YYMMDDHHMMSSZ. There is
# no option of date for this that GNU and BSD share.
stamp()
{
    echo "$1" | awk '{
        days = int($1 / 86400); left = $1 - days * 86400
        z = days + 719468; era = int(z / 146097); doe = z - era * 146097
        leap = int(doe / 1460) - int(doe / 36524) + int(doe / 146096)
        yoe = int((doe - leap) / 365)
        doy = doe - (365 * yoe + int(yoe / 4) - int(yoe / 100))
        mp = int((5 * doy + 2) / 153)
        month = mp < 10 ? mp + 3 : mp - 9
        printf "%02d%02d%02d%02d%02d%02dZ\n",
            (yoe + (month <= 2)) % 100, month,
            doy - int((153 * mp + 2) / 5) + 1,
            int(left / 3600), int(left % 3600 / 60), left % 60
    }'
}

# They must be valid for a laptop with a clock some hours behind, too.
now=${CERTS_NOW:-$(date +%s)}
from=$(stamp $((now - day)))
to=$(stamp $((now + days * day)))

umask 077
if ! mkdir -p "$dir" || ! work=$(mktemp -d "$dir/making.XXXXXX"); then
    say "cannot write to the folder $dir: make yourself its owner, or name" \
        "another folder: make certs CERTS=FOLDER"
    exit 73
fi
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# Only openssl ca can set the start in every OpenSSL and LibreSSL. It needs a
# database; the folder is $dir of its settings, free of quoting problems.
: >"$work/index"
echo "unique_subject = no" >"$work/index.attr"
echo "01$(openssl rand -hex 14)" >"$work/serial"
cat >"$work/settings" <<END
[req]
distinguished_name = name
prompt = no
[name]
CN = chat lab
[ca]
default_ca = class
[class]
database = index
serial = serial
new_certs_dir = .
default_md = sha256
policy = policy
[policy]
commonName = supplied
[authority]
basicConstraints = critical, CA:true, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[server]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = $names
END

# quietly COMMAND...: in the work folder; its output only when it fails.
quietly()
{
    (cd "$work" && "$@") >"$work/words" 2>&1 || {
        cat "$work/words" >&2
        say "openssl failed; nothing was made. If it printed no reason, check" \
            "that the disk is not full"
        exit 70
    }
}

# new_key NAME SUBJECT: a key, and a request for a certificate beside it.
new_key()
{
    quietly openssl ecparam -name prime256v1 -genkey -noout -out "$1.pem"
    quietly openssl req -new -sha256 -key "$1.pem" -config settings \
        -subj "/CN=$2" -out "$1.request"
}

# sign OPTION...: a certificate from yesterday until the end of the term.
sign()
{
    quietly openssl ca -batch -notext -config settings -startdate "$from" \
        -enddate "$to" -keyfile ca-key.pem "$@"
}

new_key ca-key "chat lab class CA"
new_key server-key "chat lab server"
sign -selfsign -extensions authority -in ca-key.request -out ca.pem
sign -cert ca.pem -extensions server -in server-key.request -out server.pem
[ -n "${CERTS_NOW:-}" ] ||
    quietly openssl verify -CAfile ca.pem server.pem
chmod 600 "$work/ca-key.pem" "$work/server-key.pem"
chmod 644 "$work/ca.pem" "$work/server.pem"
for file in ca-key.pem ca.pem server-key.pem server.pem; do
    mv "$work/$file" "$dir/$file"
done

# --- What to type next ------------------------------------------------------

host=${1#"["}
host=${host%"]"}
case $host in
*:*) url="'https://[$host]:8080'" ;;
*) url=https://$host:8080 ;;
esac

# Where it listens: the demo on a loopback address only, and a name is not an
# address.
where="--listen $host "
demo=
case $(kind "$host"):$host in
*:127.0.0.1 | DNS:localhost) demo=yes where= ;;
IP:127.* | IP:::1) demo=yes ;;
DNS:*) where="--listen 0.0.0.0 " ;;
esac
# The words of ARGS="..." cannot have spaces in them.
case $dir in
*[!A-Za-z0-9_@%+=:,./-]*) demo='' by_make='' ;;
*) by_make=yes ;;
esac
cert=$(word "$dir/server.pem")
key=$(word "$dir/server-key.pem")
tls="$where--tls-cert $cert --tls-key $key"
ca="--cacert $(word "$dir/ca.pem")"
server=$(word "$build/chat-server")
db=$(word "$db")

cat <<END
Made for $* (valid for $days days):
    $dir/ca.pem          hand this to the students
    $dir/server.pem      the server's certificate
    $dir/server-key.pem  its key: keep it here
    $dir/ca-key.pem      the authority's key: keep it here, or delete it

END
if [ -n "$demo" ]; then
    echo "Next, in three terminals:"
    echo "    make server ARGS=\"$tls\""
else
    echo "Next, build it, and add accounts; each asks for a new password:"
    echo "    make"
    echo "    $server adduser --db $db alice"
    echo "    $server adduser --db $db bob"
    echo "Then, in three terminals:"
    echo "    $server --db $db $tls"
fi
if [ -n "$by_make" ]; then
    echo "    make receiver ME=bob SERVER=$url ARGS=\"$ca\""
    echo "    make sender ME=alice TO=bob SERVER=$url ARGS=\"$ca\""
else
    echo "    $(word "$build/starter/receiver") --server $url --user bob $ca"
    echo "    $(word "$build/starter/sender") --server $url --user alice $ca bob"
fi
